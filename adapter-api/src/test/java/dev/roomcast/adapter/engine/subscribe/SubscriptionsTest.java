package dev.roomcast.adapter.engine.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.RecordingTransport;
import dev.roomcast.adapter.engine.SimulatedCluster;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.spi.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state machine of a channel, event by event. */
class SubscriptionsTest {

    private final VirtualTime time = new VirtualTime(1);
    private final Wire wire = new Wire(time.execution(), 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100));
    private final RecordingTransport transport = new RecordingTransport();
    private final List<String> heard = new ArrayList<>();
    private final List<Long> lostSince = new ArrayList<>();
    private final LocalMember member = member("m");
    private Runnable whenRefused = () -> {};

    @BeforeEach
    void open() {
        wire.open(transport);
        wire.publishing(Optional.empty());
    }

    @Test
    void whatIsWantedBeforeALinkIsUpIsAskedForThen() {
        CompletionStage<Void> joined = joined(want("a"));
        pass();
        assertEquals(List.of(), transport.takeCommands());
        Link link = linkUp();
        assertEquals(List.of("+[a]"), transport.takeCommands());
        assertFalse(joined.toCompletableFuture().isDone());
        link.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(joined));
    }

    @Test
    void aJoinThatRacesTheUnsubscriptionWaitsForBoth() {
        Link link = linkUp();
        Subscription a = confirmed("a", link);
        unwant(a);
        linger();
        CompletionStage<Void> again = joined(want("a"));
        pass();
        assertEquals(List.of("-[a]"), transport.takeCommands(), "no SUBSCRIBE before the unsubscription is confirmed");
        link.unsubscribed("a");
        pass();
        assertEquals(List.of("+[a]"), transport.takeCommands());
        assertFalse(again.toCompletableFuture().isDone(), "the old confirmation does not count");
        link.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(again));
    }

    @Test
    void aRoomThatComesBackSoonCostsNothing() {
        Link link = linkUp();
        Subscription a = confirmed("a", link);
        unwant(a);
        Subscription b = want("b");
        link.subscribed("b");
        pass();
        unwant(b);
        for (int i = 0; i < 10; i++) {
            assertTrue(SimulatedCluster.isDone(joined(want("a"))), "its channel was never given up");
            unwant(a);
            time.pass(Duration.ofMillis(30));
        }
        assertEquals(List.of("+[b]", "-[b]"), transport.takeCommands(), "nor does it keep others");
        want("a");
        unwant(a);
        linger();
        assertEquals(List.of("-[a]"), transport.takeCommands());
    }

    @Test
    void whatLingersWhenItsLinkDiesIsForgotten() {
        Link link = linkUp();
        Subscription a = confirmed("a", link);
        unwant(a);
        link.down(new IllegalStateException("cut"));
        linkUp();
        linger();
        assertEquals(List.of(), transport.takeCommands());
    }

    private void linger() {
        time.pass(Duration.ofMillis(60));
    }

    @Test
    void whatIsGivenUpBeforeItIsConfirmedIsGivenUpAfterwards() {
        Link link = linkUp();
        unwant(want("a"));
        assertEquals(List.of("+[a]"), transport.takeCommands());
        link.subscribed("a");
        linger();
        assertEquals(List.of("-[a]"), transport.takeCommands());
        link.unsubscribed("a");
        pass();
        assertEquals(List.of(), transport.takeCommands());
    }

    @Test
    void aLinkThatDiedConfirmsNothing() {
        Link first = linkUp();
        CompletionStage<Void> joined = joined(want("a"));
        first.down(new IllegalStateException("cut"));
        wire.unavailable("a", new IllegalStateException("cut"));
        Link second = linkUp();
        first.subscribed("a");
        pass();
        assertFalse(joined.toCompletableFuture().isDone());
        assertEquals(List.of("+[a]", "+[a]"), transport.takeCommands());
        second.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(joined));
    }

    @Test
    void afterAReconnectEverythingComesBackInBatchesWithControlChannelsFirst() {
        Link first = linkUp();
        for (String channel : List.of("a", "b", "c", "d", "e")) {
            want(channel);
            first.subscribed(channel);
        }
        want("control", true);
        first.subscribed("control");
        pass();
        transport.takeCommands();
        first.down(new IllegalStateException("cut"));
        linkUp();
        List<String> commands = transport.takeCommands();
        assertEquals(2, commands.size(), commands.toString());
        assertTrue(commands.get(0).startsWith("+[control, "), commands.toString());
        assertEquals(6, wire.subscriptions().recovering());
    }

    @Test
    void whatIsUnavailableAlthoughALinkIsUpIsAskedForAgain() {
        linkUp();
        want("a");
        transport.takeCommands();
        wire.unavailable("a", new IllegalStateException("not now"));
        pass();
        assertEquals(List.of(), transport.takeCommands());
        time.pass(Duration.ofMillis(200));
        assertEquals(List.of("+[a]"), transport.takeCommands());
    }

    @Test
    void aRefusedChannelFailsItsJoinsOnceAndIsAskedForAgainWhileItIsWanted() {
        Link link = linkUp();
        Subscription a = want("a");
        List<String> undone = new ArrayList<>();
        CompletionStage<Void> joined = wire.subscriptions().confirmation(a, "a", member, Optional.of(takeWaiter -> {
            undone.add("a");
            return takeWaiter.getAsBoolean();
        }));
        refuse("a");
        assertEquals(List.of("a"), undone);
        assertTrue(joined.toCompletableFuture().isCompletedExceptionally());
        transport.takeCommands();
        wire.subscriptions().retry();
        assertEquals(List.of("+[a]"), transport.takeCommands());
        assertEquals(1, wire.subscriptions().refused(), "it counts as refused until it is confirmed");
        refuse("a");
        assertEquals(List.of("a refused"), heard, "told once");
        wire.subscriptions().retry();
        link.subscribed("a");
        pass();
        assertEquals(0, wire.subscriptions().refused());
    }

    @Test
    void joiningAgainDuringAnOutageDoesNotPutAMemberOutThatHadJoined() {
        Link first = linkUp();
        Subscription a = want("a");
        first.subscribed("a");
        pass();
        first.down(new IllegalStateException("cut"));
        pass();
        CompletionStage<Void> again = joined(a);
        linkUp();
        refuse("a");
        assertTrue(again.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void aMemberThatLeavesAndJoinsAgainWhileARefusalIsToldStays() {
        Link link = linkUp();
        Subscription a = want("a");
        RoomIndex index = indexWithSomebodyIn(a);
        LocalMember comes = member(index, "comes");
        CompletionStage<Void> first = join(index, comes, a);
        List<CompletionStage<Void>> again = new ArrayList<>();
        whenRefused = () -> {
            index.leave(comes, List.of("a"));
            again.add(join(index, comes, a));
        };
        refuse("a");
        assertTrue(SimulatedCluster.isDone(first), "it has left");
        assertFalse(again.get(0).toCompletableFuture().isDone(), "the broker was asked again");
        link.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(again.get(0)));
        assertTrue(index.membersOf("a").contains(comes));
    }

    @Test
    void aMemberThatJoinsOnceMoreWhileARefusalIsToldIsToldOfItAsWell() {
        linkUp();
        Subscription a = want("a");
        RoomIndex index = indexWithSomebodyIn(a);
        LocalMember comes = member(index, "comes");
        List<CompletionStage<Void>> joined = new ArrayList<>(List.of(join(index, comes, a)));
        whenRefused = () -> joined.add(join(index, comes, a));
        refuse("a");
        assertFalse(index.membersOf("a").contains(comes));
        joined.forEach(stage -> assertEquals(Outcome.REFUSED, outcome(stage)));
    }

    /** The room has a member that waits for nothing, so that it stays. */
    private RoomIndex indexWithSomebodyIn(Subscription s) {
        RoomIndex index = new RoomIndex(
                new RoomIndex.Observer() {
                    @Override
                    public void created(Room room) {}

                    @Override
                    public void joined(Room room, LocalMember member) {}

                    @Override
                    public void left(Room room, LocalMember member) {
                        wire.subscriptions().left(s, room.name(), member);
                    }

                    @Override
                    public void deleted(Room room) {}
                },
                10);
        index.join(member(index, "stays"), List.of(s.channel));
        return index;
    }

    private static LocalMember member(RoomIndex index, String id) {
        LocalMember member = new LocalMember(index, Connection.of(id, packet -> {}, why -> {}), id, null, Map.of());
        index.add(member);
        return member;
    }

    private CompletionStage<Void> join(RoomIndex index, LocalMember member, Subscription s) {
        List<CompletionStage<Void>> confirmed = index.join(
                member,
                List.of(s.channel),
                entry -> wire.subscriptions().confirmation(s, s.channel, member, undo(index, member, entry)));
        wire.subscriptions().settle();
        return Objects.requireNonNull(confirmed).get(0);
    }

    private static Optional<Subscription.Undo> undo(RoomIndex index, LocalMember member, RoomIndex.Entry entry) {
        return entry.isNew()
                ? Optional.of(takeWaiter -> index.leave(member, entry.room(), takeWaiter))
                : Optional.empty();
    }

    @Test
    void whoLeavesIsNotKeptWaiting() {
        Subscription a = want("a");
        CompletionStage<Void> joined = joined(a);
        wire.subscriptions().left(a, "a", member);
        pass();
        assertTrue(SimulatedCluster.isDone(joined));
        assertEquals(List.of(), a.takeWaiters());
    }

    @Test
    void aTransportThatThrowsIsAskedAgain() {
        linkUp();
        transport.duringSubscribe = () -> {
            throw new AssertionError("a bug of the transport");
        };
        want("a");
        assertEquals(List.of(), transport.takeCommands());
        time.pass(Duration.ofMillis(200));
        assertEquals(List.of("+[a]"), transport.takeCommands());
    }

    @Test
    void oneOfTwoLinksThatDiesLeavesItsChannelsAwaited() {
        Link one = linkUp();
        Subscription a = want("a");
        one.subscribed("a");
        Link two = linkUp();
        want("b");
        two.subscribed("b");
        pass();
        one.down(new IllegalStateException("cut"));
        pass();
        assertEquals(1, wire.subscriptions().recovering());
        two.subscribed("a");
        pass();
        assertEquals(0, wire.subscriptions().recovering());
        assertEquals(Subscription.State.CONFIRMED, a.state);
        one.frame("a", new byte[1]);
        pass();
        assertEquals(List.of("a lost"), heard, "what comes from a dead link");
    }

    @Test
    void aJoinThatIsNotConfirmedInTimeFailsAndIsConfirmedLater() {
        linkUp();
        CompletionStage<Void> joined = joined(want("a"));
        time.pass(Duration.ofSeconds(6));
        assertTrue(joined.toCompletableFuture().isCompletedExceptionally());
        joined.whenComplete((done, failure) ->
                heard.add(((AdapterException) failure).outcome().name()));
        assertEquals(List.of("NOT_CONFIRMED"), heard);
    }

    @Test
    void framesReachOnlyWhatIsSubscribed() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        link.frame("a", new byte[1]);
        link.frame("b", new byte[1]);
        pass();
        assertEquals(List.of("a"), heard);
        unwant(a);
        link.frame("a", new byte[1]);
        pass();
        assertEquals(List.of("a", "a"), heard, "numbers count until the channel is given up");
        linger();
        link.unsubscribed("a");
        link.frame("a", new byte[1]);
        pass();
        assertEquals(List.of("a", "a", "a forgotten"), heard);
    }

    @Test
    void aChannelIsForgottenOnlyWhenItIsGivenUp() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        link.down(new IllegalStateException("cut"));
        pass();
        Link next = linkUp();
        next.subscribed("a");
        pass();
        unwant(a);
        linger();
        want("a");
        pass();
        assertEquals(List.of("a lost"), heard);
        next.unsubscribed("a");
        pass();
        assertEquals(List.of("a lost", "a forgotten"), heard);
        next.subscribed("a");
        pass();
        next.down(new IllegalStateException("cut"));
        pass();
        unwant(a);
        pass();
        assertEquals(
                List.of("a lost", "a forgotten", "a lost", "a forgotten"), heard, "given up while there is no link");
    }

    @Test
    void whatIsNotKnownIsIgnored() {
        WireLink link = (WireLink) linkUp();
        Subscriptions subscriptions = wire.subscriptions();
        subscriptions.subscribed(link, "a");
        subscriptions.unsubscribed(link, "a");
        subscriptions.unavailable("a", new IllegalStateException("not now"));
        subscriptions.frame(link, "a", new byte[1]);
        assertFalse(subscriptions.refused("a", new IllegalStateException("NOPERM")));
        assertEquals(List.of(), transport.takeCommands());
    }

    @Test
    void whatIsNotAskedForIsNeitherConfirmedNorRefused() {
        Link one = linkUp();
        want("a");
        one.subscribed("a");
        pass();
        Link two = linkUp();
        two.subscribed("a");
        pass();
        wire.unavailable("a", new IllegalStateException("late"));
        assertFalse(wire.subscriptions().refused("a", new IllegalStateException("late")));
        time.pass(Duration.ofMillis(200));
        assertEquals(List.of("+[a]"), transport.takeCommands());
        one.frame("a", new byte[1]);
        pass();
        assertEquals(List.of("a"), heard, "its link is the first one still");
        two.frame("a", new byte[1]);
        pass();
        assertEquals(List.of("a"), heard, "and no other");
    }

    @Test
    void onlyTheLinkOfAChannelEndsItAndOnlyWhenItWasGivenUp() {
        Link one = linkUp();
        Subscription a = want("a");
        one.subscribed("a");
        one.unsubscribed("a");
        pass();
        assertEquals(Subscription.State.CONFIRMED, a.state);
        Link two = linkUp();
        unwant(a);
        linger();
        two.unsubscribed("a");
        pass();
        assertEquals(Subscription.State.LEAVING, a.state);
        one.unsubscribed("a");
        pass();
        assertEquals(Subscription.State.IDLE, a.state);
    }

    @Test
    void commandsAreCutIntoBatchesAndNoneIsLarger() {
        Link link = linkUp();
        List<Subscription> all = new ArrayList<>();
        for (String channel : List.of("a", "b", "c", "d")) {
            all.add(wire.subscriptions().want(channel, owner(channel, false)));
        }
        wire.subscriptions().settle();
        assertEquals(List.of("+[a, b, c]", "+[d]"), transport.takeCommands());
        all.forEach(s -> link.subscribed(s.channel));
        pass();
        wire.subscriptions().release(all);
        assertEquals(List.of("-[a, b, c]", "-[d]"), transport.takeCommands(), "released at once");
    }

    @Test
    void whoIsReleasedWhileItWaitsFails() {
        linkUp();
        Subscription a = want("a");
        CompletionStage<Void> joined = joined(a);
        wire.subscriptions().release(List.of(a));
        pass();
        assertEquals(Outcome.CLOSED, outcome(joined));
    }

    @Test
    void whatIsForgottenKeepsNobodyWaiting() {
        Subscription a = want("a");
        CompletionStage<Void> joined = joined(a);
        unwant(a);
        pass();
        assertTrue(SimulatedCluster.isDone(joined));
    }

    @Test
    void whatIsConfirmedOrNotWantedNeedsNoWait() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(joined(a)));
        Subscription b = want("b");
        unwant(b);
        assertTrue(SimulatedCluster.isDone(joined(b)), "its member has left again");
    }

    @Test
    void aJoinOfARefusedRoomAsksAtOnce() {
        linkUp();
        Subscription a = want("a");
        refuse("a");
        transport.takeCommands();
        joined(a);
        assertEquals(List.of("+[a]"), transport.takeCommands());
    }

    @Test
    void aRefusalIsNewsUntilTheChannelIsConfirmed() {
        Link link = linkUp();
        want("a");
        assertTrue(refusedNow("a"));
        wire.subscriptions().retry();
        assertFalse(refusedNow("a"));
        wire.subscriptions().retry();
        link.subscribed("a");
        pass();
        link.down(new IllegalStateException("cut"));
        linkUp();
        assertTrue(refusedNow("a"));
    }

    @Test
    void whatNobodyWantsWhenItIsRefusedOrUnavailableIsForgotten() {
        linkUp();
        unwant(want("a"));
        unwant(want("b"));
        assertFalse(refusedNow("a"));
        wire.unavailable("b", new IllegalStateException("not now"));
        pass();
        assertEquals(List.of("a forgotten", "b forgotten"), heard);
        assertEquals(0, wire.subscriptions().refused());
    }

    @Test
    void aControlChannelThatNobodyWantsAnyMoreDoesNotLinger() {
        Link link = linkUp();
        unwant(want("control", true));
        link.subscribed("control");
        pass();
        assertEquals(List.of("+[control]", "-[control]"), transport.takeCommands());
    }

    @Test
    void aTransportThatThrowsFromUnsubscribeIsReset() {
        Link link = linkUp();
        Subscription a = confirmed("a", link);
        transport.duringUnsubscribe = () -> {
            throw new AssertionError("a bug of the transport");
        };
        unwant(a);
        linger();
        assertEquals(List.of("reset"), transport.takeCommands());
    }

    @Test
    void whatWaitsWhenALinkComesIsRecoveringAndWhatIsConfirmedIsNot() {
        want("a");
        Link one = linkUp();
        assertEquals(1, wire.subscriptions().recovering());
        one.subscribed("a");
        pass();
        assertEquals(0, wire.subscriptions().recovering());
        linkUp();
        assertEquals(0, wire.subscriptions().recovering());
        want("b");
        wire.unavailable("b", new IllegalStateException("not now"));
        pass();
        assertEquals(1, wire.subscriptions().recovering());
    }

    @Test
    void aChannelOfALinkThatDiesIsAskedForOnTheOtherAtOnce() {
        Link one = linkUp();
        want("a");
        one.subscribed("a");
        linkUp();
        transport.takeCommands();
        one.down(new IllegalStateException("cut"));
        pass();
        assertEquals(List.of("+[a]"), transport.takeCommands());
    }

    @Test
    void whatIsWantedAgainWhenTheLinkDiesOnWhichItWasGivenUpBeginsAnew() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        unwant(a);
        linger();
        want("a");
        link.down(new IllegalStateException("cut"));
        pass();
        assertEquals(List.of("a forgotten"), heard);
    }

    @Test
    void aDeadLinksChannelsAreNotGivenUpOnAnother() {
        WireLink one = (WireLink) linkUp();
        Subscription a = want("a");
        one.subscribed("a");
        pass();
        Link two = linkUp();
        Subscription b = confirmed("b", two);
        // While the drain is busy commands wait.
        transport.duringSubscribe = () -> {
            wire.subscriptions().release(List.of(a, b));
            wire.subscriptions().linkDown(one, new IllegalStateException("cut"), true);
        };
        want("c");
        pass();
        assertEquals(List.of("+[c]", "-[b]"), transport.takeCommands());
    }

    @Test
    void onceClosedNothingIsAskedForAndWhoeverWaitsFails() {
        Link link = linkUp();
        Subscription b = want("b");
        link.subscribed("b");
        pass();
        CompletionStage<Void> joined = joined(want("a"));
        Subscription c = wire.subscriptions().want("c", owner("c", false));
        transport.takeCommands();
        transport.duringSubscribe = () -> {
            want("d");
            wire.replaceLinkOf(b, time.now(), "for the test");
            wire.subscriptions().release(List.of(b));
            wire.close();
        };
        wire.subscriptions().settle();
        pass();
        assertEquals(List.of("+[c]"), transport.takeCommands(), "b, d and the reset were waiting");
        want("e");
        pass();
        assertEquals(List.of(), transport.takeCommands());
        assertEquals(Outcome.CLOSED, outcome(joined));
        assertEquals(Outcome.CLOSED, outcome(joined(c)));
    }

    @Test
    void onlyWhoSaysSoComesFirst() {
        linkUp();
        Subscription.Owner ordinary = new Subscription.Owner() {
            @Override
            public void frame(byte[] bytes) {}

            @Override
            public void refused(Throwable why) {}
        };
        transport.duringSubscribe = () -> {
            wire.subscriptions().want("b", ordinary);
            want("control", true);
            wire.subscriptions().want("c", ordinary);
        };
        want("a");
        pass();
        assertEquals(List.of("+[a]", "+[control, b, c]"), transport.takeCommands());
    }

    private boolean refusedNow(String channel) {
        boolean news = wire.subscriptions().refused(channel, new IllegalStateException("NOPERM"));
        pass();
        return news;
    }

    private static Outcome outcome(CompletionStage<Void> stage) {
        assertTrue(stage.toCompletableFuture().isDone(), "still pending");
        CompletionException thrown = assertThrows(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        return ((AdapterException) thrown.getCause()).outcome();
    }

    @Test
    void aDeafLinkIsResetOnceAndWhatComesOnItLaterProvesNothing() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        want("b");
        link.subscribed("b");
        pass();
        transport.takeCommands();
        long lastHeard = time.now();
        pass();
        link.frame("b", new byte[1]);
        pass();
        wire.replaceLinkOf(a, lastHeard, "for the test");
        wire.replaceLinkOf(a, lastHeard, "for the test, again");
        link.frame("b", new byte[1]);
        pass();
        assertEquals(List.of("reset"), transport.takeCommands());
        link.down(new IllegalStateException("reset"));
        pass();
        assertEquals(List.of("b", "b", "a lost", "b lost"), heard);
        assertEquals(List.of(lastHeard, lastHeard), lostSince);
        wire.replaceLinkOf(a, lastHeard, "it is down already");
        assertEquals(List.of(), transport.takeCommands());
    }

    @Test
    void whatIsRenewedIsGivenUpAndAskedForAgainAndNothingOfItIsForgotten() {
        Link link = linkUp();
        Subscription a = confirmed("a", link);
        renew(a);
        assertEquals(List.of("-[a]"), transport.takeCommands());
        assertEquals(1, wire.subscriptions().recovering(), "health waits for it");
        link.unsubscribed("a");
        pass();
        assertEquals(List.of("+[a]"), transport.takeCommands(), "not before that is confirmed");
        link.subscribed("a");
        pass();
        assertEquals(0, wire.subscriptions().recovering());
        assertEquals(List.of("a renewed"), heard);
    }

    @Test
    void whatIsLeftAndWantedAgainWhileItIsRenewedBeginsAnew() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        renew(a);
        unwant(a);
        want("a");
        link.unsubscribed("a");
        pass();
        assertEquals(List.of("a renewed", "a forgotten"), heard);
    }

    @Test
    void whatIsRenewedWhenItsLinkDiesIsAskedForOnTheNextAndNotForgotten() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        renew(a);
        transport.takeCommands();
        link.down(new IllegalStateException("cut"));
        linkUp();
        assertEquals(List.of("+[a]"), transport.takeCommands());
        assertEquals(List.of("a renewed"), heard);
    }

    @Test
    void whatIsRenewedWhenTheBrokerDropsItIsAskedForAtOnceAndNotForgotten() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        renew(a);
        transport.takeCommands();
        link.dropped("a", "moved");
        pass();
        assertEquals(List.of("+[a]"), transport.takeCommands());
        assertEquals(List.of("a renewed"), heard);
    }

    @Test
    void onlyWhatIsWantedAndConfirmedOnThatLinkIsRenewedAndOnceUntilSomethingComes() {
        Link link = linkUp();
        Subscription a = want("a");
        WireLink on = (WireLink) link;
        assertFalse(wire.subscriptions().renew(a, on), "it is not confirmed");
        link.subscribed("a");
        pass();
        assertFalse(wire.subscriptions().renew(a, (WireLink) linkUp()));
        renew(a);
        link.unsubscribed("a");
        pass();
        link.subscribed("a");
        pass();
        assertFalse(wire.subscriptions().renew(a, on), "that has not helped");
        link.frame("a", new byte[0]);
        pass();
        renew(a);
        link.unsubscribed("a");
        pass();
        link.subscribed("a");
        pass();
        unwant(a);
        assertFalse(wire.subscriptions().renew(a, on), "nobody wants it");
    }

    private void renew(Subscription s) {
        assertTrue(wire.subscriptions()
                .renew(s, Objects.requireNonNull(wire.subscriptions().linkOf(s))));
        pass();
    }

    @Test
    void whatIsDroppedIsLostAndAskedForAgainAtOnce() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        want("b");
        link.subscribed("b");
        pass();
        transport.takeCommands();
        long lastAlive = time.now();
        pass();
        link.frame("b", new byte[1]);
        time.pass(Duration.ofMillis(2));
        lastAlive += Duration.ofMillis(1).toNanos();
        link.dropped("a", "for the test");
        pass();
        assertEquals(List.of("b", "a lost"), heard);
        assertEquals(List.of(lastAlive), lostSince);
        assertEquals(List.of("+[a]"), transport.takeCommands());
        assertEquals(1, wire.subscriptions().recovering());
        link.frame("a", new byte[1]);
        CompletionStage<Void> joined = joined(a);
        pass();
        assertFalse(SimulatedCluster.isDone(joined), "the old confirmation does not count");
        link.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(joined));
        assertEquals(0, wire.subscriptions().recovering());
        assertEquals(List.of("b", "a lost"), heard);
        assertEquals(1, wire.counters().of(Counters.CHANNELS_DROPPED).sum());
    }

    @Test
    void whatIsDroppedAndNotWantedIsForgotten() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        unwant(a);
        transport.takeCommands();
        link.dropped("a", "for the test");
        linger();
        assertEquals(List.of(), transport.takeCommands());
        assertEquals(List.of("a forgotten"), heard);
        want("a");
        assertEquals(List.of("+[a]"), transport.takeCommands());
    }

    @Test
    void whatIsDroppedWhileItIsGivenUpIsGivenUp() {
        Link link = linkUp();
        Subscription a = want("a");
        link.subscribed("a");
        pass();
        unwant(a);
        linger();
        CompletionStage<Void> again = joined(want("a"));
        transport.takeCommands();
        link.dropped("a", "for the test");
        pass();
        assertEquals(List.of("+[a]"), transport.takeCommands());
        link.unsubscribed("a");
        pass();
        assertEquals(List.of(), transport.takeCommands(), "the answer to what was given up comes late");
        link.subscribed("a");
        pass();
        assertTrue(SimulatedCluster.isDone(again));
        assertEquals(List.of("a forgotten"), heard);
        assertEquals(0, wire.counters().of(Counters.CHANNELS_DROPPED).sum());
    }

    @Test
    void whatATransportDoubtsInHindsightMayBeMissed() {
        Link link = linkUp();
        for (String channel : List.of("a", "b")) {
            want(channel);
            link.subscribed(channel);
        }
        time.pass(Duration.ofSeconds(10));
        link.frame("a", new byte[0]);
        pass();
        long now = time.now();
        link.dropped("a", "moved a while ago", Duration.ofSeconds(3));
        link.down(new IllegalStateException("was cut off"), Duration.ofSeconds(5));
        pass();
        assertEquals(
                List.of(
                        now - Duration.ofSeconds(3).toNanos(),
                        now - Duration.ofSeconds(5).toNanos()),
                lostSince);
    }

    @Test
    void whatIsDroppedBeforeTheTransportHeardThatItIsGivenUpIsNotGivenUp() {
        Link link = linkUp();
        Subscription a = confirmed("a", link);
        transport.duringSubscribe = () -> {
            wire.subscriptions().release(List.of(a));
            wire.subscriptions().dropped((WireLink) link, "a", new IllegalStateException("for the test"), time.now());
        };
        want("b");
        pass();
        assertEquals(List.of("+[b]"), transport.takeCommands());
    }

    @Test
    void whatIsDroppedButNotConfirmedIsOfNoEffect() {
        Link dead = linkUp();
        want("a");
        dead.subscribed("a");
        pass();
        dead.down(new IllegalStateException("cut"));
        Link link = linkUp();
        transport.takeCommands();
        heard.clear();
        link.dropped("a", "it is only asked for");
        link.dropped("unknown", "nobody has asked for it");
        pass();
        link.subscribed("a");
        pass();
        dead.dropped("a", "on a link that is down");
        pass();
        assertEquals(List.of(), transport.takeCommands());
        assertEquals(List.of(), heard);
        assertEquals(0, wire.subscriptions().recovering());
        assertEquals(0, wire.counters().of(Counters.CHANNELS_DROPPED).sum());
    }

    private static LocalMember member(String id) {
        RoomIndex none = new RoomIndex(new NoObserver(), 1);
        return new LocalMember(none, Connection.of(id, packet -> {}, why -> {}), id, null, Map.of());
    }

    private Link linkUp() {
        Link link = wire.linkUp("link");
        pass();
        return link;
    }

    private void refuse(String channel) {
        wire.refused(channel, new IllegalStateException("NOPERM"));
        pass();
    }

    private void pass() {
        time.pass(Duration.ofMillis(1));
    }

    /** A channel that is wanted, and confirmed on a link. */
    private Subscription confirmed(String channel, Link on) {
        Subscription subscription = want(channel);
        on.subscribed(channel);
        pass();
        transport.takeCommands();
        return subscription;
    }

    private Subscription want(String channel) {
        return want(channel, false);
    }

    private Subscription want(String channel, boolean first) {
        Subscription s = wire.subscriptions().want(channel, owner(channel, first));
        wire.subscriptions().settle();
        return s;
    }

    private Subscription.Owner owner(String channel, boolean first) {
        return new Subscription.Owner() {
            @Override
            public boolean comesFirst() {
                return first;
            }

            @Override
            public void frame(byte[] bytes) {
                heard.add(channel);
            }

            @Override
            public void lost(Throwable why, long lastAlive) {
                heard.add(channel + " lost");
                lostSince.add(lastAlive);
            }

            @Override
            public void renewed(long lastHeard) {
                heard.add(channel + " renewed");
            }

            @Override
            public void forgotten() {
                heard.add(channel + " forgotten");
            }

            @Override
            public void refused(Throwable why) {
                heard.add(channel + " refused");
                whenRefused.run();
            }
        };
    }

    private void unwant(Subscription s) {
        wire.subscriptions().unwant(s);
        wire.subscriptions().settle();
    }

    private CompletionStage<Void> joined(Subscription s) {
        CompletionStage<Void> joined = wire.subscriptions().confirmation(s, s.channel, member, Optional.empty());
        wire.subscriptions().settle();
        return joined;
    }
}
