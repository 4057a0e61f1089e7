package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.roomcast.adapter.engine.Mutant.Change;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The campaign finds what it is there to find: each defect that is put into the engine breaks a promise within a few runs. */
@Tag("full")
class SeededDefectsTest {

    private static final int MOST_RUNS = 60;
    private static final int STEPS = 4_000;

    enum Defect {
        NUMBER_BEFORE_THE_DRAIN(
                new Change(
                        "Publisher", "@Nullable Patience patience) {}", "@Nullable Patience patience, long number) {}"),
                new Change(
                        "Publisher",
                        "new Waiting(channel.open(message), message, bytes, stage, patience)",
                        "new Waiting(channel.open(message), message, bytes, stage, patience, channel.early())"),
                new Change(
                        "PublishFrame",
                        "channel.beginTail() : channel.beginFrame();",
                        "channel.beginTail() : channel.beginFrame() * 0 + first.number();"),
                new Change(
                        "PublishChannel",
                        "    private long number;\n",
                        "    private long number;\n    private long early;\n\n    long early() {\n        return ++early;\n    }\n")),
        SUBSCRIBE_BEFORE_THE_UNSUBSCRIPTION_IS_CONFIRMED(new Change(
                "Subscriptions",
                "            s.wanted = true;\n            if (s.state == State.IDLE) {",
                "            s.wanted = true;\n            if (s.state == State.IDLE || s.state == State.LEAVING) {")),
        CONFIRMATION_OF_A_DEAD_LINK(
                new Change("WireLink", "if (!down) {\n                call.run();", "{\n                call.run();")),
        NO_BARRIER(new Change(
                "BatchBuilder", "if (channel.isBarrier()) {", "if (channel.isBarrier() && message == null) {")),
        JOIN_COMPLETE_BEFORE_THE_ANSWER(new Change(
                "Subscriptions",
                "if (s.state == State.CONFIRMED || !s.wanted)",
                "if (s.state != State.IDLE || !s.wanted)")),
        BROADCAST_COMPLETE_BEFORE_THE_ANSWER(new Change(
                "Publisher",
                "to.publish(frames);",
                "to.publish(frames);\n            frames.forEach(PublishFrame::accepted);")),
        BASELINE_FORGOTTEN_TOO_EARLY(
                new Change(
                        "LossDetector",
                        "    public void beat() {\n        tellWhatIsBack();",
                        "    public void beat() {\n        tellWhatIsBack();\n        channels.keySet().forEach(sequenceTracker::forget);")),
        WHAT_WAITS_IS_OVERTAKEN(
                "SeededDefectsTest",
                "firstBrokenPromiseOfWaiting",
                new Change("Publisher", "|| backlog.holdsAnyOf(next.channel().from())", ""),
                new Change(
                        "Publisher",
                        "if (why == null && !backlog.isEmpty()) {",
                        "if (why == null && !backlog.isEmpty() && queue.isEmpty()) {")),
        WHAT_COMES_BACK_GOES_TO_THE_END(
                "SeededDefectsTest",
                "firstBrokenPromiseOfWaiting",
                new Change("Backlog", "of(packet).addFirst(packet)", "of(packet).addLast(packet)")),
        NO_TAILS(new Change(
                "LastSequenceSender", "due.isEmpty() || isNewToSomebody) {", "due.isEmpty() && isNewToSomebody) {")),
        WINDOW_THAT_BEGINS_TOO_LATE(
                "LossesInVirtualTimeTest",
                "windowThatBeginsTooLate",
                new Change(
                        "LossDetector",
                        "confirmed == null ? lastAlive : Execution.later(confirmed, lastAlive)",
                        "execution.now()")),
        DEAF_LINK_IS_LEFT_ALONE(new Change("Wire", "            subscriptions().reset(link, what);\n", "")),
        DEAF_ROOM_IS_LEFT_ALONE(new Change("ChannelProbes", "if (isWell && suspect", "if (!isWell && suspect")),
        MISSING_RECEIPTS_ARE_NO_REASON_TO_RECONNECT(
                new Change("ReceiptMonitor", "isSilent && peer.unanswered >= LEAST_UNANSWERED", "isSilent && false")),
        DROPPED_CHANNEL_IS_NOT_MISSED(new Change(
                "WireLink",
                "ifAlive(() -> events.dropped(this, channel, why, Execution.earlier(heard, lastAlive)));",
                "ifAlive(() -> {});")),
        LANE_THAT_REORDERS(
                "StalledSendsInVirtualTimeTest",
                "firstPacketOutOfOrder",
                new Change("StalledQueue", "isClear = !draining;", "isClear = true;")),
        LANE_THAT_DROPS_WHEN_IT_IS_FULL(
                new Change("StalledQueue", "        node.giveUp(member, TOO_MUCH_WAITS);\n", "")),
        LANE_FROM_BEHIND(new Change("StalledQueue", "packets.poll()", "((ArrayDeque<Packet>) packets).pollLast()")),
        NO_LIMIT_OF_HOLDS(
                new Change("StalledSends", "if (counted < MOST) {", "if (counted < MOST || counted >= MOST) {")),
        STUCK_SEND_KEEPS_THE_DELIVERIES(new Change("RemoteDelivery", "passed) >= bound()", "passed) >= 100 * bound()")),
        STUCK_SEND_KEEPS_THE_PROTOCOLS_TURN(
                new Change(
                        "Inbox",
                        "                delivers |= deliveryQueue.takeTurn();\n",
                        "                if (deliveryQueue.takeTurn()) {\n                    deliveryQueue.goOn();\n                }\n")),
        LOCK_AROUND_A_SEND(new Change(
                "RemoteDelivery",
                "            boolean took = on.hand(outlet, slot);\n",
                "            boolean took;\n            synchronized (node) {\n"
                        + "                took = on.hand(outlet, slot);\n            }\n")),
        PRESENCE_FORGETS_WHAT_COULD_NOT_BE_SENT(new Change("PresenceSource", "            missing.add(node);\n", "")),
        WAIT_COUNTED_TWICE(new Change(
                "OpenQuery",
                "        PeerInfo known = waiting.remove(node);\n        if (known != null && named",
                "        PeerInfo known = waiting.remove(waiting.isEmpty() ? node : waiting.keySet().iterator().next());\n"
                        + "        if (known != null && named"));

        private final String type;
        private final String method;
        private final List<Change> changes;

        Defect(Change... changes) {
            this("SeededDefectsTest", "firstBrokenPromise", changes);
        }

        /** What it breaks is beyond the campaign: the method of that test class finds it. */
        Defect(String type, String method, Change... changes) {
            this.type = type;
            this.method = method;
            this.changes = List.of(changes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFound(Defect defect, @TempDir Path directory) throws Exception {
        Mutant mutant = Mutant.of(directory, defect.changes);
        long begun = System.nanoTime();
        String found = "";
        int runs = 0;
        while (found.isEmpty() && runs < MOST_RUNS) {
            runs++;
            found = mutant.call(defect.type, defect.method, runs, STEPS);
        }
        System.out.printf(
                "%s: %s (run %d, %d ms)%n",
                defect, found.lines().findFirst().orElse("NOT FOUND"), runs, (System.nanoTime() - begun) / 1_000_000);
        assertFalse(found.isEmpty(), () -> "not found in " + MOST_RUNS + " runs of " + STEPS + " steps: " + defect);
    }

    /** Called in the mutant's world, as is the other one. */
    static String firstBrokenPromise(long seed, int steps) {
        return firstBrokenPromise(new Campaign(seed, steps));
    }

    static String firstBrokenPromiseOfWaiting(long seed, int steps) {
        return firstBrokenPromise(new Campaign(seed, steps, List.of(FrameCodec.VERSIONS), Campaign.WAITING));
    }

    private static String firstBrokenPromise(Campaign campaign) {
        try {
            campaign.run();
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }
}
