package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.PeerAuthenticator;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channels of this node's rooms and users: hands over their frames, and follows their losses. On the inbox's turn. */
final class RoomChannels {

    private final LocalIdentity identity;
    private final ArrivalClock arrivals;
    private final FrameReceiver receiver;
    private final LossDetector lossDetector;
    private final SelfReception selfReception;
    private final PeerAuthenticator authenticator;

    RoomChannels(
            LocalIdentity identity,
            ArrivalClock arrivals,
            FrameReceiver receiver,
            LossDetector lossDetector,
            SelfReception selfReception,
            PeerAuthenticator authenticator) {
        this.identity = identity;
        this.arrivals = arrivals;
        this.receiver = receiver;
        this.lossDetector = lossDetector;
        this.selfReception = selfReception;
        this.authenticator = authenticator;
    }

    /**
     * The owner of a subscription to the channel of a room or user. On any thread.
     *
     * @param target the room or user
     * @param onRefused takes why the broker refuses the channel; on the inbox's turn
     */
    Subscription.Owner owner(String channel, Target target, Consumer<Throwable> onRefused) {
        return new RoomChannel(channel, target, onRefused);
    }

    private final class RoomChannel implements Subscription.Owner {

        private final String name;
        private final Target target;
        private final Consumer<Throwable> onRefused;

        RoomChannel(String name, Target target, Consumer<Throwable> onRefused) {
            this.name = name;
            this.target = target;
            this.onRefused = onRefused;
        }

        @Override
        public void frame(byte[] bytes) {
            receiver.received(arrivals.frame(name, bytes, target));
        }

        @Override
        public @Nullable Target probeOf(Incarnation node) {
            return node.equals(identity.incarnation()) ? target : null;
        }

        @Override
        public void confirmed(long at) {
            lossDetector.confirmed(name, target, at);
        }

        @Override
        public void lost(Throwable why, long lastAlive) {
            selfReception.lost(name);
            lossDetector.lost(name, arrivals.beforeAnyPause(selfReception.receivedUntil(lastAlive)));
        }

        @Override
        public void renewed(long lastHeard) {
            selfReception.renewed(name);
            lossDetector.lostAlone(name, arrivals.beforeAnyPause(lastHeard));
        }

        @Override
        public void forgotten() {
            lossDetector.forget(name);
            authenticator.forget(name);
        }

        @Override
        public void refused(Throwable why) {
            onRefused.accept(why);
        }
    }
}
