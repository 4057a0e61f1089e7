package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.DeliveryClaim;
import dev.roomcast.adapter.engine.delivery.Recipients;
import dev.roomcast.adapter.engine.delivery.RemoteDelivery;
import dev.roomcast.adapter.engine.delivery.StalledSend;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Inbox;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The rest of a walk is taken from the thread that walks. */
public class DeliveryClaimStress {

    @JCStressTest
    @Description(
            "The watchdog takes the rest of a walk: each slot is sent to once, and one thread has the turn at the end.")
    @Outcome(id = "kept, walking, 1111", expect = ACCEPTABLE, desc = "the walking thread came on")
    @Outcome(id = "lost, taken, 1111", expect = ACCEPTABLE, desc = "the rest was the watchdog's")
    @State
    public static class WalkAndTake {

        private static final int SLOTS = 4;
        private static final TestNode NODE = new TestNode();
        private static final StalledSend HOLD =
                NODE.wire.stalledSends().add(NODE.local.lane(NODE.client("m").member), Thread.currentThread());

        private final DeliveryClaim deliveryClaim = new DeliveryClaim(0);
        private final int[] sent = new int[SLOTS];

        @Actor
        public void walk(LLL_Result r) {
            int claimed = 0;
            while (claimed < SLOTS && deliveryClaim.claim(claimed, claimed)) {
                sent[claimed]++;
                claimed++;
            }
            boolean kept = claimed == SLOTS && deliveryClaim.end(claimed);
            r.r1 = kept ? "kept" : deliveryClaim.stalledSend() == HOLD ? "lost" : "lost, and by nothing";
        }

        @Actor
        public void watch(LLL_Result r) {
            int seen = deliveryClaim.claimed();
            boolean taken = seen > deliveryClaim.begin() && deliveryClaim.take(seen, HOLD);
            for (int slot = seen; taken && slot < SLOTS; slot++) {
                sent[slot]++;
            }
            r.r2 = taken ? "taken" : "walking";
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = "" + sent[0] + sent[1] + sent[2] + sent[3];
        }
    }

    @JCStressTest
    @Description(
            "The whole of it: a walk over connections is taken from its thread, and the next packet's walk with it.")
    @Outcome(id = "123 123 123, kept, 0", expect = ACCEPTABLE, desc = "the walking thread came on")
    @Outcome(id = "123 123 123, lost, 0", expect = ACCEPTABLE, desc = "another went on, in order")
    @State
    public static class RemoteWalkAndTake {

        private static final Target ROOM = Target.room("room");
        private static final int YIELDS = 3;
        private static final int LOOKS = 20;
        private static final int LOOKS_PER_BOUND = 4;

        private final TestNode node = new TestNode(TestNode.wire());
        private final Inbox inbox = node.wire.inbox();
        private final DeliveryQueue deliveryQueue = node.wire.deliveryQueue();
        private final Client a = node.client("a", "room");
        private final Client b = node.client("b", "room");
        private final Client c = node.client("c", "room");
        private final RemoteDelivery walk = new RemoteDelivery(
                node.local,
                node.wire.watchdog(),
                deliveryQueue,
                () -> Recipients.over(node.local.index(), ROOM, Packet.text("1")));

        public RemoteWalkAndTake() {
            a.yields = YIELDS;
            inbox.open();
        }

        @Actor
        public void receive() {
            inbox.run(() -> deliveryQueue.add(1, walk));
            inbox.run(() -> node.local.received(ROOM, Packet.text("2")));
        }

        @Actor
        public void watch() {
            // In step with the walk: else the two would seldom be at the same place.
            for (int i = 0; i < YIELDS && !a.isReached; i++) {
                Thread.yield();
            }
            for (int i = 0; i < LOOKS; i++) {
                walk.look(walk.bound() / LOOKS_PER_BOUND);
            }
        }

        @Arbiter
        public void end(LLL_Result r) {
            inbox.run(() -> node.local.received(ROOM, Packet.text("3")));
            r.r1 = a.got + " " + b.got + " " + c.got;
            r.r2 = node.counters.of(Counters.SENDS_STALLED).sum() > 0 ? "lost" : "kept";
            r.r3 = node.wire.stalledSends().count();
        }
    }
}
