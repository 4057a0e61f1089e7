package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When what is told. Moments are milliseconds. */
class HearingTest {

    private static final Incarnation A = new Incarnation(1, 1);
    private static final Incarnation B = new Incarnation(2, 2);

    private final VirtualTime time = new VirtualTime(1);
    private final List<Loss> losses = new ArrayList<>();
    private final List<Long> unheard = new ArrayList<>();
    private final Hearing hearing = new Hearing(
            time.execution(),
            new Counters(),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            node -> Optional.empty(),
            losses::add,
            (channel, node) -> {},
            unheard::add);

    HearingTest() {
        confirm("r");
        confirm("s");
        time.pass(Duration.ofMillis(10));
    }

    @Test
    void aTailIsNoNews() {
        assertTrue(hearing.takes("r", frame(1), time.now()));
        assertFalse(hearing.takes("r", frame(1), time.now()));
        assertFalse(hearing.takes("r", frame(1).with(List.of(new Message.Tail())), time.now()));
    }

    @Test
    void aSenderWhoseNameIsNotKnownHasAnIdentity() {
        hearing.takes("r", frame(1), time.now());
        hearing.takes("r", frame(3), time.now());
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
        hearing.beat();
        hearing.beat();
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
        hearing.forget(A);
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

    @Test
    void whatIsGivenUpIsNeitherLostNorKnown() {
        hearing.takes("r", frame(7), time.now());
        lose("r", 5);
        hearing.forget("r");
        confirm("r");
        assertEquals(List.of(), told());
        assertTrue(hearing.takes("r", frame(7), time.now()), "a new beginning");
    }

    @Test
    void whoIsForgottenIsANewSender() {
        hearing.takes("r", frame(7), time.now());
        hearing.forget(A);
        assertTrue(hearing.takes("r", frame(7), time.now()));
    }

    private void confirm(String room) {
        hearing.confirmed(room, Target.room(room));
    }

    private void lose(String room, long lastAlive) {
        hearing.lost(room, Duration.ofMillis(lastAlive).toNanos());
    }

    private void outage(long since, long until) {
        passUntil(since);
        lose("r", since);
        passUntil(until);
        confirm("r");
        told();
    }

    private void hearAt(long moment, String room) {
        hearAt(moment, A, room);
    }

    private void hearAt(long moment, Incarnation from, String room) {
        passUntil(moment);
        hearing.takes(room, new Frame(from, 1, 1, 0, 1, List.of(), null, List.of()), time.now());
    }

    private void passUntil(long moment) {
        time.pass(Duration.ofMillis(moment).minusNanos(time.now()));
    }

    /** What is told when A, which was heard last then, is given up now. */
    private String givenUp(long lastHeard) {
        KnownNode a = new KnownNode(A.toString(), "a", NodeInfo.Status.GONE);
        hearing.givenUp(A, a, Duration.ofMillis(lastHeard).toNanos());
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
