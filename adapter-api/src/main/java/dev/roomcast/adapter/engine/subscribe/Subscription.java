package dev.roomcast.adapter.engine.subscribe;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one channel that is wanted, or was wanted until recently. docs/subscriptions.md shows its states.
 * Everything here is under the lock of {@link Subscriptions}.
 */
public final class Subscription {

    /** Where a channel stands with the broker. At most one command of a channel is in flight: in ASKED and LEAVING. */
    public enum State {
        /** The broker knows nothing of it. If it is wanted, it is asked for as soon as a link is up. */
        IDLE,
        /** Asked for, not answered yet. */
        ASKED,
        /** The broker has confirmed it, on a link that lives. */
        CONFIRMED,
        /** Given up, not confirmed yet: it must not be asked for again before. */
        LEAVING,
        /** The broker refused it. If it is wanted, it is asked for again at intervals. */
        REFUSED
    }

    /** What a channel is for, and who hears it. Called on the inbox's turn. */
    public interface Owner {

        /** Whether the channel is asked for ahead of the others. */
        default boolean comesFirst() {
            return false;
        }

        void frame(byte[] bytes);

        /** The target for which a node sends what is to come back on this channel; null if the channel is not one of its rooms'. */
        default @Nullable Target probeOf(Incarnation node) {
            return null;
        }

        /** @param at before the joins that waited for it are completed: what is sent once they are leaves later */
        default void confirmed(long at) {}

        /**
         * The link of the confirmed channel is down, or the broker took just this channel away.
         *
         * @param lastAlive when anything came on that link last
         */
        default void lost(Throwable why, long lastAlive) {}

        /**
         * The channel brings nothing although its link does, and is given up to be asked for again.
         *
         * @param lastHeard when anything came on it last
         */
        default void renewed(long lastHeard) {}

        /** The broker sends nothing on the channel any more, because it was given up: whatever comes later is a new beginning. */
        default void forgotten() {}

        /** Told once, until the channel is confirmed after all. */
        void refused(Throwable why);
    }

    /** Whose join to which room waits: one channel may stand for many rooms. */
    record Joining(Object member, String room) {}

    /** Undoes a join whose channel is refused. */
    public interface Undo {

        /**
         * Takes the member out of the room, in one step with the waiter: a leave and a new join come before both or after both.
         *
         * @param takeWaiter says whether the join still waits, and ends that
         * @return what that said; if it is false nothing was undone
         */
        boolean undo(BooleanSupplier takeWaiter);
    }

    /** Joins of one member that wait for the channel; undone if it is refused, also when their stages have timed out. */
    static final class Waiter {

        private final Joining joining;
        private final List<CompletableFuture<Void>> stages = new ArrayList<>(1);
        private Undo undo = BooleanSupplier::getAsBoolean;

        Waiter(Joining joining) {
            this.joining = joining;
        }

        void add(CompletableFuture<Void> stage) {
            stages.removeIf(CompletableFuture::isDone);
            stages.add(stage);
        }

        void undoBy(Undo leave) {
            undo = leave;
        }

        void complete(Stages by) {
            by.complete(stages);
        }

        void fail(Stages by, AdapterException failure) {
            stages.forEach(stage -> by.fail(stage, failure));
        }

        boolean undo(BooleanSupplier takeWaiter) {
            return undo.undo(takeWaiter);
        }
    }

    public final String channel;
    public Owner owner;
    public State state = State.IDLE;
    boolean wanted;
    /** Confirmed and not wanted any more: when it is given up, unless it is wanted again by then. */
    long lingersUntil;
    /** Whether health waits for it: it was wanted and not confirmed when a link came up, or when its own died. */
    boolean recovering;
    /** Whether it was refused, and has not been confirmed since. */
    boolean refused;

    /** When the last frame came, or the confirmation: until then the channel was heard. */
    long lastHeard;
    /** Whether it is given up only to be asked for again, because it brought nothing. */
    boolean isRenewing;
    /** Whether it was, and nothing has come since. */
    boolean wasRenewed;

    @Nullable
    WireLink link;

    private Map<Joining, Waiter> waiters = Map.of();

    Subscription(String channel, Owner owner) {
        this.channel = channel;
        this.owner = owner;
    }

    /** The waiter of a member for a room, made if it has none. */
    Waiter waiter(Joining joining) {
        if (waiters.isEmpty()) {
            waiters = new LinkedHashMap<>();
        }
        return waiters.computeIfAbsent(joining, Waiter::new);
    }

    @Nullable
    Waiter takeWaiter(Joining joining) {
        return waiters.isEmpty() ? null : waiters.remove(joining);
    }

    /** Ends the wait of just that waiter; false if it has ended already. */
    boolean takeWaiter(Waiter waiter) {
        return !waiters.isEmpty() && waiters.remove(waiter.joining, waiter);
    }

    List<Waiter> waiters() {
        return List.copyOf(waiters.values());
    }

    List<Waiter> takeWaiters() {
        List<Waiter> taken = waiters();
        waiters = Map.of();
        return taken;
    }
}
