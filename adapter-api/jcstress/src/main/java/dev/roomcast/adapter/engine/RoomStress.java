package dev.roomcast.adapter.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.Recipients;
import dev.roomcast.adapter.engine.delivery.StalledQueue;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two threads change who is in which room. */
public class RoomStress {

    @JCStressTest
    @Description("Two connections come under one id: one of them is refused.")
    @Outcome(id = "true, false, 1", expect = ACCEPTABLE)
    @Outcome(id = "false, true, 1", expect = ACCEPTABLE)
    @State
    public static class AddAndAdd {

        private final TestNode node = new TestNode();
        private final Client one = new Client(node.index, "m");
        private final Client other = new Client(node.index, "m");

        @Actor
        public void one(LLL_Result r) {
            r.r1 = node.index.add(one.member);
        }

        @Actor
        public void other(LLL_Result r) {
            r.r2 = node.index.add(other.member);
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = node.index.everyone().members().size();
        }
    }

    @JCStressTest
    @Description("Two members join a room: both are in it, each in a slot of its own, and it is created once.")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE)
    @State
    public static class JoinAndJoin {

        private final TestNode node = new TestNode();
        private final Client one = node.client("one");
        private final Client other = node.client("other");

        @Actor
        public void one() {
            node.join(one, "room");
        }

        @Actor
        public void other() {
            node.join(other, "room");
        }

        @Arbiter
        public void end(LLL_Result r) {
            node.deliver(Target.room("room"), "1");
            r.r1 = one.got;
            r.r2 = other.got;
            r.r3 = node.created;
        }
    }

    @JCStressTest
    @Description("A member joins while it is removed: no ghost is left in the room, and no room that is empty.")
    @Outcome(id = "true, 0, false", expect = ACCEPTABLE, desc = "joined, then left")
    @Outcome(id = "false, 0, false", expect = ACCEPTABLE, desc = "was gone")
    @State
    public static class JoinAndRemove {

        private final TestNode node = new TestNode();
        private final Client client = node.client("m");

        @Actor
        public void join(LLL_Result r) {
            r.r1 = node.index.join(client.member, List.of("room")) != null;
        }

        @Actor
        public void remove() {
            node.index.remove(client.member);
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r2 = node.size("room") + node.index.roomCount() + node.created - node.deleted;
            r.r3 = node.isOfConcern("room");
        }
    }

    @JCStressTest
    @Description(
            "The last member leaves while another comes: the room, the same or a new one, stands and is of concern.")
    @Outcome(id = "1, true, 1", expect = ACCEPTABLE)
    @State
    public static class LastLeaveAndJoin {

        private final TestNode node = new TestNode();
        private final Client last = node.client("last", "room");
        private final Client next = node.client("next");

        @Actor
        public void leave() {
            node.leave(last, "room");
        }

        @Actor
        public void join() {
            node.join(next, "room");
        }

        @Arbiter
        public void end(LLL_Result r) {
            node.deliver(Target.room("room"), "1");
            r.r1 = next.got + last.got;
            r.r2 = node.isOfConcern("room");
            r.r3 = node.created - node.deleted;
        }
    }

    @JCStressTest
    @Description("A member leaves a room twice at once: that is one leave, one event, and nobody else's slot.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE)
    @State
    public static class LeaveAndLeave {

        private final TestNode node = new TestNode();
        private final Client leaver = node.client("leaver", "room");
        private final Client stayer = node.client("stayer", "room");

        @Actor
        public void one() {
            node.leave(leaver, "room");
        }

        @Actor
        public void other() {
            node.leave(leaver, "room");
        }

        @Arbiter
        public void end(LL_Result r) {
            node.deliver(Target.room("room"), "1");
            r.r1 = stayer.got + leaver.got;
            r.r2 = node.left;
        }
    }

    @JCStressTest
    @Description("A member is removed twice at once, while a third is in the room: the room keeps that one.")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE)
    @State
    public static class RemoveAndRemove {

        private final TestNode node = new TestNode();
        private final Client leaver = node.client("leaver", "room", "other");
        private final Client stayer = node.client("stayer", "room");

        @Actor
        public void one() {
            node.index.remove(leaver.member);
        }

        @Actor
        public void other() {
            node.index.remove(leaver.member);
        }

        @Arbiter
        public void end(LLL_Result r) {
            node.deliver(Target.everyone(), "1");
            r.r1 = stayer.got + leaver.got;
            r.r2 = node.left;
            r.r3 = node.index.roomCount();
        }
    }

    @JCStressTest
    @Description("The node closes while a member joins: it is refused or thrown out, and nothing is left.")
    @Outcome(id = "true, 0, false", expect = ACCEPTABLE, desc = "joined before the end")
    @Outcome(id = "false, 0, false", expect = ACCEPTABLE, desc = "came too late")
    @State
    public static class JoinAndClose {

        private final TestNode node = new TestNode();
        private final Client client = node.client("m");

        @Actor
        public void join(LLL_Result r) {
            try {
                r.r1 = node.index.join(client.member, List.of("room")) != null;
            } catch (IllegalStateException e) {
                r.r1 = false;
            }
        }

        @Actor
        public void close() {
            node.index.close();
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r2 = node.index.roomCount() + node.index.everyone().members().size();
            r.r3 = client.member.isPresent() || node.isOfConcern("room") || node.isOfConcern("m");
        }
    }

    @JCStressTest
    @Description("A lane is put before a connection while its member joins: it stands in every room.")
    @Outcome(id = "3", expect = ACCEPTABLE)
    @State
    public static class LaneAndJoin {

        private final TestNode node = new TestNode();
        private final Client client = node.client("m", "first");

        @Actor
        public void lane() {
            node.local.lane(client.member);
        }

        @Actor
        public void join() {
            node.join(client, "second");
        }

        @Arbiter
        public void end(L_Result r) {
            int lanes = 0;
            for (Target target : List.of(Target.room("first"), Target.room("second"), Target.everyone())) {
                lanes += Recipients.over(node.index, target, Packet.text("")).outlets(0)[0] instanceof StalledQueue
                        ? 1
                        : 0;
            }
            r.r1 = lanes;
        }
    }

    @JCStressTest
    @Description("A room comes and goes whose name has the hash of another's: frames for that one stay of concern.")
    @Outcome(id = "true, true", expect = ACCEPTABLE)
    @State
    public static class FrameAndHashOfTwoRooms {

        private final TestNode node = new TestNode();
        private final Client client;

        public FrameAndHashOfTwoRooms() {
            node.client("stayer", "Aa");
            client = node.client("m");
        }

        @Actor
        public void churn() {
            node.join(client, "BB");
            node.leave(client, "BB");
        }

        @Actor
        public void frame(LL_Result r) {
            r.r1 = node.isOfConcern("Aa");
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = node.isOfConcern("Aa");
        }
    }
}
