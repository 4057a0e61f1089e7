package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The parts that all chapters use. */
abstract class Chapter {

    /** A room that most tests use. */
    static final String NEWS = "news";

    static final Target TO_NEWS = Target.room(NEWS);

    /**
     * The number of listeners that are removed and must get no further event. Each gets its events separately, so a
     * single one could only be late when a listener that was added after all of them has got its event.
     */
    private static final int LISTENERS = 50;

    /** The cluster of the present test. */
    abstract TestCluster cluster();

    Expect expect() {
        return cluster().expect();
    }

    /** Many listeners, and the registrations that take them away. */
    static <L> Map<L, Registration> registered(Supplier<L> making, Function<? super L, Registration> registering) {
        Map<L, Registration> registered = new LinkedHashMap<>();
        for (int i = 0; i < LISTENERS; i++) {
            L listener = making.get();
            registered.put(listener, registering.apply(listener));
        }
        return registered;
    }
}
