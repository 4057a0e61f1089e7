package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Loss.Scope;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which losses are told, of whom, and when. A heartbeat is a second here, and a link comes back within 50 ms. */
class LossesInVirtualTimeTest {

    private final SimulatedCluster cluster = SimulatedCluster.of(11, 2);
    private final SimulatedCluster.Client receiver = cluster.client(1, "receiver");
    private final List<Loss> told = new ArrayList<>();

    LossesInVirtualTimeTest() {
        receiver.node.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                told.add(loss);
            }
        });
        join("r");
    }

    @Test
    void aGapIsTold() {
        send("1");
        dropNext(2);
        send("2");
        send("3");
        Instant before = now();
        send("4");
        assertEquals(List.of("1", "4"), receiver.received);
        Loss loss = only();
        assertEquals(Kind.GAP, loss.kind());
        assertEquals(Scope.ROOMS, loss.scope());
        assertEquals(Set.of("r"), loss.rooms());
        assertEquals(Optional.of(sender()), loss.from());
        assertEquals(OptionalLong.of(2), loss.frames());
        assertFalse(loss.until().isBefore(before));
        assertTrue(loss.since().isBefore(before.minusMillis(5)));
        assertEquals(2, counted("frames.lost"));
    }

    @Test
    void aFrameThatComesTwiceIsDeliveredOnce() {
        cluster.broker.transport(1).doubleNext(2);
        send("1");
        send("2");
        assertEquals(List.of("1", "2"), receiver.received);
        assertEquals(List.of(), told);
        assertEquals(2, counted("frames.repeated"));
    }

    @Test
    void theLossOfTheLastFrameBeforeASilenceIsToldByItsTail() {
        send("1");
        dropNext(1);
        send("2");
        cluster.pass(300);
        assertEquals(List.of(), told);
        cluster.pass(1300);
        assertEquals(OptionalLong.of(1), only().frames());
        cluster.pass(10_000);
        assertEquals(1, told.size());
    }

    /** Frame, tail and two heartbeats reach nobody, and then the sender's connections are made anew, before it is given up. */
    @Test
    void theLossOfAFrameAndItsTailIsReportedWhenTheSenderIsReceivedAgain() {
        Instant sentAt = sendUnreceived();
        cluster.broker.transport(0).breakLink();
        cluster.pass(3000);
        assertTrue(isReported(sentAt), () -> sentAt + ", not in " + told);
    }

    @Test
    void theLossOfAFrameAndItsTailIsReportedWhenTheSenderSaysGoodbyeAsSoonAsItIsReceivedAgain() {
        Instant sentAt = sendUnreceived();
        cluster.broker.transport(0).breakLink();
        cluster.pass(51);
        cluster.close(0);
        cluster.pass(1500);
        assertTrue(isReported(sentAt), () -> sentAt + ", not in " + told);
    }

    /** Somebody who can hear where the sender publishes hands over what it says at its end, and not its tails. */
    @Test
    void theLossOfAFrameAndItsTailIsReportedAlsoWhenAForwardedGoodbyeIsAllThatComes() {
        Instant sentAt = sendUnreceived();
        cluster.broker.witness(new SimulatedBroker.Witness() {
            private boolean isForwarding;

            @Override
            public void published(String channel, byte[] frame) {
                if (!isForwarding && channel.endsWith(".all")) {
                    isForwarding = true;
                    cluster.broker.publish(null, channel, frame);
                    isForwarding = false;
                }
            }
        });
        cluster.close(0);
        cluster.pass(1500);
        assertTrue(isReported(sentAt), () -> sentAt + ", not in " + told);
    }

    /** The sender is given up soon after a moment at which it was received. */
    @Test
    void theLossOfAFrameAndItsTailIsReportedWhenTheSenderDiesAfterItWasReceivedAgain() {
        Instant sentAt = sendUnreceived();
        cluster.broker.transport(0).breakLink();
        cluster.pass(51);
        cluster.broker.transport(0).kill();
        cluster.pass(5000);
        assertTrue(isReported(sentAt), () -> sentAt + ", not in " + told);
    }

    /** All requests for tails would fall into an outage of the receiver's own. */
    @Test
    void theLossOfAFrameAndItsTailIsReportedAlsoIfTheReceiverCannotAskForALongTime() {
        Instant sentAt = sendUnreceived();
        cluster.broker.transport(1).breakSpeaking(Duration.ZERO, Duration.ofSeconds(9));
        cluster.pass(10);
        cluster.broker.transport(0).breakLink();
        cluster.pass(8_000);
        told.removeIf(loss -> loss.rooms().isEmpty());
        assertEquals(List.of(), told, "it cannot be known yet");
        cluster.pass(5_000);
        assertTrue(isReported(sentAt), () -> sentAt + ", not in " + told);
    }

    /** Returns when; just after a heartbeat. Until now the sender has said the frame's tail as well. */
    private Instant sendUnreceived() {
        send("1");
        cluster.pass(1090);
        cluster.broker.transport(0).demote();
        Instant at = now();
        broadcast(Target.room("r"), "2");
        cluster.pass(2600);
        assertEquals(List.of("1"), receiver.received);
        assertEquals(List.of(), told);
        return at;
    }

    private boolean isReported(Instant sentAt) {
        return told.stream()
                .anyMatch(loss -> loss.rooms().contains("r")
                        && !loss.since().isAfter(sentAt.plusMillis(2))
                        && !loss.until().isBefore(sentAt));
    }

    @Test
    void theLossOfTheVeryFirstFramesIsToldFromTheNextHeartbeatOn() {
        cluster.pass(1100);
        dropNext(1);
        send("1");
        send("2");
        assertEquals(OptionalLong.of(1), only().frames());
        assertEquals(Optional.of(sender()), only().from());
    }

    @Test
    void theLossOfTheOnlyFrameIsToldByItsTail() {
        cluster.pass(1100);
        dropNext(1);
        send("1");
        cluster.pass(1600);
        assertEquals(OptionalLong.of(1), only().frames());
    }

    @Test
    void whatWasSentBeforeAJoinIsNoLoss() {
        broadcast(Target.room("other"), "1");
        broadcast(Target.room("other"), "2");
        join("other");
        cluster.pass(5000);
        broadcast(Target.room("other"), "3");
        cluster.pass(5000);
        assertEquals(List.of("3"), receiver.received);
        assertEquals(List.of(), told);
    }

    @Test
    void whatCameBetweenALeaveAndANewJoinIsNoLoss() {
        send("1");
        for (int i = 0; i < 200; i++) {
            receiver.node.leave(receiver.member, "r");
            cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("x"));
            cluster.time.pass(Duration.ofNanos(cluster.time.random().nextInt(900_000)));
            receiver.node.join(receiver.member, "r");
            cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("x"));
            cluster.pass(cluster.time.random().nextInt(3));
        }
        cluster.pass(5000);
        assertEquals(List.of(), told);
        assertEquals(0, counted("frames.lost"));
    }

    @Test
    void aRoomThatIsYoungerThanTheLastHeartbeatBeforeTheNamespacesGapIsAPossibleLoss() {
        cluster.pass(1500);
        join("s");
        broadcast(Target.everyone(), "1");
        join("t");
        dropNext(1);
        broadcast(Target.everyone(), "2");
        join("u");
        dropNext(1);
        broadcast(Target.room("u"), "3");
        broadcast(Target.everyone(), "4");
        join("v");
        cluster.pass(5000);
        assertEquals(List.of("1", "4"), receiver.received);
        assertEquals(
                List.of(Kind.GAP, Kind.POSSIBLE), told.stream().map(Loss::kind).toList());
        Loss possible = told.get(1);
        assertEquals(Set.of("s", "t", "u"), possible.rooms());
        assertEquals(Optional.of(sender()), possible.from());
    }

    @Test
    void aHeartbeatThatIsLostAfterAFrameThatCameLeavesNoRoomWithoutAWord() {
        cluster.pass(1500);
        join("s");
        broadcast(Target.everyone(), "1");
        cluster.broker.transport(1).dropNext(Integer.MAX_VALUE);
        cluster.pass(1000);
        broadcast(Target.room("s"), "2");
        cluster.pass(1000);
        dropNext(0);
        cluster.pass(5000);
        assertEquals(List.of("1"), receiver.received);
        assertTrue(
                told.stream()
                        .anyMatch(loss -> loss.kind() == Kind.POSSIBLE
                                && loss.rooms().contains("s")
                                && loss.from().equals(Optional.of(sender()))),
                told::toString);
    }

    @Test
    void aLostFrameForManyConcernsTheNamespace() {
        cluster.pass(1100);
        dropNext(1);
        broadcast(Target.everyone(), "1");
        cluster.pass(1100);
        assertEquals(Scope.NAMESPACE, only().scope());
        assertEquals(Kind.GAP, only().kind());
    }

    @Test
    void aUserIsNamedAsAUser() {
        SimulatedCluster.Client ann = new SimulatedCluster.Client(cluster.nodes.get(1), "ann's") {
            @Override
            public Optional<String> user() {
                return Optional.of("ann");
            }
        };
        cluster.pass(1100);
        dropNext(1);
        broadcast(Target.user("ann"), "1");
        broadcast(Target.user("ann"), "2");
        assertEquals(List.of("2"), ann.received);
        assertEquals(Scope.USERS, only().scope());
        assertEquals(Set.of("ann"), only().users());
        assertEquals(Set.of(), only().rooms());
    }

    @Test
    void anOutageIsAPossibleLossFromTheLastSignOfLifeToTheConfirmation() {
        join("s");
        cluster.pass(500);
        Instant begin = now();
        cluster.broker.transport(1).breakLink(Duration.ofSeconds(2));
        cluster.pass(1990);
        assertEquals(List.of(), told);
        cluster.pass(30);
        assertEquals(
                List.of(Scope.NAMESPACE, Scope.ROOMS),
                told.stream().map(Loss::scope).toList());
        Loss loss = told.get(1);
        assertEquals(Set.of("r", "s"), loss.rooms());
        assertEquals(Kind.POSSIBLE, loss.kind());
        assertTrue(loss.since().isAfter(begin.minusMillis(1100)) && loss.since().isBefore(begin), loss::toString);
        assertTrue(loss.until().isAfter(begin.plusMillis(2000)) && loss.until().isBefore(begin.plusMillis(2010)));
    }

    /** For the seeded defect: in a campaign the tails that are said again tell the same losses by their numbers. */
    static String windowThatBeginsTooLate(long seed, int steps) {
        try {
            new LossesInVirtualTimeTest().anOutageIsAPossibleLossFromTheLastSignOfLifeToTheConfirmation();
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aSenderThatDiesIsAPossibleLossWhereItWasHeard() {
        join("never heard of");
        send("1");
        Instant dead = now();
        cluster.broker.transport(0).kill();
        cluster.pass(5000);
        assertEquals(
                Set.of(Scope.NAMESPACE, Scope.ROOMS),
                told.stream().map(Loss::scope).collect(Collectors.toSet()));
        for (Loss loss : told) {
            assertEquals(Kind.POSSIBLE, loss.kind());
            assertEquals(Optional.of(sender()), loss.from());
            assertFalse(loss.since().isAfter(dead));
            assertEquals(loss.scope() == Scope.ROOMS ? Set.of("r") : Set.of(), loss.rooms());
        }
        assertEquals(1, counted("losses.possible"));
    }

    @Test
    void aTailThatCouldNotBeHeardIsSaidAgain() {
        send("1");
        dropNext(1);
        Instant lost = now();
        send("2");
        cluster.broker.transport(1).breakHearing(Duration.ZERO, Duration.ofSeconds(4));
        cluster.pass(6500);
        Loss gap = told.stream()
                .filter(loss -> loss.kind() == Kind.GAP && loss.rooms().contains("r"))
                .findFirst()
                .orElseThrow();
        assertFalse(gap.since().isAfter(lost));
        int soFar = told.size();
        cluster.pass(10_000);
        assertEquals(soFar, told.size());
    }

    @Test
    void theWindowOfASenderThatDiesHoldsWhatItsTailWouldHaveTold() {
        send("1");
        dropNext(1);
        Instant lost = now();
        send("2");
        broadcast(Target.everyone(), "3");
        cluster.broker.transport(0).kill();
        cluster.pass(5000);
        Loss ofRoom = told.stream()
                .filter(loss -> loss.scope() == Scope.ROOMS)
                .findFirst()
                .orElseThrow();
        assertEquals(Kind.POSSIBLE, ofRoom.kind());
        assertFalse(ofRoom.since().isAfter(lost));
    }

    @Test
    void whatIsReadAfterAPauseSaysNothingOfTheTimeOfThePause() {
        send("1");
        Instant begin = now();
        cluster.time.stall(Duration.ofSeconds(2));
        // It was in a buffer all the time.
        cluster.pass(5);
        cluster.broker.transport(1).breakLink(Duration.ofMillis(100));
        cluster.pass(500);
        Loss ofRoom = told.stream()
                .filter(loss -> loss.scope() == Scope.ROOMS)
                .findFirst()
                .orElseThrow();
        assertFalse(ofRoom.since().isAfter(begin), ofRoom::toString);
    }

    @Test
    void aSenderThatClosesLeavesNothingUnsaid() {
        send("1");
        dropNext(1);
        send("2");
        cluster.close(0);
        cluster.pass(20);
        assertEquals(Kind.GAP, only().kind());
        cluster.pass(10_000);
        assertEquals(1, told.size());
    }

    @Test
    void aSenderThatClosesAtOnceLeavesNothingUnsaid() {
        send("1");
        dropNext(1);
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("2"));
        cluster.close(0);
        cluster.pass(20);
        assertEquals(Kind.GAP, only().kind());
        assertEquals(OptionalLong.of(1), only().frames());
    }

    @Test
    void aSenderThatClosesWhilePacketsWaitLeavesNothingUnsaid() {
        send("1");
        cluster.pass(2_000);
        dropNext(1_000);
        for (int i = 0; i < 10; i++) {
            cluster.nodes.get(0).broadcast(Target.everyone(), Packet.text("for all"));
        }
        cluster.nodes.get(0).broadcast(Target.room("r"), Packet.text("2"));
        cluster.close(0);
        cluster.pass(20);
        assertEquals(Set.of("r"), only().rooms());
        assertEquals(OptionalLong.of(1), only().frames());
    }

    @Test
    void aPauseOfTheProcessIsAPossibleLoss() {
        Instant begin = now();
        cluster.time.stall(Duration.ofSeconds(20));
        cluster.pass(1000);
        Loss loss = only();
        assertEquals(Kind.POSSIBLE, loss.kind());
        assertEquals(Scope.NAMESPACE, loss.scope());
        assertFalse(loss.since().isAfter(begin));
        assertFalse(loss.until().isBefore(begin.plusSeconds(20)));
    }

    @Test
    void aFrameWhoseMessagesCannotBeReadHasItsNumberAllTheSame() {
        send("1");
        cluster.broker.transport(1).garbleNext();
        send("2");
        send("3");
        assertEquals(List.of("1", "3"), receiver.received);
        assertEquals(1, counted("frames.malformed"));
        assertEquals(List.of(), told);
    }

    private void join(String room) {
        receiver.node.join(receiver.member, room);
        cluster.pass(10);
    }

    private void send(String text) {
        broadcast(Target.room("r"), text);
    }

    private void broadcast(Target target, String text) {
        cluster.nodes.get(0).broadcast(target, Packet.text(text));
        cluster.pass(10);
    }

    private void dropNext(int frames) {
        cluster.broker.transport(1).dropNext(frames);
    }

    private Loss only() {
        assertEquals(1, told.size(), told::toString);
        return told.get(0);
    }

    private NodeInfo sender() {
        return cluster.nodes.get(0).cluster().self();
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(cluster.time.now());
    }

    private long counted(String name) {
        return receiver.node.health().counters().getOrDefault(name, 0L);
    }
}
