package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.StalledQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Packets wait for a {@code send} that takes too long, and then go on: each once, in order, and none is left behind. */
public class StalledQueueStress {

    private static final Packet ONE = Packet.text("1");
    private static final Packet TWO = Packet.text("2");
    private static final Packet THREE = Packet.text("3");

    /** A lane and the connection behind it. */
    private static final class Way {

        private final TestNode node = new TestNode();
        private final Client client = node.client("m");
        private final StalledQueue stalledQueue = node.local.lane(client.member);

        void send(Packet packet) {
            try {
                stalledQueue.send(packet);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /** As a thread whose send has returned does. */
        void comeBack() {
            if (stalledQueue.release()) {
                stalledQueue.drain(() -> {});
            }
        }

        String end() {
            send(THREE);
            return client.got;
        }
    }

    @JCStressTest
    @Description("A send is held and returns while another thread sends.")
    @Outcome(id = "123", expect = ACCEPTABLE)
    @State
    public static class SendAndHold {

        private final Way way = new Way();

        @Actor
        public void hold() {
            way.stalledQueue.hold();
            way.comeBack();
        }

        @Actor
        public void send() {
            way.send(ONE);
            way.send(TWO);
        }

        @Arbiter
        public void end(L_Result r) {
            r.r1 = way.end();
        }
    }

    @JCStressTest
    @Description("A packet waits; its send returns while another thread sends the next.")
    @Outcome(id = "123", expect = ACCEPTABLE)
    @State
    public static class SendAndRelease {

        private final Way way = new Way();

        public SendAndRelease() {
            way.stalledQueue.hold();
            way.send(ONE);
        }

        @Actor
        public void release() {
            way.comeBack();
        }

        @Actor
        public void send() {
            way.send(TWO);
        }

        @Arbiter
        public void end(L_Result r) {
            r.r1 = way.end();
        }
    }

    @JCStressTest
    @Description("Two sends are held by one connection and return at once: one of the threads sends what waits.")
    @Outcome(id = "123", expect = ACCEPTABLE)
    @State
    public static class ReleaseAndRelease {

        private final Way way = new Way();

        public ReleaseAndRelease() {
            way.stalledQueue.hold();
            way.stalledQueue.hold();
            way.send(ONE);
            way.send(TWO);
        }

        @Actor
        public void one() {
            way.comeBack();
        }

        @Actor
        public void other() {
            way.comeBack();
        }

        @Arbiter
        public void end(L_Result r) {
            r.r1 = way.end();
        }
    }

    @JCStressTest
    @Description("A lane is drained while another send is held: packets wait for that one.")
    @Outcome(id = "1, 123", expect = ACCEPTABLE, desc = "drained, then held; or held while it drained")
    @Outcome(id = ", 123", expect = ACCEPTABLE, desc = "held before it was released: nothing to drain yet")
    @State
    public static class DrainAndHold {

        private final Way way = new Way();

        public DrainAndHold() {
            way.stalledQueue.hold();
            way.send(ONE);
        }

        @Actor
        public void drain() {
            way.comeBack();
        }

        @Actor
        public void hold() {
            way.stalledQueue.hold();
        }

        @Arbiter
        public void end(LL_Result r) {
            way.send(TWO);
            r.r1 = way.client.got;
            way.comeBack();
            r.r2 = way.end();
        }
    }

    @JCStressTest
    @Description(
            "A member that is in two rooms gets a lane, and is held, while a thread broadcasts to one and then the other.")
    @Outcome(id = "123", expect = ACCEPTABLE)
    @State
    public static class BroadcastsAndLane {

        private static final Target FIRST = Target.room("first");
        private static final Target SECOND = Target.room("second");

        private final TestNode node = new TestNode();
        private final Client client = node.client("m", "first", "second");

        @Actor
        public void hold() {
            node.local.lane(client.member).hold();
        }

        @Actor
        public void broadcast() {
            node.deliver(FIRST, "1");
            node.deliver(SECOND, "2");
        }

        @Arbiter
        public void end(L_Result r) {
            node.local.comeBack(node.local.lane(client.member));
            node.deliver(FIRST, "3");
            r.r1 = client.got;
        }
    }

    @JCStressTest
    @Description("The same where the second target is a union, which is read from the members and not from a room.")
    @Outcome(id = "123", expect = ACCEPTABLE)
    @State
    public static class BroadcastsToUnionAndLane {

        private static final Target ROOM = Target.room("room");
        private static final Target UNION = ROOM.and(Target.member("m"));

        private final TestNode node = new TestNode();
        private final Client client = node.client("m", "room");

        @Actor
        public void hold() {
            node.local.lane(client.member).hold();
        }

        @Actor
        public void broadcast() {
            node.deliver(ROOM, "1");
            node.deliver(UNION, "2");
        }

        @Arbiter
        public void end(L_Result r) {
            node.local.comeBack(node.local.lane(client.member));
            node.deliver(UNION, "3");
            r.r1 = client.got;
        }
    }
}
