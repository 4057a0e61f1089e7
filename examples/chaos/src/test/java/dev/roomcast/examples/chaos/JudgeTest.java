package dev.roomcast.examples.chaos;

import static dev.roomcast.adapter.NodeInfo.Status.ALIVE;
import static dev.roomcast.adapter.NodeInfo.Status.GONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge finds what is wrong in notes that are made up, and nothing else. Times are in milliseconds since the beginning. */
class JudgeTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Address ROOM = Address.room("room");
    private static final Address ROOMS = Address.parse("ROOMS:room,other");
    private static final Address USER = Address.parse("USER:user");
    private static final Address MEMBER = Address.parse("MEMBER:b-1");
    private static final Address EVERYONE = Address.parse("EVERYONE:");
    private static final int JOIN = 0;

    private final Judge judge = new Judge(HEARTBEAT, GRACE, PacketOrder.ACROSS_CHANNELS);

    /** Nodes a and b know each other. Node b has a member in a room since 200; node a has one that is nowhere. */
    @BeforeEach
    void meet() {
        judge.born("a", at(0));
        judge.born("b", at(0));
        a(new Note.Seen(at(90), "b", ALIVE));
        b(new Note.Seen(at(90), "a", ALIVE));
        b(new Note.Added(at(0), "b-1", "user"));
        a(new Note.Added(at(0), "a-1", "other-user"));
        a(new Note.Standing(at(100), Status.UP));
        b(new Note.Standing(at(100), Status.UP));
        b(new Note.Joining(at(150), JOIN, "b-1", "room"));
        b(new Note.Joined(at(200), JOIN));
    }

    private void a(Note note) {
        tell("a", note);
    }

    private void b(Note note) {
        tell("b", note);
    }

    private void tell(String node, Note note) {
        judge.note(node, Note.parse(note.line() + Journal.END_OF_LINE));
    }

    private static Instant at(long millis) {
        return BEGIN.plusMillis(millis);
    }

    private void sent(int number, long at, Address to) {
        sent(number, at, to, Note.Fate.ACCEPTED);
    }

    private void sent(int number, long at, Address to, Note.Fate fate) {
        a(new Note.Sent(at(at), number, to));
        a(new Note.Answered(at(at + 1), number, fate));
        if (to.kind() == Address.Kind.EVERYONE) {
            a(new Note.Received(at(at), "a-1", "a", number, to));
        }
    }

    private void received(int number, long at, Address to) {
        b(new Note.Received(at(at), "b-1", "a", number, to));
    }

    /** Nothing goes well from one moment to another, and node b knows. */
    private void outage(long from, long to) {
        fault(Fault.KILL, from, to);
        b(new Note.Standing(at(from + 1), Status.DEGRADED));
        b(new Note.Standing(at(to), Status.UP));
    }

    private void fault(Fault kind, long from, long to) {
        judge.fault(new Outage.Done(kind, "b", at(from), at(to)));
    }

    private void told(long at, Loss.Scope scope, String name, String from, long since, long until) {
        b(new Note.Lost(at(at), Loss.Kind.POSSIBLE, scope, Set.of(name), from, at(since), at(until)));
    }

    private Verdict assertBroken(Promise... expected) {
        Verdict verdict = judge.verdict();
        Map<Promise, Integer> broken = new EnumMap<>(Promise.class);
        for (Promise promise : Promise.values()) {
            if (verdict.breaches.count(promise) > 0) {
                broken.put(promise, verdict.breaches.count(promise));
            }
        }
        Map<Promise, Integer> wanted = new EnumMap<>(Promise.class);
        for (Promise promise : expected) {
            wanted.merge(promise, 1, Integer::sum);
        }
        assertEquals(wanted, broken, verdict::toString);
        assertEquals(expected.length == 0, verdict.isKept());
        return verdict;
    }

    @Test
    void whatCameInOrderIsRight() {
        List<Address> all = List.of(ROOM, ROOMS, USER, EVERYONE, MEMBER, ROOM);
        for (int i = 0; i < all.size(); i++) {
            sent(i, 1_000 + i, all.get(i));
            received(i, 1_001 + i, all.get(i));
        }
        assertEquals(6, assertBroken().delivered);
    }

    @Test
    void aLostPacketThatNothingTellsIsFound() {
        sent(0, 1_000, ROOM);
        received(0, 1_001, ROOM);
        sent(1, 1_010, ROOM);
        assertBroken(Promise.LOST_UNTOLD);
    }

    @Test
    void soIsOneForSeveralRoomsAUserAMemberOrEveryone() {
        List<Address> all = List.of(ROOMS, USER, MEMBER, EVERYONE);
        for (int i = 0; i < all.size(); i++) {
            sent(i, 1_000 + i, all.get(i));
        }
        assertBroken(Collections.nCopies(4, Promise.LOST_UNTOLD).toArray(Promise[]::new));
    }

    @Test
    void aPacketForAMemberOfAnotherNameIsOwedToNobody() {
        sent(0, 1_000, Address.parse("MEMBER:b-10"));
        sent(1, 1_010, Address.parse("USER:somebody"));
        assertBroken();
    }

    @Test
    void aJoinAfterWhichNothingComesHasLied() {
        sent(0, 1_000, ROOM);
        sent(1, 1_010, ROOM);
        assertBroken(Promise.LOST_UNTOLD, Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void aPacketOfBeforeTheJoinsStageHadCompletedIsNotOwed() {
        sent(0, 199, ROOM);
        assertBroken();
    }

    @Test
    void aPacketThatWasUnderWayWhenTheMemberLeftIsNotOwed() {
        sent(0, 1_000, ROOM);
        b(new Note.Leaving(at(1_002), JOIN));
        sent(1, 20_000, ROOM);
        assertBroken();
    }

    @Test
    void aMemberThatLeftLongAfterwardsWasOwedIt() {
        sent(0, 1_000, ROOM);
        b(new Note.Leaving(at(20_000), JOIN));
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void aJoinThatWasNotConfirmedInTimeIsOwedFromTheNextUpOn() {
        b(new Note.Joining(at(1_000), JOIN + 1, "b-1", "late"));
        outage(900, 8_000);
        b(new Note.NotJoined(at(6_000), JOIN + 1));
        sent(0, 7_000, Address.room("late"));
        sent(1, 9_000, Address.room("late"));
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void aFailedStageTellsALoss() {
        sent(0, 1_000, ROOM);
        received(0, 1_001, ROOM);
        outage(2_000, 3_000);
        sent(1, 2_100, ROOM, Note.Fate.NOT_SENT);
        sent(2, 2_200, ROOM, Note.Fate.UNKNOWN);
        assertEquals(2, assertBroken().toldByStage);
    }

    @Test
    void anEventTellsALossIfItCoversTheRoomTheTimeAndTheSender() {
        outage(2_000, 3_000);
        sent(0, 2_100, ROOM);
        told(3_100, Loss.Scope.ROOMS, "room", Note.Lost.ANYONE, 1_900, 3_000);
        sent(1, 2_200, USER);
        told(3_100, Loss.Scope.USERS, "user", "a", 1_900, 3_000);
        sent(2, 2_300, EVERYONE);
        told(3_100, Loss.Scope.NAMESPACE, "", Note.Lost.ANYONE, 1_900, 3_000);
        assertEquals(3, assertBroken().toldByEvent);
    }

    @Test
    void anEventOfAnotherRoomTellsNothing() {
        outage(2_000, 3_000);
        sent(0, 2_100, ROOM);
        told(3_100, Loss.Scope.ROOMS, "other", Note.Lost.ANYONE, 1_900, 3_000);
        told(3_100, Loss.Scope.NAMESPACE, "", Note.Lost.ANYONE, 1_900, 3_000);
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void anEventOfAnotherSenderTellsNothing() {
        outage(2_000, 3_000);
        sent(0, 2_100, USER);
        told(3_100, Loss.Scope.USERS, "user", "b", 1_900, 3_000);
        assertBroken(Promise.LOST_UNTOLD);
    }

    @Test
    void anEventOfAnotherTimeTellsNothing() {
        outage(2_000, 3_000);
        sent(0, 2_100, USER);
        told(3_100, Loss.Scope.USERS, "user", "a", 1_900, 2_090);
        told(3_100, Loss.Scope.USERS, "user", "a", 2_110, 3_000);
        assertBroken(Promise.LOST_UNTOLD);
    }

    @Test
    void whatWasSentBeforeALossWasUnderWayIfWhatWasBeforeItCameLater() {
        sent(0, 1_900, MEMBER);
        sent(1, 1_950, EVERYONE);
        outage(2_000, 3_000);
        received(0, 2_050, MEMBER);
        told(3_100, Loss.Scope.NAMESPACE, "", Note.Lost.ANYONE, 2_050, 3_000);
        assertEquals(1, assertBroken().toldByEvent);
    }

    @Test
    void whatCameLaterInAnotherRoomOrOfALaterPacketSaysNothingOfThat() {
        sent(0, 1_900, ROOM);
        sent(1, 1_950, EVERYONE);
        sent(2, 1_960, MEMBER);
        outage(2_000, 3_000);
        received(0, 2_050, ROOM);
        received(2, 2_050, MEMBER);
        told(3_100, Loss.Scope.NAMESPACE, "", Note.Lost.ANYONE, 2_050, 3_000);
        assertBroken(Promise.LOST_UNTOLD);
    }

    @Test
    void nothingExcusesALossOnTheSendersOwnNode() {
        outage(2_000, 3_000);
        a(new Note.Sent(at(2_100), 0, EVERYONE));
        a(new Note.Answered(at(2_100), 0, Note.Fate.NOT_SENT));
        assertBroken(Promise.LOST_UNTOLD);
    }

    @Test
    void aDuplicateIsFound() {
        sent(0, 1_000, ROOM);
        received(0, 1_001, ROOM);
        received(0, 1_002, ROOM);
        assertBroken(Promise.DUPLICATE);
    }

    @Test
    void aReorderingInARoomIsFound() {
        assertReordered(ROOM, ROOM);
    }

    @Test
    void aReorderingAroundWhatIsForSeveralRoomsOrEveryoneIsFound() {
        assertReordered(ROOM, ROOMS);
        assertReordered(2, EVERYONE, USER);
        assertReordered(4, ROOMS, EVERYONE);
    }

    private void assertReordered(Address first, Address second) {
        assertReordered(0, first, second);
    }

    private void assertReordered(int number, Address first, Address second) {
        Reception reception = new Reception(PacketOrder.ACROSS_CHANNELS);
        assertEquals(Reception.Turn.IN_ORDER, reception.received(number + 1, second));
        assertEquals(Reception.Turn.TOO_LATE, reception.received(number, first), first + " after " + second);
    }

    @Test
    void severalServersKeepTheOrderOfAChannelOnly() {
        Reception reception = new Reception(PacketOrder.IN_A_CHANNEL);
        assertEquals(Reception.Turn.IN_ORDER, reception.received(5, EVERYONE));
        assertEquals(Reception.Turn.IN_ORDER, reception.received(3, ROOM));
        assertEquals(Reception.Turn.TOO_LATE, reception.received(4, ROOMS));
        assertEquals(Reception.Turn.TOO_LATE, reception.received(2, ROOM));
        assertEquals(Reception.Turn.IN_ORDER, reception.received(6, EVERYONE));
        assertEquals(Reception.Turn.IN_ORDER, reception.received(1, USER));
    }

    @Test
    void aReorderingCountsInTheVerdict() {
        sent(0, 1_000, ROOM);
        sent(1, 1_010, ROOM);
        received(1, 1_011, ROOM);
        received(0, 1_012, ROOM);
        assertBroken(Promise.REORDERED);
    }

    @Test
    void roomsHaveNoOrderAmongThemselves() {
        Reception reception = new Reception(PacketOrder.ACROSS_CHANNELS);
        assertEquals(Reception.Turn.IN_ORDER, reception.received(1, ROOM));
        assertEquals(Reception.Turn.IN_ORDER, reception.received(0, Address.room("other")));
        assertTrue(reception.has(0));
        assertFalse(reception.has(2));
    }

    @Test
    void aLossEventWithoutAFaultIsFound() {
        told(1_000, Loss.Scope.ROOMS, "room", Note.Lost.ANYONE, 900, 1_000);
        assertBroken(Promise.STRAY_LOSS);
    }

    @Test
    void aLossEventIsInTimeUpToTwoHeartbeatsAfterBothNodesAreUp() {
        outage(2_000, 3_000);
        told(13_000, Loss.Scope.ROOMS, "room", Note.Lost.ANYONE, 1_900, 3_000);
        told(13_010, Loss.Scope.ROOMS, "room", Note.Lost.ANYONE, 1_900, 3_000);
        assertBroken(Promise.STRAY_LOSS);
    }

    @Test
    void aGapMayComeLateIfItsLossWasToldInTime() {
        outage(2_000, 3_000);
        sent(0, 2_100, USER);
        told(3_100, Loss.Scope.USERS, "user", Note.Lost.ANYONE, 1_900, 3_000);
        sent(1, 2_200, ROOM, Note.Fate.NOT_SENT);
        gap(60_000, Loss.Scope.USERS, "user");
        gap(60_000, Loss.Scope.ROOMS, "room");
        assertEquals(2, assertBroken().lateGaps);
    }

    @Test
    void aGapIsStrayIfWhatWasNotSentHasNothingToDoWithIt() {
        outage(2_000, 3_000);
        sent(0, 2_100, ROOM, Note.Fate.NOT_SENT);
        sent(1, 10_000, ROOM);
        received(1, 10_001, ROOM);
        b(new Note.Lost(at(60_000), Loss.Kind.GAP, Loss.Scope.ROOMS, Set.of("room"), "a", at(50_000), at(60_000)));
        assertBroken(Promise.STRAY_LOSS);
    }

    @Test
    void aGapMustNotComeLateIfNothingElseToldItsLoss() {
        outage(2_000, 3_000);
        sent(0, 2_100, USER);
        gap(60_000, Loss.Scope.USERS, "user");
        assertBroken(Promise.STRAY_LOSS);
    }

    private void gap(long at, Loss.Scope scope, String name) {
        b(new Note.Lost(at(at), Loss.Kind.GAP, scope, Set.of(name), "a", at(1_000), at(at)));
    }

    @Test
    void whatIsNotSentMustNotArrive() {
        sent(0, 1_000, ROOM);
        received(0, 1_001, ROOM);
        outage(2_000, 3_000);
        sent(1, 2_100, ROOM, Note.Fate.NOT_SENT);
        received(1, 2_101, ROOM);
        assertBroken(Promise.NOT_SENT_RECEIVED);
    }

    @Test
    void aStageThatNeverEndsIsFound() {
        a(new Note.Sent(at(1_000), 0, ROOM));
        received(0, 1_001, ROOM);
        Verdict verdict = judge.verdict();
        assertEquals(1, verdict.breaches.count(Promise.BAD_STAGE));
    }

    @Test
    void aNodeThatIsNotUpAgainIsFound() {
        fault(Fault.KILL, 2_000, 3_000);
        a(new Note.Standing(at(2_001), Status.DOWN));
        assertBroken(Promise.NOT_BACK);
    }

    @Test
    void packetsThatAreNotAcceptedWhileAllIsWellBreakTheVerdict() {
        for (int i = 0; i < 98; i++) {
            sent(i, 1_000 + i, ROOM);
            received(i, 1_001 + i, ROOM);
        }
        sent(98, 1_200, ROOM, Note.Fate.UNKNOWN);
        sent(99, 1_201, ROOM, Note.Fate.UNKNOWN);
        assertFalse(judge.verdict().isKept());
    }

    @Test
    void recoveryCountsFromTheEndOfTheLastFaultBeforeIt() {
        fault(Fault.KILL, 2_000, 3_000);
        a(new Note.Standing(at(2_001), Status.DEGRADED));
        fault(Fault.CUT_BOTH, 4_500, 4_500);
        a(new Note.Standing(at(5_000), Status.UP));
        String page = assertBroken().toString();
        assertTrue(page.contains("| longest time to recover | 0.50 s |"), page);
    }

    @Test
    void whatWasUnderWayWhenAFaultBeganMayComeAfterIt() {
        sent(0, 1_000, ROOM);
        outage(5_000, 40_000);
        b(new Note.Leaving(at(45_000), JOIN));
        assertBroken();
    }

    @Test
    void aFaultLongAfterwardsExcusesNothing() {
        outage(50_000, 60_000);
        sent(0, 1_000, ROOM);
        b(new Note.Leaving(at(45_000), JOIN));
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void anOutageThatNeverEndsIsABreachOfItsOwn() {
        fault(Fault.KILL, 2_000, 3_000);
        b(new Note.Standing(at(2_001), Status.DEGRADED));
        sent(0, 2_100, ROOM);
        assertBroken(Promise.NOT_BACK);
    }

    /** Node b is killed, and c takes its place; a has given b up by then. */
    private void replaced(long killed, long givenUp) {
        judge.died("b", at(killed));
        judge.born("c", at(killed + 100));
        fault(Fault.NODE_KILLED, killed, killed + 100);
        tell("c", new Note.Added(at(killed + 150), "b-1", "user"));
        tell("c", new Note.Joining(at(killed + 200), JOIN, "b-1", "room"));
        tell("c", new Note.Joined(at(killed + 300), JOIN));
        tell("c", new Note.Seen(at(killed + 300), "a", ALIVE));
        tell("c", new Note.Standing(at(killed + 300), Status.UP));
        a(new Note.Seen(at(killed + 300), "c", ALIVE));
        a(new Note.Seen(at(givenUp), "b", GONE));
    }

    @Test
    void aNodeThatWasKilledIsOwedNothingThatNeedNotHaveComeByThen() {
        sent(0, 31_000, ROOM);
        sent(1, 41_000, ROOM);
        replaced(50_000, 60_000);
        assertBroken();
    }

    @Test
    void aNodeThatWasKilledWasOwedWhatMustHaveBeenToldLongBefore() {
        sent(0, 1_000, ROOM);
        replaced(50_000, 60_000);
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void whoTakesThePlaceOfANodeIsOwedWhatIsSentFromItsJoinsOn() {
        replaced(50_000, 50_400);
        sent(0, 50_250, ROOM);
        sent(1, 50_500, ROOM);
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }

    @Test
    void aNodeThatWasKilledMustBeGoneForTheOthers() {
        replaced(50_000, 60_000);
        a(new Note.Seen(at(60_001), "b", ALIVE));
        fault(Fault.CUT_BOTH, 61_000, 61_000);
        assertBroken(Promise.NOT_BACK);
    }

    @Test
    void theDeathOfANodeIsToldWhenItIsGivenUp() {
        replaced(50_000, 60_000);
        a(new Note.Lost(at(60_000), Loss.Kind.POSSIBLE, Loss.Scope.NAMESPACE, Set.of(""), "b", at(49_000), at(60_000)));
        a(new Note.Lost(at(71_000), Loss.Kind.POSSIBLE, Loss.Scope.NAMESPACE, Set.of(""), "b", at(49_000), at(60_000)));
        assertBroken(Promise.STRAY_LOSS);
    }

    @Test
    void whatASenderWasToldToBeAcceptedIsOwedAlthoughItWasKilled() {
        sent(0, 1_000, ROOM);
        received(0, 1_001, ROOM);
        sent(1, 49_900, ROOM);
        killSender();
        assertBroken(Promise.LOST_UNTOLD);
    }

    @Test
    void itIsToldByTheSendersDeath() {
        sent(0, 49_900, ROOM);
        killSender();
        told(60_000, Loss.Scope.ROOMS, "room", "a", 49_000, 60_000);
        assertEquals(1, assertBroken().toldByEvent);
    }

    @Test
    void whatASenderDidNotLiveToSeeAnsweredIsNoPromise() {
        a(new Note.Sent(at(49_999), 0, ROOM));
        killSender();
        assertBroken();
    }

    private void killSender() {
        judge.died("a", at(50_000));
        fault(Fault.NODE_KILLED, 50_000, 50_000);
        b(new Note.Seen(at(60_000), "a", GONE));
    }

    @Test
    void aNodeThatWasStoppedMustTellWhatItHasMissed() {
        sent(0, 1_000, USER);
        received(0, 1_001, USER);
        fault(Fault.NODE_STOPPED, 2_000, 8_000);
        sent(1, 3_000, USER);
        sent(2, 4_000, ROOM);
        told(8_100, Loss.Scope.USERS, "user", Note.Lost.ANYONE, 2_000, 8_000);
        assertBroken(Promise.LOST_UNTOLD, Promise.JOIN_LIED);
    }
}
