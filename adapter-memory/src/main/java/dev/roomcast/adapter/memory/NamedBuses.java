package dev.roomcast.adapter.memory;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The named buses of this JVM. A bus exists from its first user to its last, so no memory is leaked. */
final class NamedBuses {

    private static final ConcurrentMap<String, Shared> SHARED = new ConcurrentHashMap<>();

    private NamedBuses() {}

    /** Each call is answered by one {@link #release}. */
    static MemoryBus acquire(String name) {
        return SHARED.merge(name, new Shared(new MemoryBus(), 1), (known, fresh) -> known.withUsers(1))
                .bus();
    }

    static void release(String name) {
        SHARED.computeIfPresent(name, (key, known) -> known.users() == 1 ? null : known.withUsers(-1));
    }

    static boolean isKnown(String name) {
        return SHARED.containsKey(name);
    }

    private record Shared(MemoryBus bus, int users) {

        Shared withUsers(int more) {
            return new Shared(bus, users + more);
        }
    }
}
