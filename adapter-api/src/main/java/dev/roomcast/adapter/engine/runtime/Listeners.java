package dev.roomcast.adapter.engine.runtime;

import dev.roomcast.adapter.Registration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners of one kind. Each gets one event after the other. An exception or a delay in one listener does not affect
 * the others.
 */
public final class Listeners<L> {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<Registered<L>> registered = new CopyOnWriteArrayList<>();
    private final Execution execution;
    private final Counters counters;
    private final RateLimitedLog failures;

    public Listeners(Execution execution, Counters counters) {
        this.execution = execution;
        this.counters = counters;
        this.failures = new RateLimitedLog(log, execution);
    }

    public Registration add(L listener) {
        Registered<L> added = new Registered<>(this, Objects.requireNonNull(listener, "listener"));
        registered.add(added);
        return added;
    }

    /** Tells those that are registered now; in the order of the calls of this method. */
    public void tell(Consumer<? super L> event) {
        registered.forEach(listener -> listener.tell(event));
    }

    private static final class Registered<L> implements Registration {

        private final Listeners<L> all;
        private final L listener;
        private final Executor turns;
        private volatile boolean closed;

        Registered(Listeners<L> all, L listener) {
            this.all = all;
            this.listener = listener;
            this.turns = new SerialExecutor(all.execution);
        }

        void tell(Consumer<? super L> event) {
            turns.execute(() -> tellNow(event));
        }

        private void tellNow(Consumer<? super L> event) {
            if (closed) {
                return;
            }
            try {
                event.accept(listener);
            } catch (Throwable t) {
                all.counters.add(Counters.LISTENERS_FAILED);
                all.failures.warn("a listener failed: " + listener.getClass().getName(), t);
            }
        }

        @Override
        public void close() {
            closed = true;
            all.registered.remove(this);
        }
    }
}
