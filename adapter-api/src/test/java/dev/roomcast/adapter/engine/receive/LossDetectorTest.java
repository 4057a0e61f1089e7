package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When what is told. Moments are milliseconds. */
class LossDetectorTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);

    private final VirtualTime time = new VirtualTime(1);
    private final List<Loss> losses = new ArrayList<>();
    private final List<Long> unheard = new ArrayList<>();
    private final Map<Incarnation, Long> numbers = new HashMap<>();
    private final Map<Incarnation, NodeInfo> known = new HashMap<>();
    private final List<Long> sinces = new ArrayList<>();
    private final LossDetector lossDetector = new LossDetector(
            time.execution(),
            new Counters(),
            1 << 20,
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            node -> Optional.ofNullable(known.get(node)),
            losses::add,
            (channel, node) -> {},
            new Requests(),
            unheard::add);

    /** Streams of which tails were requested. */
    private final List<Long> requested = new ArrayList<>();

    private final List<String> suspects = new ArrayList<>();
    /** Whether what is said since a moment is requested in vain. */
    private boolean canRequest = true;

    private final class Requests implements LossDetector.LastSequenceRequests {

        @Override
        public void request(Incarnation node, long since, Runnable notSaid) {
            if (canRequest) {
                sinces.add(since);
            } else {
                notSaid.run();
            }
        }

        @Override
        public boolean isKnown(Incarnation node) {
            return known.containsKey(node);
        }

        @Override
        public boolean request(Incarnation node, List<Long> streams) {
            requested.addAll(streams);
            return true;
        }

        @Override
        public void suspect(String channel) {
            suspects.add(channel);
        }

        @Override
        public void reviewLater(Duration moment) {}
    }

    LossDetectorTest() {
        confirm("r");
        confirm("s");
        time.pass(Duration.ofMillis(10));
    }

    @Test
    void aTailIsNoNews() {
        assertTrue(lossDetector.takes("r", frame(1), time.now()));
        assertFalse(lossDetector.takes("r", frame(1), time.now()));
        assertFalse(lossDetector.takes("r", frame(1).with(List.of(new Message.LastSequence())), time.now()));
    }

    @Test
    void aSenderWhoseNameIsNotKnownHasAnIdentity() {
        lossDetector.takes("r", frame(1), time.now());
        lossDetector.takes("r", frame(3), time.now());
        NodeInfo from = losses.get(0).from().orElseThrow();
        assertEquals(A.toString(), from.incarnation());
        assertEquals(NodeInfo.Status.SUSPECT, from.status());
    }

    @Test
    void whatIsBackIsToldWithTheLastOfItFromTheEarliestMomentOn() {
        lose("r", 5);
        lose("s", 3);
        confirm("r");
        assertEquals(List.of(), told());
        confirm("s");
        assertEquals(List.of("[r, s] 3-10"), told());
        time.pass(Duration.ofMillis(10));
        lose("r", 13);
        lose("s", 15);
        confirm("s");
        confirm("r");
        assertEquals(List.of("[r, s] 13-20"), told());
    }

    @Test
    void whatWasSentBeforeTheConfirmationIsNoLossOfTheNextOutage() {
        confirm("r");
        lose("r", 5);
        confirm("r");
        assertEquals(List.of("[r] 10-10"), told());
    }

    @Test
    void whatIsBackAtAHeartbeatIsToldOnce() {
        lose("r", 5);
        lose("s", 5);
        confirm("r");
        lossDetector.beat();
        lossDetector.beat();
        assertEquals(List.of("[r] 5-10"), told());
        confirm("s");
        assertEquals(List.of("[s] 5-10"), told());
    }

    @Test
    void whatIsBackIsToldBeforeItIsLostAgain() {
        lose("r", 5);
        lose("s", 5);
        confirm("r");
        time.pass(Duration.ofMillis(10));
        lose("r", 15);
        assertEquals(List.of("[r] 5-10"), told());
        confirm("r");
        confirm("s");
        assertEquals(List.of("[r, s] 5-20"), told());
    }

    @Test
    void whatIsLostTwiceIsLostSinceTheFirstTime() {
        lose("r", 5);
        lose("r", 7);
        confirm("r");
        assertEquals(List.of("[r] 5-10"), told());
    }

    @Test
    void whatANodeHasSentInTheLastSecondsBeforeItDiedIsInDoubt() {
        hearAt(10, "r");
        passUntil(9000);
        assertEquals("[r] 3000-9000", givenUp(5000));
    }

    @Test
    void whatCameOfTheDeadNodeLastIsNot() {
        hearAt(4000, "r");
        passUntil(9000);
        assertEquals("[r] 4000-9000", givenUp(5000));
    }

    @Test
    void itIsInDoubtFromTheEarliestMomentOnOfAllChannels() {
        hearAt(3500, "r");
        hearAt(3600, "s");
        passUntil(9000);
        assertEquals("[r, s] 3500-9000", givenUp(5000));
        lossDetector.forget(A);
        hearAt(9500, "s");
        hearAt(9600, "r");
        hearAt(9700, B, "s");
        passUntil(15000);
        assertEquals("[r, s] 9500-15000", givenUp(11000));
    }

    @Test
    void whatWasSentDuringAnOutageJustBeforeIsInDoubt() {
        hearAt(10, "r");
        outage(4000, 4500);
        passUntil(9000);
        assertEquals("[r] 2000-9000", givenUp(6499), "its tail was to come until then");
        assertEquals("[r] 4500-9000", givenUp(6500));
    }

    @Test
    void outagesThatFollowEachOtherSoonAreOne() {
        hearAt(10, "r");
        outage(4000, 4500);
        outage(6499, 6600);
        passUntil(9000);
        assertEquals("[r] 2000-9000", givenUp(7000));
    }

    @Test
    void betweenOutagesThatDoNotTailsAreHeard() {
        hearAt(10, "r");
        outage(4000, 4500);
        outage(6500, 6600);
        passUntil(9000);
        assertEquals("[r] 4500-9000", givenUp(7000));
    }

    @Test
    void anOutageAfterANodeWasHeardLastProvesNothing() {
        hearAt(10, "r");
        passUntil(5000);
        outage(7500, 7600);
        passUntil(9000);
        assertEquals("[r] 3000-9000", givenUp(5000));
    }

    @Test
    void soDoesOneAfterAnother() {
        hearAt(10, "r");
        outage(4000, 4500);
        outage(7500, 7600);
        passUntil(9000);
        assertEquals("[r] 2000-9000", givenUp(5000));
    }

    @Test
    void anOutageIsForgottenWhenNobodyCanBeGivenUpThatWasHeardSoonAfterIt() {
        hearAt(10, "r");
        outage(4000, 4500);
        outage(10500, 10600);
        passUntil(11000);
        assertEquals("[r] 3000-11000", givenUp(5000));
    }

    @Test
    void onAChannelThatIsLostAllIsInDoubtSinceThen() {
        hearAt(10, "r");
        passUntil(4000);
        lose("r", 4000);
        passUntil(9000);
        assertEquals("[r] 2000-9000", givenUp(5000));
        assertEquals("[r] 1500-9000", givenUp(3500), "or since the node was heard last");
    }

    /** An outage of this node's own delays that: until it is over nobody is given up. */
    @Test
    void whatANodeHasSentBeforeAGapIsInDoubtAlsoIfItIsGivenUpLate() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.SUSPECT));
        hearAt(20, "r");
        namespaceOf(A);
        passUntil(5000);
        gap(A);
        for (long beat = 6000; beat <= 20_000; beat += 1000) {
            passUntil(beat);
            lossDetector.beat();
        }
        told();
        assertEquals("[] 20-20000", givenUp(5100));
    }

    @Test
    void whatANodeHasSentBeforeAGapIsNotInDoubtIfItWasHeardForLongEnoughAfterThat() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.SUSPECT));
        hearAt(20, "r");
        namespaceOf(A);
        passUntil(5000);
        gap(A);
        hearAt(7000, "r");
        passUntil(12_100);
        lossDetector.beat();
        told();
        assertEquals("[] 5000-12100", givenUp(7000));
    }

    /** A request that this node could not send, because of an outage of its own, is no request. */
    @Test
    void whatWasSaidSinceAGapIsRequestedOnceThatIsPossibleHoweverLate() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.ALIVE));
        hearAt(20, "r");
        namespaceOf(A);
        passUntil(5000);
        canRequest = false;
        gap(A);
        for (long beat = 6000; beat <= 20_000; beat += 1000) {
            hearAt(beat, "r");
            lossDetector.beat();
        }
        assertEquals(List.of(), sinces);
        canRequest = true;
        for (long beat = 21_000; beat <= 30_000; beat += 1000) {
            hearAt(beat, "r");
            lossDetector.beat();
        }
        assertEquals(2, sinces.size(), "and once more, since it may be lost");
    }

    @Test
    void aGapWhoseTailsCouldNotBeRequestedIsInDoubtWhenTheNextOneCutsItOff() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.ALIVE));
        hearAt(20, "r");
        namespaceOf(A);
        passUntil(5000);
        canRequest = false;
        gap(A);
        told();
        lossDetector.beat();
        hearAt(12_000, "r");
        told();
        gap(A);
        lossDetector.beat();
        assertEquals(List.of("[] 5000-12000", "[r, s] 5000-12000", "[r, s] -1980-12000"), told(), "the first one too");
    }

    @Test
    void framesThatComeAfterTheirNumberWasSaidAreNoLoss() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.ALIVE));
        lossDetector.takes("r", frame(1), time.now());
        lossDetector.told(A, List.of(lastNumber("r", 3)));
        assertTrue(lossDetector.takes("r", frame(2), time.now()), "a number that is said takes no packet away");
        assertTrue(lossDetector.takes("r", frame(3), time.now()));
        time.pass(Duration.ofMillis(300));
        lossDetector.reviewAwaited();
        assertEquals(List.of(), requested);
        assertEquals(List.of(), told());
    }

    @Test
    void framesThatDoNotComeAreAskedForAndGivenUpInTheEnd() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.ALIVE));
        lossDetector.takes("r", frame(1), time.now());
        lossDetector.told(A, List.of(lastNumber("r", 3), lastNumber("unknown", 3)));
        lossDetector.reviewAwaited();
        assertEquals(List.of(), requested, "they may have been overtaken");
        for (int beat = 1; beat <= 3; beat++) {
            time.pass(Duration.ofMillis(1000));
            lossDetector.reviewAwaited();
            lossDetector.reviewAwaited();
            assertEquals(beat, requested.size());
        }
        assertEquals(List.of(), told());
        time.pass(Duration.ofMillis(1000));
        lossDetector.reviewAwaited();
        assertEquals(List.of("[r] 10-4010"), told());
        lossDetector.reviewAwaited();
        assertEquals(List.of(), told());
    }

    @Test
    void framesOfASenderThatIsGoneAreNotAskedFor() {
        lossDetector.takes("r", frame(1), time.now());
        lossDetector.told(A, List.of(lastNumber("r", 3)));
        time.pass(Duration.ofMillis(300));
        lossDetector.reviewAwaited();
        assertEquals(List.of(), requested);
        assertEquals(List.of("[r] 10-310"), told());
    }

    @Test
    void framesOfAChannelThatWasGivenUpAreNotAwaited() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.ALIVE));
        lossDetector.takes("r", frame(1), time.now());
        lossDetector.told(A, List.of(lastNumber("r", 3)));
        lossDetector.forget("r");
        confirm("r");
        time.pass(Duration.ofMillis(300));
        lossDetector.reviewAwaited();
        assertEquals(List.of(), requested);
    }

    @Test
    void framesOfAChannelThatIsLostWaitUntilItIsBack() {
        known.put(A, new PeerInfo(A.toString(), "a", NodeInfo.Status.ALIVE));
        lossDetector.takes("r", frame(1), time.now());
        lossDetector.told(A, List.of(lastNumber("r", 3)));
        lose("r", 10);
        time.pass(Duration.ofMillis(300));
        lossDetector.reviewAwaited();
        assertEquals(List.of(), requested);
        confirm("r");
        lossDetector.reviewAwaited();
        assertEquals(1, requested.size());
    }

    private ChannelSequence lastNumber(String channel, long number) {
        return new ChannelSequence(ChannelNames.shortHash(channel), frame(1).stream(), number, 0);
    }

    @Test
    void onlyTheFirstGapOfTheNamespaceSinceAHeartbeatIsInDoubtAtOnce() {
        namespaceOf(A, B);
        passUntil(20);
        gap(A);
        assertEquals(List.of("[] 10-20", "[r, s] 10-20"), told());
        gap(A);
        passUntil(30);
        gap(A);
        assertEquals(List.of("[] 20-20", "[] 20-30"), told());
        lossDetector.beat();
        assertEquals(List.of("[r, s] 20-30"), told());
        lossDetector.beat();
        assertEquals(List.of(), told());
        gap(B);
        assertEquals(List.of("[] 10-30", "[r, s] 10-30"), told());
    }

    @Test
    void whatIsInDoubtOfANodeSinceAHeartbeatIsToldOnce() {
        namespaceOf(A);
        gap(A);
        gap(A);
        told();
        lossDetector.beat(frame(1), time.now());
        passUntil(30);
        confirm("t");
        gap(A);
        told();
        lossDetector.beat();
        assertEquals(List.of("[r, s, t] 10-30"), told(), "what each of its gaps puts in doubt");
        passUntil(40);
        confirm("u");
        gap(A);
        assertEquals(List.of("[] 30-40", "[t, u] 30-40"), told());
        passUntil(50);
        lossDetector.beat(frame(1), time.now());
        gap(A);
        gap(A);
        lossDetector.beat();
        assertEquals(List.of("[] 40-50", "[] 50-50"), told(), "it has been heard on all");
    }

    @Test
    void whatIsInDoubtOfTooManyIsToldOfNobody() {
        Incarnation[] nodes =
                LongStream.range(0, 20).mapToObj(id -> new Incarnation(id, 7)).toArray(Incarnation[]::new);
        namespaceOf(nodes);
        for (Incarnation node : nodes) {
            gap(node);
        }
        lossDetector.beat();
        List<Optional<String>> whose = losses.stream()
                .filter(loss -> loss.kind() == Loss.Kind.POSSIBLE)
                .map(loss -> loss.from().map(NodeInfo::incarnation))
                .toList();
        assertEquals(18, whose.size(), "one at once, 16 with the heartbeat, and the rest");
        assertEquals(Optional.of(nodes[16].toString()), whose.get(16));
        assertEquals(Optional.empty(), whose.get(17));
    }

    @Test
    void whatIsGivenUpIsNeitherLostNorKnown() {
        lossDetector.takes("r", frame(7), time.now());
        lose("r", 5);
        lossDetector.forget("r");
        confirm("r");
        assertEquals(List.of(), told());
        assertTrue(lossDetector.takes("r", frame(7), time.now()), "a new beginning");
    }

    @Test
    void whoIsForgottenIsANewSender() {
        lossDetector.takes("r", frame(7), time.now());
        lossDetector.forget(A);
        assertTrue(lossDetector.takes("r", frame(7), time.now()));
    }

    private void confirm(String room) {
        lossDetector.confirmed(room, Target.room(room), time.now());
    }

    private void lose(String room, long lastAlive) {
        lossDetector.lost(room, Duration.ofMillis(lastAlive).toNanos());
    }

    private void outage(long since, long until) {
        passUntil(since);
        lose("r", since);
        passUntil(until);
        confirm("r");
        told();
    }

    private void namespaceOf(Incarnation... nodes) {
        lossDetector.confirmed("all", Target.everyone(), time.now());
        for (Incarnation node : nodes) {
            lossDetector.takes("all", new Frame(node, 1, 1, 0, 1, List.of(), null, List.of()), time.now());
        }
    }

    private void gap(Incarnation node) {
        numbers.merge(node, 3L, (number, two) -> number + 2);
        lossDetector.takes("all", new Frame(node, 1, numbers.get(node), 0, 1, List.of(), null, List.of()), time.now());
    }

    private void hearAt(long moment, String room) {
        hearAt(moment, A, room);
    }

    private void hearAt(long moment, Incarnation from, String room) {
        passUntil(moment);
        lossDetector.takes(room, new Frame(from, 1, 1, 0, 1, List.of(), null, List.of()), time.now());
    }

    private void passUntil(long moment) {
        time.pass(Duration.ofMillis(moment).minusNanos(time.now()));
    }

    /** What is told when A, which was heard last then, is given up now. */
    private String givenUp(long lastHeard) {
        PeerInfo a = new PeerInfo(A.toString(), "a", NodeInfo.Status.GONE);
        lossDetector.givenUp(A, a, Duration.ofMillis(lastHeard).toNanos());
        return told().get(0);
    }

    private List<String> told() {
        List<String> told = losses.stream()
                .map(loss -> new TreeSet<>(loss.rooms()) + " " + loss.since().toEpochMilli() + "-"
                        + loss.until().toEpochMilli())
                .toList();
        losses.clear();
        return told;
    }

    private static Frame frame(long number) {
        return new Frame(A, 1, number, 0, 1, List.of(), null, List.of());
    }
}
