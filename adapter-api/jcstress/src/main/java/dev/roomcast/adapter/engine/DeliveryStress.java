package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.MemberList;
import java.util.List;
import java.util.Set;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** One thread broadcasts while another changes who is in the room. */
public class DeliveryStress {

    private static final Target ROOM = Target.room("room");

    @JCStressTest
    @Description("Members join a room, which grows, and one leaves: who was there throughout gets the packet once.")
    @Outcome(id = "1 1, ", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "1 1, 1", expect = ACCEPTABLE, desc = "met one or both on the way")
    @Outcome(id = "1 1, 11", expect = ACCEPTABLE, desc = "met both")
    @State
    public static class BroadcastAndJoins {

        private final TestNode node = new TestNode();
        private final Client a = node.client("a", "room");
        private final Client b = node.client("b", "room");
        private final Client c = node.client("c");
        private final Client d = node.client("d");

        @Actor
        public void join() {
            node.join(c, "room");
            node.join(d, "room");
            node.leave(c, "room");
        }

        @Actor
        public void broadcast() {
            node.deliver(ROOM, "1");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = a.got + " " + b.got;
            r.r2 = c.got + d.got;
        }
    }

    @JCStressTest
    @Description("A member leaves, and the last one takes its slot: nobody else gets the packet twice, or not at all.")
    @Outcome(id = "1 1 1, ", expect = ACCEPTABLE, desc = "had left")
    @Outcome(id = "1 1 1, 1", expect = ACCEPTABLE, desc = "was still there")
    @State
    public static class BroadcastAndLeave {

        private final TestNode node = new TestNode();
        private final Client a = node.client("a", "room");
        private final Client leaver = node.client("leaver", "room");
        private final Client b = node.client("b", "room");
        private final Client last = node.client("last", "room");

        @Actor
        public void leave() {
            node.leave(leaver, "room");
        }

        @Actor
        public void broadcast() {
            node.deliver(ROOM, "1");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = a.got + " " + b.got + " " + last.got;
            r.r2 = leaver.got;
        }
    }

    @JCStressTest
    @Description("The same where the last member comes from another chunk, and its chunk is begun anew by a newcomer.")
    @Outcome(id = "64, ", expect = ACCEPTABLE, desc = "between")
    @Outcome(id = "64, 1", expect = ACCEPTABLE, desc = "before, or after")
    @State
    public static class BroadcastAndLeaveOverChunks {

        private final TestNode node = new TestNode();
        private final List<Client> clients = node.clients(MemberList.CHUNK + 1, "room");
        private final Client leaver = clients.remove(3);
        private final Client newcomer = node.client("newcomer");

        @Actor
        public void leave() {
            node.leave(leaver, "room");
            node.join(newcomer, "room");
        }

        @Actor
        public void broadcast() {
            node.deliver(ROOM, "1");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = clients.stream().filter(client -> client.got.equals("1")).count();
            r.r2 = leaver.got + newcomer.got;
        }
    }

    @JCStressTest
    @Description("A member of two rooms leaves one while both are the target: it gets the packet once.")
    @Outcome(id = "1", expect = ACCEPTABLE)
    @State
    public static class BroadcastToTwoRoomsAndLeave {

        private static final Target BOTH = Target.rooms(Set.of("room", "other"));

        private final TestNode node = new TestNode();
        private final Client client = node.client("m", "room", "other");

        @Actor
        public void leave() {
            node.leave(client, "room");
        }

        @Actor
        public void broadcast() {
            node.deliver(BOTH, "1");
        }

        @Arbiter
        public void end(L_Result r) {
            r.r1 = client.got;
        }
    }

    @JCStressTest
    @Description("A member goes from one room of the target to another: it was in neither throughout.")
    @Outcome(id = "1", expect = ACCEPTABLE)
    @Outcome(id = "", expect = ACCEPTABLE_INTERESTING, desc = "rooms are read one after the other: missed in both")
    @State
    public static class BroadcastToTwoRoomsAndMove {

        private final TestNode node = new TestNode();
        private final Client client = node.client("m", "room");

        @Actor
        public void move() {
            node.join(client, "other");
            node.leave(client, "room");
        }

        @Actor
        public void broadcast() {
            node.deliver(BroadcastToTwoRoomsAndLeave.BOTH, "1");
        }

        @Arbiter
        public void end(L_Result r) {
            r.r1 = client.got;
        }
    }

    @JCStressTest
    @Description("A member joins an excepted room before the target: at no time is the packet for it.")
    @Outcome(id = ", 1", expect = ACCEPTABLE)
    @State
    public static class BroadcastWithExceptionAndJoins {

        private static final Target BUT_MUTED = ROOM.exceptRooms(Set.of("muted"));

        private final TestNode node = new TestNode();
        private final Client stayer = node.client("stayer", "room");
        private final Client muted = node.client("muted");

        @Actor
        public void join() {
            node.join(muted, "muted");
            node.join(muted, "room");
        }

        @Actor
        public void broadcast() {
            node.deliver(BUT_MUTED, "1");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = muted.got;
            r.r2 = stayer.got;
        }
    }
}
