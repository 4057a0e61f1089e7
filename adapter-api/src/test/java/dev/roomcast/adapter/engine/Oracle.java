package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.RoomListener;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedHost.Client;
import dev.roomcast.adapter.engine.SimulatedHost.Membership;
import dev.roomcast.adapter.engine.SimulatedHost.Order;
import dev.roomcast.adapter.engine.SimulatedHost.Seat;
import dev.roomcast.adapter.engine.SimulatedHost.Walk;
import dev.roomcast.adapter.engine.StuckSends.Held;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What an adapter promises, said a second time and as simply as possible: who must get a packet, who may, in which order, and how every
 * stage ends. It knows the calls of the users and the faults, and nothing of the engine.
 *
 * <p>Two windows keep it honest and simple. A node's own view of its link is believed only while nothing has happened to link or process for
 * a moment ({@link #isSettled}). And that something does not fail, or is complete, is asked only of nodes which no fault has concerned for
 * a good while ({@link #isCalm}).
 */
final class Oracle {

    /** So many packets are handed over for one connection that breaks. */
    private static final int SENDS_PER_BREAK = 500;

    private static final long TWO_RETRIES = Duration.ofSeconds(10).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MOMENT = Duration.ofMillis(1).toNanos();
    private static final long GOOD_WHILE = Duration.ofSeconds(8).toNanos();
    private static final long MEETING = Duration.ofSeconds(5).toNanos();
    /** As a server may say how long a send may take (roomcast.send.bound). */
    private static final Duration SEND_BOUND = Duration.ofMillis(100);
    /** A walk goes on after that and a look, in so many steps: time in which the process stands still is nobody's. */
    private static final int STEPS_PER_BOUND = 10;

    private static final int STEPS_TO_GO_ON = 14;
    private static final int MOST_HELD = 64;
    private static final long MOST_WAITING = 1 << 20;
    private static final int WAITING_OVERHEAD = 64;

    /** A packet, from its call on. */
    private static final class Sent {
        final long number;
        final Seat seat;
        final Target target;
        final String channel;
        final long epoch;
        final long calledAt;
        /** When it was called; of one that may have waited, when it left. */
        long at;

        final int size;
        final Set<Client> delivered = new HashSet<>();
        /** The clients of its own node that it may be for. Set only where a send may be stuck. */
        Set<Client> recipients = new HashSet<>();
        /** The stuck send that its call has come to last, as long as it has not gone on. */
        boolean isHeld;

        boolean calling = true;
        /** How many calls had begun, when it returned. */
        long returnedBefore = Long.MAX_VALUE;

        boolean left;
        boolean published;
        boolean accepted;
        boolean notSent;

        Sent(long number, Seat seat, Target target, String channel, long epoch, long at, int size) {
            this.size = size;
            this.number = number;
            this.seat = seat;
            this.target = target;
            this.channel = channel;
            this.epoch = epoch;
            this.calledAt = at;
            this.at = at;
        }
    }

    private record Pending(CompletionStage<?> stage, Seat seat, String what, long number) {}

    private record Span(int nodes, long emptied) {}

    private final VirtualTime time;
    private final History history;
    private final LossOracle losses;
    private final List<Seat> seats = new ArrayList<>();
    private final Map<String, Seat> byIncarnation = new HashMap<>();
    private final Map<Long, Sent> sent = new HashMap<>();
    private final List<Pending> pending = new ArrayList<>();
    /** Those whose connection has thrown what it was sent, and that are to be disconnected. */
    private final Map<Client, DisconnectReason.Kind> broken = new LinkedHashMap<>();

    private StuckSends stuckSends;
    /** Packets whose calls are under way, where somebody's send may be stuck. */
    private final Set<Sent> calls = new LinkedHashSet<>();
    /** Of each namespace: how many bytes packets would have in a queue, all that were sent. */
    private final Map<String, Long> bytesSent = new HashMap<>();

    /** Of each namespace and room: on how many nodes it is, and when it was last on none. */
    private final Map<String, Span> spans = new HashMap<>();

    /** When the last refusal of a channel came to a node. */
    private final Map<String, Long> refusals = new HashMap<>();

    /** The last number of each stream. */
    private final Map<String, Long> numbers = new HashMap<>();

    private long lastPacket;
    private long lastStage;
    private long lastDeparture;
    private long expectations;
    private boolean isSigned;
    private boolean isAttacked;
    private boolean isPatient;
    private boolean isOfSeveralReleases;
    private boolean isStatic;
    private BrokenPromise failure;

    Oracle(VirtualTime time, History history) {
        this.time = time;
        this.history = history;
        this.losses = new LossOracle(time);
    }

    long packets() {
        return lastPacket;
    }

    /** How many times a packet had to arrive on a node, and did. */
    long expectations() {
        return expectations;
    }

    LossOracle losses() {
        return losses;
    }

    /** What was found while the engine was calling, where nothing can be thrown. */
    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Something was thrown where nothing may be. */
    void broken(Throwable thrown) {
        if (failure == null) {
            failure = thrown instanceof BrokenPromise known
                    ? known
                    : new BrokenPromise(History.WORLD, "", "a call threw " + thrown, thrown);
        }
    }

    private void broken(Seat seat, String room, String what) {
        if (failure == null) {
            failure = new BrokenPromise(seat == null ? History.WORLD : seat.host.number, room, what);
        }
    }

    // ---- nodes and faults

    void opened(Seat seat) {
        seats.add(seat);
        byIncarnation.put(seat.incarnation, seat);
        log(seat, "", "opened", 0);
        seat.adapter.onRoomEvent(new Events(seat));
        seat.adapter.cluster().onEvent(new Departures(seat));
    }

    /** Nodes sign what they say, and are heard once they have shown that they live. */
    void signed() {
        isSigned = true;
    }

    /** Packets outlive an outage: they are promised to whoever is there when they leave. */
    void patient() {
        isPatient = true;
    }

    /** What a node says before it has heard of all others, some of them may not read, and tell as lost. */
    void severalReleases() {
        isOfSeveralReleases = true;
    }

    /** Rooms and users have no channels of their own. */
    void together() {
        isStatic = true;
    }

    private String channelOf(Seat seat, String room) {
        return isStatic ? seat.channelNames.namespace() : seat.channelNames.room(room);
    }

    /** From now on somebody repeats what he has recorded. */
    void attacked() {
        isAttacked = true;
        losses.crowded();
    }

    /** He publishes a frame once more, as it was sent at that moment, on its channel. */
    void handedOver(String channel, byte[] frame, long sentAt) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        Seat from = byIncarnation.get(new Incarnation(bytes.getLong(4), bytes.getLong(12)).toString());
        if (from != null) {
            losses.handedOver(from, channel, sentAt);
        }
    }

    /** Whether nodes meet while somebody repeats what one of them had said before: it takes heartbeats to tell that apart. */
    private boolean isMixedUp(Seat at, Optional<Seat> from) {
        long metAt = Math.max(at.openedAt, from.map(seat -> seat.openedAt).orElse(0L));
        return isAttacked && time.now() - metAt < MEETING;
    }

    /** A node closes, or dies. */
    void ended(Seat seat, String how) {
        log(seat, "", how, 0);
        seat.open = false;
        lastDeparture = time.now();
        seat.rooms.keySet().forEach(room -> emptied(seat, room));
        seat.present.values().forEach(client -> {
            client.isPresent = false;
            client.memberships.values().forEach(membership -> membership.ended = true);
        });
        seat.present.clear();
        seat.rooms.clear();
        seat.expected.clear();
        seat.walk = null;
        seat.held.clear();
        seat.slow.clear();
        seats.remove(seat);
        losses.endedUnreceived(seat);
        losses.ended(seat);
    }

    /** What a host has not been told to be accepted when it dies may never have left it. */
    void died(SimulatedHost host) {
        sent.values().stream().filter(s -> s.seat.host == host && !s.accepted).forEach(packet -> {
            mayBeLost(packet);
            losses.failed(packet.number);
        });
        host.seats.forEach(losses::died);
    }

    /** From now on the link hears nothing, or not everything, until it is replaced. */
    void deafened(SimulatedHost host) {
        host.deaf.add(new SimulatedHost.Span(time.now(), Long.MAX_VALUE));
    }

    /** From now on what a host publishes reaches only hosts that were left behind in the same way, until it connects anew. */
    void demoted(SimulatedHost host) {
        disturbed(host, Duration.ZERO);
        host.faults.add(new SimulatedHost.Span(time.now(), Long.MAX_VALUE));
        seats.forEach(seat -> seat.expected.keySet().removeIf(number -> sent.get(number).seat.host == host));
    }

    /** By now a node has found out on which channels it hears nothing. */
    void found(SimulatedHost host) {
        host.transport
                .missed()
                .forEach(channel -> broken(
                        host.seats.get(0),
                        Campaign.roomOf(channel),
                        host + " has not found out that it hears nothing on " + channel));
        rethrow();
    }

    /** A link came or went: what was under way to the node may be lost, and its channels are asked for anew. */
    void linkChanged(SimulatedHost host) {
        host.touched = time.now();
        host.troubles.add(time.now());
        if (host.transport.isDeaf()) {
            deafened(host);
        } else {
            host.deaf.replaceAll(span -> new SimulatedHost.Span(span.since(), Math.min(span.until(), time.now())));
        }
        host.lostSome.replaceAll(span -> new SimulatedHost.Span(span.since(), Math.min(span.until(), time.now())));
        if (host.transport.hasLostSome()) {
            host.lostSome.add(new SimulatedHost.Span(time.now(), Long.MAX_VALUE));
        }
        if (!host.transport.isDemoted()) {
            host.faults.replaceAll(span ->
                    new SimulatedHost.Span(span.since(), span.until() == Long.MAX_VALUE ? time.now() : span.until()));
        }
        disturbed(host, Duration.ZERO);
        for (Seat seat : host.seats) {
            seat.hears = false;
            seat.confirmedBefore.addAll(seat.confirmed);
            seat.confirmed.clear();
            seat.expected.clear();
        }
    }

    /** The connection to speak came or went: until it has come, nothing of the node itself comes back. */
    void speakingChanged(SimulatedHost host) {
        if (host.transport.canSpeak()) {
            host.mute.replaceAll(span -> new SimulatedHost.Span(span.since(), Math.min(span.until(), time.now())));
        } else {
            host.mute.add(new SimulatedHost.Span(time.now(), Long.MAX_VALUE / 2));
        }
    }

    void stoodStill(SimulatedHost host, Duration soLong) {
        host.touched = Math.max(host.touched, time.now() + soLong.toNanos());
        host.troubles.add(time.now());
        losses.slow(soLong);
        disturbed(host, soLong);
    }

    void disturbed(SimulatedHost host, Duration soLong) {
        host.disturbed = Math.max(host.disturbed, time.now() + soLong.toNanos());
        host.faults.add(new SimulatedHost.Span(time.now(), time.now() + soLong.toNanos()));
    }

    void dropped(SimulatedHost host, byte[] frame) {
        disturbed(host, Duration.ZERO);
        packetsIn(frame, number -> host.seats.forEach(seat -> seat.expected.remove(number)));
    }

    /** The frames of a stream are numbered from 1, without a gap, in the order in which they leave (docs/wire.md). */
    void handed(SimulatedHost host, String channel, byte[] frame) {
        boolean isTail = (frame[3] & 16) != 0;
        if (isTail) {
            // It tells the last number once more.
            return;
        }
        if (isPatient) {
            packetsIn(frame, this::leaves);
        }
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        String stream = channel + " " + bytes.getLong(4) + " " + bytes.getLong(12) + " " + bytes.getLong(20);
        bytes.position(28);
        long number = 0;
        int shift = 0;
        byte next = bytes.get();
        while (next < 0) {
            number |= (long) (next & 0x7f) << shift;
            shift += 7;
            next = bytes.get();
        }
        number |= (long) next << shift;
        long before = numbers.getOrDefault(stream, 0L);
        if (number != before + 1) {
            broken(
                    host.seats.get(0),
                    Campaign.roomOf(channel),
                    "frame " + number + " follows frame " + before + " on " + channel);
        }
        numbers.put(stream, number);
    }

    void violated(SimulatedHost host, String room, String what) {
        // While the node has not been told of another link, what it asks is about the one before.
        if (isSettled(host)) {
            broken(host.seats.get(0), room, host + " breaks the contract of the transport: it " + what);
        }
    }

    void published(byte[] frame) {
        packetsIn(frame, number -> {
            Sent packet = sent.get(number);
            if (packet != null) {
                packet.published = true;
            }
        });
    }

    /** A refusal has come to a node. */
    void refused(SimulatedHost host, String channel) {
        refusals.put(host.number + channel, time.now());
        history.add(host.number, "", "refused " + channel, 0);
    }

    private boolean wasRefused(Seat seat, String room, long since) {
        return refusals.getOrDefault(seat.host.number + channelOf(seat, room), Long.MIN_VALUE) >= since - MOMENT;
    }

    /** Whether a node may not listen where all speak: then it knows nothing of how long its link has been deaf. */
    private boolean isShutOut(Seat seat) {
        String channel = seat.host.number + seat.channelNames.namespace();
        return time.now() - refusals.getOrDefault(channel, -TWO_RETRIES) < TWO_RETRIES;
    }

    /** Packets are marked, so that they are found in a frame without knowing what a frame is. */
    private static void packetsIn(byte[] frame, LongConsumer found) {
        // A seal may look like a mark by chance.
        int length = FrameCodec.isSealed(frame) ? frame.length - FrameMac.BYTES : frame.length;
        for (int i = 0; i < length; i++) {
            if (frame[i] != '<') {
                continue;
            }
            long number = 0;
            int end = i + 1;
            while (end < length && frame[end] >= '0' && frame[end] <= '9') {
                number = 10 * number + frame[end++] - '0';
            }
            if (end > i + 1 && end < length && frame[end] == '>') {
                found.accept(number);
            }
        }
    }

    private static String marked(long number) {
        return "<" + number + ">";
    }

    private static long numberOf(Packet packet) {
        String text = packet.text();
        return Long.parseLong(text.substring(1, text.indexOf('>')));
    }

    private boolean isSettled(SimulatedHost host) {
        return host.transport.canHear() && host.canAct() && time.now() - host.touched > MOMENT;
    }

    /** Whether no fault has concerned a node since a good while before that moment. */
    private boolean isCalm(SimulatedHost host, long since) {
        // A link that is deaf disturbs for as long as nobody has found out.
        boolean isWell = !host.transport.isDeaf() && !host.transport.isDemoted();
        return host.open && isWell && host.disturbed < since - GOOD_WHILE;
    }

    private void log(Seat seat, String room, String what, long number) {
        history.add(seat.host.number, room, what, number);
    }

    // ---- members

    void adding(Client client) {
        findGivenUp(client.seat);
        finishWalk(client.seat);
        log(client.seat, "", "add " + client.id, client.number);
        client.seat.present.put(client.id, client);
        comesAmongCalls(client);
    }

    void removing(Client client) {
        findGivenUp(client.seat);
        finishWalk(client.seat);
        log(client.seat, "", "remove " + client.id, client.number);
        if (client.isPresent) {
            gone(client);
        }
    }

    /** Its connection throws what it is sent: it is a member no more, and is disconnected. */
    private void breaks(Client client) {
        log(client.seat, "", "breaks: " + client.id, client.number);
        givenUp(client, DisconnectReason.Kind.FAILED);
    }

    private void givenUp(Client client, DisconnectReason.Kind why) {
        gone(client);
        client.seat.givenUp++;
        broken.put(client, why);
    }

    void disconnected(Client client, DisconnectReason reason) {
        findGivenUp(client.seat);
        DisconnectReason.Kind expected = broken.remove(client);
        if (expected != reason.kind()) {
            broken(client.seat, "", client + " was disconnected as " + reason + ", and should be as " + expected);
        }
    }

    private void gone(Client client) {
        Seat seat = client.seat;
        if (seat.walk != null) {
            seat.walk.misses.remove(client);
        }
        seat.held.values().forEach(walk -> walk.misses.remove(client));
        seat.slow.remove(client);
        client.awaits.clear();
        List.copyOf(client.memberships.keySet()).forEach(room -> exit(client, room));
        client.isPresent = false;
        client.seat.present.remove(client.id);
        client.seat.expected.values().forEach(members -> members.remove(client));
        losses.removed(client);
    }

    /** Returns what the join is about: while its call is under way, somebody else may have the client leave and join again. */
    Map<String, Membership> joining(Client client, Collection<String> rooms) {
        findGivenUp(client.seat);
        finishWalk(client.seat);
        for (String room : rooms) {
            log(client.seat, room, "join " + client.id, client.number);
            review(client, room);
            if (client.isPresent && !client.memberships.containsKey(room)) {
                client.memberships.put(room, new Membership(time.now()));
                Set<Client> members = client.seat.rooms.computeIfAbsent(room, name -> filled(client.seat, name));
                members.add(client);
                changed(client, room);
            }
        }
        Map<String, Membership> joins = new HashMap<>();
        rooms.stream()
                .filter(client.memberships::containsKey)
                .forEach(room -> joins.put(room, client.memberships.get(room)));
        return joins;
    }

    void joined(Client client, Collection<String> rooms, Map<String, Membership> joins, CompletionStage<Void> stage) {
        long number = ++lastStage;
        long asked = time.now();
        boolean wasPresent = client.isPresent;
        pending.add(new Pending(stage, client.seat, "join of " + client + " to " + new TreeSet<>(rooms), number));
        stage.whenComplete((done, failed) -> {
            log(client.seat, rooms.iterator().next(), "join " + outcome(failed), number);
            findGivenUp(client.seat);
            if (failed == null) {
                // Of several channels one may have been confirmed and lost again before the last one was confirmed.
                boolean stands = rooms.size() == 1 || client.seat.host.touched < asked;
                new TreeSet<>(joins.keySet()).forEach(room -> confirmed(client, room, joins.get(room), stands));
            } else {
                failedJoin(client, rooms, asked, wasPresent, failed);
            }
        });
    }

    private void confirmed(Client client, String room, Membership membership, boolean stands) {
        Seat seat = client.seat;
        if (membership.ended || !seat.open) {
            return;
        }
        membership.sure = true;
        if (stands && isSettled(seat.host)) {
            if (!seat.host.transport.isSubscribed(channelOf(seat, room))) {
                broken(
                        seat,
                        room,
                        "the join of " + client + " to " + room + " has completed, and the broker knows nothing of it");
            }
            seat.confirmed.add(room);
        }
    }

    private void failedJoin(Client client, Collection<String> rooms, long asked, boolean wasPresent, Throwable failed) {
        Seat seat = client.seat;
        String room = rooms.iterator().next();
        Outcome outcome = outcomeOf(failed);
        if (outcome == null) {
            if (wasPresent) {
                broken(seat, room, "a join of " + client + " failed with " + failed);
            }
        } else if (outcome == Outcome.REFUSED) {
            if (rooms.stream().noneMatch(name -> wasRefused(seat, name, asked))) {
                broken(seat, room, "a join of " + client + " was refused, by nobody: " + failed);
            }
            rooms.forEach(name -> review(client, name));
        } else if (outcome != Outcome.NOT_CONFIRMED && outcome != Outcome.CLOSED) {
            broken(seat, room, "a join of " + client + " failed as " + outcome);
        } else if (isCalm(seat.host, asked) && seat.open) {
            broken(seat, room, "a join of " + client + " failed as " + outcome + " although nothing was wrong");
        }
    }

    void leaving(Client client, Collection<String> rooms) {
        findGivenUp(client.seat);
        finishWalk(client.seat);
        for (String room : rooms) {
            log(client.seat, room, "leave " + client.id, client.number);
            exit(client, room);
        }
    }

    private void exit(Client client, String room) {
        Membership membership = client.memberships.remove(room);
        if (membership == null) {
            return;
        }
        membership.ended = true;
        Set<Client> members = client.seat.rooms.get(room);
        members.remove(client);
        if (members.isEmpty()) {
            client.seat.rooms.remove(room);
            emptied(client.seat, room);
        }
        changed(client, room);
    }

    /** From now on it is open whether what is under way reaches that client. */
    private void changed(Client client, String room) {
        client.changedAt = time.now();
        losses.changed(client, room);
        client.seat.expected.forEach((number, members) -> {
            if (concerns(number, room)) {
                members.remove(client);
            }
        });
        changedMeanwhile(client, room);
    }

    /** Whoever is selected at one moment of a delivery that is interrupted may get the packet. */
    private void changedMeanwhile(Client client, String room) {
        client.seat.held.forEach((number, walk) -> {
            if (concerns(number, room)) {
                walk.misses.remove(client);
                if (maySelect(sent.get(number).target, client)) {
                    walk.recipients.add(client);
                }
            }
        });
        comesAmongCalls(client);
    }

    /** Of a call that is under way the delivery may have yet to begin. */
    private void comesAmongCalls(Client client) {
        calls.removeIf(packet -> !packet.calling);
        calls.stream()
                .filter(packet -> packet.seat == client.seat && maySelect(packet.target, client))
                .forEach(packet -> packet.recipients.add(client));
    }

    private boolean concerns(long number, String room) {
        Target target = sent.get(number).target;
        return target.roomNames().contains(room) || target.exceptedRoomNames().contains(room);
    }

    private Set<Client> filled(Seat seat, String room) {
        Span span = spans.getOrDefault(seat.namespace + room, new Span(0, -1));
        spans.put(seat.namespace + room, new Span(span.nodes() + 1, span.emptied()));
        seat.roomSince.put(room, time.now());
        return new LinkedHashSet<>();
    }

    private void emptied(Seat seat, String room) {
        Span span = spans.get(seat.namespace + room);
        spans.put(seat.namespace + room, new Span(span.nodes() - 1, time.now()));
        seat.confirmed.remove(room);
        seat.confirmedBefore.remove(room);
        seat.roomSince.remove(room);
        losses.emptied(seat, room);
    }

    /** Whether a refusal may have undone the join, of which no stage has told yet. */
    private boolean isDoubtful(Client client, String room) {
        Membership membership = client.memberships.get(room);
        return membership != null && !membership.sure && wasRefused(client.seat, room, membership.since);
    }

    private boolean isDoubtful(Client client, Target target) {
        return Stream.concat(target.roomNames().stream(), target.exceptedRoomNames().stream())
                .anyMatch(room -> isDoubtful(client, room));
    }

    /** Only where a refusal may have undone a join is the node itself asked. */
    private void review(Client client, String room) {
        if (isDoubtful(client, room)
                && client.seat.open
                && !client.seat.adapter.rooms().of(client.member).contains(room)) {
            exit(client, room);
        }
    }

    // ---- packets

    private static boolean selects(Target target, Client client) {
        return includes(target, client)
                && client.memberships.keySet().stream().noneMatch(target.exceptedRoomNames()::contains);
    }

    /** Whether a target selects a client, apart from the rooms that it excepts. */
    private static boolean includes(Target target, Client client) {
        boolean in = target.isEveryone()
                || target.memberIds().contains(client.id)
                || client.user.map(target.userIds()::contains).orElse(false)
                || client.memberships.keySet().stream().anyMatch(target.roomNames()::contains);
        return in && !target.exceptedMemberIds().contains(client.id);
    }

    /** Whom a target selects on a node, of whom that is certain. */
    private static Stream<Client> selected(Seat seat, Target target, Oracle by) {
        return seat.present.values().stream()
                .filter(client -> selects(target, client) && !by.isDoubtful(client, target));
    }

    /**
     * Whether the engine may select a client. A refusal may have undone a join, and the engine alone knows whether it has. So a
     * doubtful membership counts where a room is included, and not where it is excepted.
     */
    private boolean maySelect(Target target, Client client) {
        return includes(target, client)
                && client.memberships.keySet().stream()
                        .noneMatch(room -> target.exceptedRoomNames().contains(room) && !isDoubtful(client, room));
    }

    /** The clients of a node that the engine may select when a delivery begins. */
    private Set<Client> possible(Seat seat, Target target) {
        return seat.present.values().stream()
                .filter(client -> maySelect(target, client))
                .collect(Collectors.toSet());
    }

    /** One room or one user has a channel; all else goes to every node. */
    private String channel(Target target) {
        if (isStatic) {
            return "";
        }
        boolean others = target.isEveryone() || !target.memberIds().isEmpty();
        if (!others && target.userIds().isEmpty() && target.roomNames().size() == 1) {
            return "room " + target.roomNames().iterator().next();
        }
        if (!others && target.roomNames().isEmpty() && target.userIds().size() == 1) {
            return "user " + target.userIds().iterator().next();
        }
        return "";
    }

    void broadcast(Seat seat, Target target) {
        broadcast(seat, target, (int) ((lastPacket + 1) * 7 % 60));
    }

    void broadcast(Seat seat, Target target, int padding) {
        findGivenUp(seat);
        finishWalk(seat);
        String channel = channel(target);
        boolean isBarrier = channel.isEmpty() && !staysHere(target);
        if (isBarrier) {
            seat.barriers++;
        }
        long epoch = isBarrier ? 2 * seat.barriers - 1 : 2 * seat.barriers;
        Sent packet = new Sent(
                ++lastPacket,
                seat,
                target,
                channel,
                epoch,
                time.now(),
                marked(lastPacket).length() + padding);
        sent.put(packet.number, packet);
        bytesSent.merge(seat.namespace, (long) packet.size + WAITING_OVERHEAD, Long::sum);
        log(seat, channel, "broadcast to " + kind(target), packet.number);
        if (!target.isOnThisNode() && !isPatient) {
            expect(packet);
        }
        if (stuckSends.any()) {
            calls.add(packet);
            packet.recipients = possible(seat, target);
        }
        CompletionStage<?> stage =
                seat.adapter.broadcast(target, Packet.text(marked(packet.number) + "x".repeat(padding)));
        if (isOver()) {
            return;
        }
        packet.calling = false;
        packet.returnedBefore = lastPacket + 1;
        findGivenUp(seat);
        checkHere(packet);
        pending.add(new Pending(stage, seat, "broadcast", packet.number));
        stage.whenComplete((done, failed) -> answered(packet, failed));
    }

    /** Whoever was selected here has it, or waits for it. */
    private void checkHere(Sent packet) {
        selected(packet.seat, packet.target, this)
                .filter(client -> !packet.delivered.contains(client))
                .filter(client -> !packet.isHeld || wasThere(client, packet))
                .forEach(client -> {
                    if (client.orders != null) {
                        awaits(client, packet);
                    } else {
                        broken(
                                packet.seat,
                                packet.channel,
                                "packet " + packet.number + " has not reached " + client
                                        + ", although it was sent on the same node");
                    }
                });
    }

    private static boolean wasThere(Client client, Sent packet) {
        boolean isAsBefore = client.since < packet.calledAt && client.changedAt < packet.calledAt;
        return isAsBefore && packet.recipients.contains(client);
    }

    private static String kind(Target target) {
        return (target.isEveryone() ? "everyone " : "") + target.roomNames().size() + " rooms "
                + target.memberIds().size() + " members " + target.userIds().size() + " users, except "
                + target.exceptedRoomNames().size() + " rooms "
                + target.exceptedMemberIds().size() + " members"
                + (target.isOnThisNode() ? " here" : "");
    }

    private void leaves(long number) {
        Sent packet = sent.get(number);
        if (packet != null && !packet.left) {
            packet.left = true;
            packet.at = time.now();
            expect(packet);
        }
    }

    private void expect(Sent packet) {
        seats.stream()
                .filter(other -> other != packet.seat && other.namespace.equals(packet.seat.namespace))
                .forEach(other -> expect(other, packet));
    }

    private void expect(Seat seat, Sent packet) {
        findGivenUp(seat);
        promise(seat, packet);
        if (isOfSeveralReleases && (packet.at - packet.seat.openedAt < SECOND || !knows(packet.seat, seat))) {
            // It may speak what the other one cannot read, and tells as lost.
            return;
        }
        if (packet.seat.host.transport.isDemoted()) {
            return;
        }
        if (!isSettled(seat.host) || !hears(seat) || isSigned && !losses.hasHeard(seat, packet.seat)) {
            return;
        }
        Set<Client> members = new LinkedHashSet<>();
        selected(seat, packet.target, this)
                .filter(client -> hears(client, packet))
                .forEach(members::add);
        if (!members.isEmpty()) {
            seat.expected.put(packet.number, members);
        }
    }

    private static boolean knows(Seat seat, Seat other) {
        return seat.adapter.cluster().nodes().stream()
                .anyMatch(node -> node.incarnation().equals(other.incarnation));
    }

    /** It arrives, or a loss is told, whatever happens meanwhile. */
    private void promise(Seat seat, Sent packet) {
        seat.wasUp |= seat.adapter.health().status() == Status.UP;
        if (!seat.wasUp || packet.channel.startsWith("user ")) {
            // No stage tells when the channel of a user is confirmed.
            return;
        }
        String room = packet.channel.isEmpty() ? "" : packet.channel.substring("room ".length());
        Set<Client> members = new LinkedHashSet<>();
        selected(seat, packet.target, this)
                .filter(client -> room.isEmpty() || client.memberships.get(room).sure)
                .forEach(members::add);
        losses.promise(seat, packet.seat, packet.number, packet.target, packet.channel, members);
    }

    private boolean hears(Seat seat) {
        if (!seat.hears && seat.adapter.health().status() == Status.UP) {
            // Every channel that was wanted when the link came back is there again.
            seat.hears = true;
            seat.confirmed.addAll(seat.confirmedBefore);
            seat.confirmedBefore.clear();
        }
        return seat.hears;
    }

    private boolean hears(Client client, Sent packet) {
        if (packet.channel.startsWith("room ")) {
            return client.seat.confirmed.contains(packet.channel.substring("room ".length()));
        }
        // No stage tells when the channel of a user is confirmed.
        return packet.channel.isEmpty() || client.since < packet.at - GOOD_WHILE && isCalm(client.seat.host, packet.at);
    }

    private void answered(Sent packet, Throwable failed) {
        log(packet.seat, packet.channel, "broadcast " + outcome(failed), packet.number);
        boolean silent = staysHere(packet.target);
        if (failed == null) {
            packet.accepted = true;
            if (!packet.published && !silent) {
                broken(
                        packet.seat,
                        packet.channel,
                        "the stage of packet " + packet.number + " has completed before the broker had the packet");
            }
            return;
        }
        Outcome outcome = outcomeOf(failed);
        if (silent || outcome != Outcome.NOT_SENT && outcome != Outcome.UNKNOWN && outcome != Outcome.CLOSED) {
            broken(packet.seat, packet.channel, "packet " + packet.number + " failed with " + failed);
        } else if (isCalm(packet.seat.host, packet.at) && packet.seat.open) {
            broken(
                    packet.seat,
                    packet.channel,
                    "packet " + packet.number + " failed as " + outcome + " although nothing was wrong");
        }
        losses.failed(packet.number);
        packet.notSent = outcome == Outcome.NOT_SENT;
        if (packet.notSent && packet.published) {
            broken(packet.seat, packet.channel, "packet " + packet.number + " is NOT_SENT, and the broker has it");
        }
        mayBeLost(packet);
    }

    /** Whether nothing leaves the node. */
    private static boolean staysHere(Target target) {
        boolean isNobody = !target.isEveryone()
                && target.roomNames().isEmpty()
                && target.memberIds().isEmpty()
                && target.userIds().isEmpty();
        return target.isOnThisNode() || isNobody;
    }

    private void mayBeLost(Sent packet) {
        seats.forEach(seat -> seat.expected.remove(packet.number));
    }

    /** A client was handed a packet; returns whether its connection breaks at that. */
    boolean delivered(Client client, Packet bytes) {
        deliveredTo(client, bytes);
        boolean breaks = client.isPresent && (client.number * 31 + numberOf(bytes)) % SENDS_PER_BREAK == 0;
        if (breaks) {
            breaks(client);
        }
        return breaks;
    }

    private void deliveredTo(Client client, Packet bytes) {
        long number = numberOf(bytes);
        Seat seat = client.seat;
        findGivenUp(seat);
        Sent packet = sent.get(number);
        log(seat, "", "deliver to " + client.id + " packet", number);
        String what = "packet " + number + " was handed to " + client;
        if (packet == null) {
            broken(seat, "", what + " long after it had been sent");
        } else if (!packet.delivered.add(client)) {
            broken(seat, packet.channel, what + " twice");
        } else if (!packet.seat.namespace.equals(seat.namespace)) {
            broken(seat, packet.channel, what + " of another namespace");
        } else if (isOnTheWay(packet, client) && (client.orders == null || !client.isPresent)) {
            // It was for the client when its delivery began.
            reached(client, packet);
        } else if (!client.isPresent) {
            broken(seat, packet.channel, what + ", whose handle is dead");
        } else if (!isOnTheWay(packet, client) && !mayBeFor(client, packet)) {
            broken(
                    seat,
                    packet.channel,
                    what + ", whom it is not for: " + packet.target + " " + client.memberships.keySet());
        } else if (client.orders != null) {
            late(client, packet, what);
        } else if (packet.seat == seat) {
            if (!packet.calling) {
                broken(seat, packet.channel, what + " of the same node, after the call had returned");
            }
        } else {
            fromAfar(client, packet, what);
        }
    }

    private boolean mayBeFor(Client client, Sent packet) {
        // What waits for a client was for it when it came.
        boolean hasChanged = client.orders != null && client.changedAt >= client.slowSince;
        return hasChanged || maySelect(packet.target, client);
    }

    private void fromAfar(Client client, Sent packet, String what) {
        requireForOthers(client.seat, packet, what);
        Seat seat = client.seat;
        if (seat.walk == null || seat.walk.number != packet.number) {
            finishWalk(seat);
            seat.walk = new Walk(packet.number, possible(seat, packet.target));
            selected(seat, packet.target, this).forEach(seat.walk.misses::add);
            seat.walk.misses.removeIf(other -> other.orders != null && awaits(other, packet));
            begins(seat, seat.walk, packet);
        }
        seat.walk.misses.remove(client);
    }

    private void requireForOthers(Seat seat, Sent packet, String what) {
        if (packet.target.isOnThisNode()) {
            broken(seat, packet.channel, what + ", although it was to stay on its node");
        } else if (packet.notSent) {
            broken(seat, packet.channel, what + ", although nobody was to get it (NOT_SENT)");
        }
    }

    /** Somebody who is not slow is handed a packet of another node. */
    private void begins(Seat seat, Walk walk, Sent packet) {
        walk.hasBegun = true;
        inOrder(seat.orders, seat, packet);
        boolean isDelayed = time.now() - seat.host.heldAt < SECOND;
        losses.delivered(seat, packet.seat, packet.number, packet.channel, isDelayed);
        Set<Client> members = seat.expected.remove(packet.number);
        if (members != null) {
            expectations++;
            members.stream().filter(other -> other.orders != null).forEach(other -> awaits(other, packet));
        }
    }

    /** Whoever was selected when a packet came to a node has got it. */
    private void finishWalk(Seat seat) {
        Walk walk = seat.walk;
        if (walk != null && !seat.held.containsKey(walk.number)) {
            requireFinished(seat, walk);
        }
        seat.walk = null;
    }

    private void requireFinished(Seat seat, Walk walk) {
        if (!walk.misses.isEmpty() && seat.open) {
            broken(seat, "", "packet " + walk.number + " reached others on " + seat + ", and not " + walk.misses);
        }
    }

    // ---- sends that are stuck

    void stuckSends(StuckSends all) {
        stuckSends = all;
    }

    StuckSends stuckSends() {
        return stuckSends;
    }

    /** Whether the run has ended, and what still runs has to end. */
    boolean isOver() {
        return time.isOver();
    }

    /** Whether a packet is of that node, and its call has not returned: then it is handed over on the thread of its caller. */
    boolean isCalling(Seat seat, Packet bytes) {
        Sent packet = sent.get(numberOf(bytes));
        return packet != null && packet.seat == seat && packet.calling;
    }

    /** The delivery that was interrupted by a stuck send, or is, and has not reached that client, for whom it was when it began. */
    private static boolean isOnTheWay(Sent packet, Client client) {
        if (packet.seat == client.seat) {
            return packet.isHeld && packet.calling && packet.recipients.contains(client);
        }
        Walk walk = client.seat.held.get(packet.number);
        return walk != null && walk.recipients.contains(client);
    }

    private void reached(Client client, Sent packet) {
        Seat seat = client.seat;
        if (packet.seat != seat) {
            Walk walk = seat.held.get(packet.number);
            if (!walk.hasBegun) {
                begins(seat, walk, packet);
            }
            walk.stuckIn = null;
            walk.misses.remove(client);
        }
    }

    /** It has waited for a slow client, or is handed to it at once. */
    private void late(Client client, Sent packet, String what) {
        Seat seat = client.seat;
        client.awaits.remove(packet.number);
        if (packet.seat == seat) {
            ownInOrder(client, packet);
            return;
        }
        requireForOthers(seat, packet, what);
        inOrder(client.orders, seat, packet);
        losses.arrived(client, packet.number);
        Set<Client> members = seat.expected.get(packet.number);
        if (members != null && members.remove(client) && members.isEmpty()) {
            seat.expected.remove(packet.number);
        }
        boolean isKnown = seat.walk != null && seat.walk.number == packet.number;
        if (!isKnown) {
            seat.held.computeIfAbsent(packet.number, number -> new Walk(number, possible(seat, packet.target)));
        }
    }

    /** Of its own node a packet whose call had returned comes before those that were called then. */
    private void ownInOrder(Client client, Sent packet) {
        Order order = client.orders.computeIfAbsent(client.seat, own -> new Order());
        if (packet.returnedBefore <= order.latest) {
            broken(client.seat, packet.channel, outOfOrder(packet, order.latest) + " to " + client);
        }
        order.latest = Math.max(order.latest, packet.number);
    }

    private boolean awaits(Client client, Sent packet) {
        if (!packet.delivered.contains(client) && client.isPresent) {
            client.awaits.add(packet.number);
            long waiting = client.awaits.stream()
                    .mapToLong(number -> sent.get(number).size + WAITING_OVERHEAD)
                    .sum();
            if (waiting > 2 * MOST_WAITING && client.member.isPresent()) {
                broken(client.seat, packet.channel, waiting + " bytes wait for " + client + ", who is not given up");
            }
        }
        return true;
    }

    /** A client's send does not return. */
    void stuck(Held held, Packet bytes) {
        Client client = held.client;
        Seat seat = client.seat;
        log(seat, "", "stuck: " + client.id + (held.isEngines ? "" : ", in its caller's call"), client.number);
        Sent packet = sent.get(numberOf(bytes));
        Walk walk = null;
        if (packet != null && packet.seat == seat) {
            packet.isHeld |= packet.calling;
        } else if (packet != null) {
            walk = seat.walk != null && seat.walk.number == packet.number ? seat.walk : seat.held.get(packet.number);
        }
        if (walk != null) {
            seat.held.put(walk.number, walk);
            walk.stuckIn = held;
        }
        if (client.isPresent && client.orders == null) {
            isSlow(client);
        }
        if (held.isEngines) {
            isHeld(held, walk);
        }
    }

    private void isSlow(Client client) {
        Seat seat = client.seat;
        client.orders = new HashMap<>();
        seat.orders.forEach((from, order) -> client.orders.put(from, order.copy()));
        client.slowSince = time.now();
        client.sentBefore = bytesSent.get(seat.namespace);
        seat.slow.add(client);
        Stream.concat(Stream.ofNullable(seat.walk), seat.held.values().stream())
                .filter(walk -> walk.misses.remove(client))
                .forEach(walk -> client.awaits.add(walk.number));
    }

    private void isHeld(Held held, Walk walk) {
        SimulatedHost host = held.client.seat.host;
        host.held.add(held);
        host.heldAt = time.now();
        if (host.held.size() >= MOST_HELD) {
            host.crowdedAt = time.now();
        }
        goesOn(held, walk, 0);
    }

    /** After the bound and a little the others have gone on, and no more are held than may be. */
    private void goesOn(Held held, Walk walk, int steps) {
        Seat seat = held.client.seat;
        if (steps < STEPS_TO_GO_ON) {
            seat.host.process.after(SEND_BOUND.dividedBy(STEPS_PER_BOUND), () -> goesOn(held, walk, steps + 1));
            return;
        }
        findGivenUp(seat);
        if (walk != null && walk.stuckIn == held && !walk.misses.isEmpty() && seat.open) {
            broken(seat, "", "packet " + walk.number + " has not gone on to " + walk.misses + " on " + seat);
        }
        held.isOld = true;
        List<Client> old = seat.host.held.stream()
                .filter(one -> one.isOld && one.client.isPresent)
                .map(one -> one.client)
                .distinct()
                .toList();
        if (old.size() > MOST_HELD) {
            broken(seat, "", old.size() + " are stuck on " + seat.host + ", and nobody is given up");
        }
        if (seat.open && isCalm(seat.host, time.now()) && seat.adapter.health().status() != Status.UP) {
            broken(seat, "", seat + " is not UP, although no more is wrong than that sends are stuck");
        }
        if (seat.open && areAllCalm(time.now())) {
            askForMembers(seat);
        }
    }

    private boolean areAllCalm(long since) {
        return lastDeparture < since - GOOD_WHILE && seats.stream().allMatch(other -> isCalm(other.host, since));
    }

    /** Where no more is wrong than that sends are stuck, every node answers, for all its members. */
    private void askForMembers(Seat seat) {
        long at = time.now();
        List<Client> there = seats.stream()
                .filter(other -> other.namespace.equals(seat.namespace))
                .flatMap(other -> other.present.values().stream())
                .filter(client -> client.since < at)
                .toList();
        seat.adapter.cluster().members(Target.everyone()).whenComplete((answer, failed) -> {
            if (!areAllCalm(time.now()) || !areAllCalm(at)) {
                return;
            }
            if (failed != null || !isComplete(answer)) {
                broken(seat, "", "not all nodes have told their members, although only sends are stuck");
                return;
            }
            Set<String> told = answer.some().stream()
                    .map(member -> member.id() + " of " + member.node().incarnation())
                    .collect(Collectors.toSet());
            seats.forEach(this::findGivenUp);
            there.stream()
                    .filter(client -> client.isPresent && !told.contains(client.id + " of " + client.seat.incarnation))
                    .forEach(client -> broken(seat, "", client + " is not told among all members"));
        });
    }

    void returned(Held held) {
        held.client.seat.host.heldAt = time.now();
        findGivenUp(held.client.seat);
        log(held.client.seat, "", "goes on: " + held.client.id, held.client.number);
    }

    /** A send that was stuck throws. */
    void threw(Client client) {
        if (client.isPresent) {
            breaks(client);
        }
    }

    /** Notices which of those who are slow have been given up, and whether that was right. */
    private void findGivenUp(Seat seat) {
        if (seat.slow.isEmpty() || !seat.open) {
            return;
        }
        for (Client client : List.copyOf(seat.slow)) {
            if (client.member != null && client.isPresent && !client.member.isPresent()) {
                log(seat, "", "given up: " + client.id, client.number);
                boolean areTooMany = seat.host.crowdedAt >= client.slowSince;
                long waiting = bytesSent.get(seat.namespace) - client.sentBefore;
                if (!areTooMany && waiting < MOST_WAITING) {
                    broken(seat, "", client + " was given up, although few are stuck, and little waits");
                }
                givenUp(client, DisconnectReason.Kind.TOO_SLOW);
            }
        }
    }

    /** In a silence: whoever was slow has caught up. */
    private void checkSlow(Seat seat) {
        seat.held.values().forEach(walk -> requireFinished(seat, walk));
        for (Client client : seat.slow) {
            if (!client.awaits.isEmpty()) {
                broken(seat, "", client + " was slow, and never got the packets " + client.awaits);
            }
            client.orders = null;
        }
        seat.slow.clear();
        seat.held.clear();
        long counted = seat.adapter.health().counters().getOrDefault(Counters.MEMBERS_GIVEN_UP, 0L);
        if (counted != seat.givenUp) {
            broken(seat, "", seat + " has counted " + counted + " who were given up, and there were " + seat.givenUp);
        }
        long held = seat.adapter.health().gauges().get("sends.held");
        if (held != 0) {
            broken(seat, "", seat + " holds " + held + " sends, and none is stuck");
        }
    }

    private void inOrder(Map<Seat, Order> orders, Seat seat, Sent packet) {
        Order order = orders.computeIfAbsent(packet.seat, from -> new Order());
        if (packet.epoch < order.epoch) {
            if (isBarredBy(packet, order.latest)) {
                broken(seat, packet.channel, outOfOrder(packet, order.latest));
            }
        } else {
            order.epoch = packet.epoch;
            order.latest = packet.number;
        }
        Long before = order.byChannel.put(packet.channel, packet.number);
        if (before != null && before > packet.number) {
            broken(seat, packet.channel, outOfOrder(packet, before));
        }
    }

    /** Whether one of them, or anything that was sent between them, is for more than one room: what was refused bars nothing. */
    private boolean isBarredBy(Sent packet, long later) {
        return LongStream.rangeClosed(packet.number, later)
                .mapToObj(sent::get)
                .anyMatch(between -> between != null
                        && between.seat == packet.seat
                        && between.channel.isEmpty()
                        && !staysHere(between.target)
                        && !between.notSent);
    }

    private static String outOfOrder(Sent packet, long before) {
        return "packet " + packet.number + " of " + packet.seat + " came after packet " + before;
    }

    // ---- questions

    void asked(Seat seat, CompletionStage<Gathered<Set<String>>> stage) {
        long number = ++lastStage;
        long at = time.now();
        Set<String> known = alive(seat);
        log(seat, "", "question", number);
        pending.add(new Pending(stage, seat, "question", number));
        stage.whenComplete((answer, failed) -> {
            log(seat, "", "answer " + outcome(failed), number);
            if (failed != null) {
                if (outcomeOf(failed) != Outcome.CLOSED || seat.open) {
                    broken(seat, "", "a question failed with " + failed);
                }
                return;
            }
            log(seat, "", "answer: rooms", answer.some().size());
            log(seat, "", "answer: missing", answer.missing().size());
            judge(seat, at, known, answer);
        });
    }

    void askedAll(Seat seat, CompletionStage<Set<String>> stage) {
        long number = ++lastStage;
        long at = time.now();
        Set<String> known = alive(seat);
        log(seat, "", "question for all", number);
        pending.add(new Pending(stage, seat, "question", number));
        stage.whenComplete((rooms, failed) -> {
            log(seat, "", "answer for all " + outcome(failed), number);
            if (failed == null) {
                judgeRooms(seat, at, known, rooms, true);
            } else if (outcomeOf(failed) == Outcome.INCOMPLETE) {
                judgeMissing(seat, at, ((AdapterException) failed).missing());
            } else if (outcomeOf(failed) != Outcome.CLOSED || seat.open) {
                broken(seat, "", "a question failed with " + failed);
            }
        });
    }

    private void judge(Seat seat, long at, Set<String> known, Gathered<Set<String>> answer) {
        judgeRooms(seat, at, known, answer.some(), isComplete(answer));
        if (!isComplete(answer)) {
            judgeMissing(seat, at, answer.missing());
        } else if (!answer.missing().isEmpty()) {
            broken(seat, "", "an answer is complete, and misses " + answer.missing());
        }
    }

    private static boolean isComplete(Gathered<?> answer) {
        try {
            answer.all();
            return true;
        } catch (AdapterException e) {
            return false;
        }
    }

    /** Whom a node says to be alive. */
    private static Set<String> alive(Seat seat) {
        Set<String> alive = new LinkedHashSet<>();
        seat.adapter.cluster().nodes().stream()
                .filter(node -> node.status() == NodeInfo.Status.ALIVE)
                .map(NodeInfo::incarnation)
                .sorted()
                .forEach(alive::add);
        return alive;
    }

    private void judgeRooms(Seat seat, long at, Set<String> known, Set<String> rooms, boolean complete) {
        for (String room : rooms) {
            Span span = spans.getOrDefault(seat.namespace + room, new Span(0, -1));
            if (span.nodes() == 0 && span.emptied() < at) {
                broken(seat, room, "an answer holds room " + room + ", which nobody was in");
            }
        }
        if (complete) {
            // A departure is told a moment later than an answer that it completes.
            seat.host.process.after(Duration.ofNanos(MOMENT), () -> judgeComplete(seat, at, known, rooms));
        }
    }

    /** Whoever was alive when it was asked, and was not given up since, has answered. */
    private void judgeComplete(Seat seat, long at, Set<String> known, Set<String> rooms) {
        known.stream().map(byIncarnation::get).filter(other -> other.open).forEach(other -> {
            if (seat.gone.getOrDefault(other.incarnation, Long.MIN_VALUE) < at) {
                other.roomSince.forEach((room, since) -> {
                    boolean certain = other.rooms.get(room).stream()
                            .anyMatch(client -> client.memberships.get(room).since < at && !isDoubtful(client, room));
                    if (certain && !rooms.contains(room)) {
                        broken(seat, room, "a complete answer lacks room " + room + " of " + other);
                    }
                });
            }
        });
    }

    private void judgeMissing(Seat seat, long at, Set<NodeInfo> missing) {
        for (NodeInfo node : missing) {
            Seat other = byIncarnation.get(node.incarnation());
            if (other == null || !other.namespace.equals(seat.namespace)) {
                broken(seat, "", "an answer misses a node that never was: " + node);
            } else if (other.open && isCalm(seat.host, at) && isCalm(other.host, at)) {
                broken(seat, "", "an answer misses " + other + ", with which nothing was wrong");
            }
        }
        boolean allCalm = seats.stream().allMatch(other -> isCalm(other.host, at));
        if (allCalm && lastDeparture < at - GOOD_WHILE) {
            broken(seat, "", "an answer is incomplete (missing " + missing + "), although nothing was wrong");
        }
    }

    // ---- when all faults are over

    /** Everything has ended, is as it should be, and looks so. */
    void checkQuiet() {
        seats.forEach(this::findGivenUp);
        broken.keySet().removeIf(client -> !client.seat.open);
        broken.keySet().forEach(client -> broken(client.seat, "", client + " broke, and was not disconnected"));
        for (Seat seat : seats) {
            finishWalk(seat);
            checkSlow(seat);
            checkModel(seat);
        }
        for (Seat seat : seats) {
            checkNode(seat);
            seat.expected.forEach((number, members) -> {
                if (!members.isEmpty()) {
                    broken(
                            seat,
                            sent.get(number).channel,
                            "packet " + number + " of " + sent.get(number).seat + " never reached " + members);
                }
            });
            seat.expected.clear();
        }
        for (Seat seat : seats) {
            losses.silent(seat).ifPresent(what -> broken(seat, "", what));
        }
        for (Pending open : pending) {
            if (!open.stage().toCompletableFuture().isDone()
                    && !open.seat().host.process.isDead()) {
                broken(open.seat(), "", "the stage of " + open.what() + " " + open.number() + " is still pending");
            }
        }
        pending.clear();
        sent.clear();
        rethrow();
    }

    private void checkNode(Seat seat) {
        if (seat.adapter.health().status() != Status.UP) {
            broken(
                    seat,
                    "",
                    seat + " is " + seat.adapter.health().status() + ": "
                            + seat.adapter.health().reason());
        }
        Set<String> nodes = new TreeSet<>();
        seat.adapter.cluster().nodes().forEach(node -> nodes.add(node.incarnation() + " " + node.status()));
        Set<String> expected = new TreeSet<>();
        seats.stream()
                .filter(other -> other.namespace.equals(seat.namespace))
                .forEach(other -> expected.add(other.incarnation + " ALIVE"));
        if (!nodes.equals(expected)) {
            broken(seat, "", seat + " knows the nodes " + nodes + ", but there are " + expected);
        }
        Set<String> channels = new TreeSet<>(seat.host.transport.subscriptions());
        channels.removeIf(OperationsProgram::isOwn);
        Set<String> wanted = new TreeSet<>();
        seat.host.seats.stream().filter(other -> other.open).forEach(other -> wanted(other, wanted));
        if (!channels.equals(wanted)) {
            Set<String> unwanted = new TreeSet<>(channels);
            unwanted.removeAll(wanted);
            wanted.removeAll(channels);
            broken(
                    seat,
                    Stream.concat(unwanted.stream(), wanted.stream())
                            .map(Campaign::roomOf)
                            .findFirst()
                            .orElse(""),
                    seat.host + " is subscribed to " + unwanted + ", which nobody wants, and not to " + wanted);
        }
    }

    private void wanted(Seat seat, Set<String> into) {
        into.add(seat.channelNames.namespace());
        into.add(seat.channelNames.namespace().replace(".all", ".node.") + seat.incarnation);
        if (isStatic) {
            return;
        }
        seat.rooms.keySet().forEach(room -> into.add(seat.channelNames.room(room)));
        seat.present.values().forEach(client -> client.user.ifPresent(user -> into.add(seat.channelNames.user(user))));
    }

    private void checkModel(Seat seat) {
        for (Client client : List.copyOf(seat.present.values())) {
            List.copyOf(client.memberships.keySet()).forEach(room -> review(client, room));
            Set<String> rooms = seat.adapter.rooms().of(client.member);
            if (!rooms.equals(client.memberships.keySet())) {
                broken(seat, "", client + " is in " + rooms + ", and should be in " + client.memberships.keySet());
            }
        }
        if (!seat.adapter.rooms().names().equals(seat.rooms.keySet())) {
            broken(
                    seat,
                    "",
                    seat + " has the rooms " + seat.adapter.rooms().names() + ", and should have "
                            + seat.rooms.keySet());
        }
        Map<String, Set<String>> members = new HashMap<>();
        seat.rooms.forEach((room, all) -> {
            Set<String> ids = new HashSet<>();
            all.forEach(client -> ids.add(client.id));
            members.put(room, ids);
        });
        if (!members.equals(seat.told)) {
            broken(seat, "", "the events of " + seat + " make " + seat.told + ", and the members are " + members);
        }
    }

    /** Remembers of whom a node was told that they are gone, and what it was told to be lost. */
    private final class Departures implements ClusterListener {

        private final Seat seat;

        Departures(Seat seat) {
            this.seat = seat;
        }

        @Override
        public void nodeChanged(NodeInfo node) {
            if (node.status() == NodeInfo.Status.GONE) {
                seat.gone.put(node.incarnation(), time.now());
                Seat other = byIncarnation.get(node.incarnation());
                if (seat.open && other != null && other.open && areAllCalm(time.now())) {
                    broken(seat, "", seat + " has given up " + other + ", with which nothing was wrong");
                }
                if (other != null && !other.host.transport.isDemoted()) {
                    losses.gone(seat, other);
                }
            }
        }

        @Override
        public void lost(Loss loss) {
            log(seat, "", "told " + loss.kind() + " " + loss.scope() + " " + loss.rooms() + " " + loss.from(), 0);
            if (!seat.open) {
                return;
            }
            losses.told(seat, loss).filter(what -> !isShutOut(seat)).ifPresent(what -> broken(seat, "", what));
            Optional<Seat> from = loss.from().map(node -> byIncarnation.get(node.incarnation()));
            boolean isHandedOver = isAttacked && losses.isJustSubscribed(seat, from, loss);
            if (!losses.isFounded(seat, from, loss) && !isMixedUp(seat, from) && !isHandedOver) {
                broken(seat, "", "a loss was told although nothing was wrong then: " + loss);
            }
        }
    }

    /** Replays the events of a node. */
    private final class Events implements RoomListener {

        private final Seat seat;

        Events(Seat seat) {
            this.seat = seat;
        }

        @Override
        public void created(String room) {
            log(seat, room, "created", 0);
            check(room, seat.told.put(room, new HashSet<>()) == null, "created twice");
        }

        @Override
        public void joined(String room, Member member) {
            Set<String> members = seat.told.get(room);
            check(room, members != null && members.add(member.id()), member + " joined");
        }

        @Override
        public void left(String room, Member member) {
            Set<String> members = seat.told.get(room);
            check(room, members != null && members.remove(member.id()), member + " left");
            Client client = seat.present.get(member.id());
            if (client != null) {
                // Perhaps a refusal has undone the join, long after its stage had failed for another room.
                review(client, room);
            }
        }

        @Override
        public void deleted(String room) {
            log(seat, room, "deleted", 0);
            Set<String> members = seat.told.remove(room);
            check(room, members != null && members.isEmpty(), "deleted");
        }

        private void check(String room, boolean fits, String event) {
            if (!fits && seat.open) {
                broken(seat, room, "the event '" + event + "' of room " + room + " does not fit the events before it");
            }
        }
    }

    // ---- outcomes

    private static String outcome(Throwable failed) {
        Outcome outcome = outcomeOf(failed);
        return failed == null ? "OK" : outcome == null ? failed.getClass().getSimpleName() : outcome.name();
    }

    /** Null for anything else. */
    private static Outcome outcomeOf(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        return cause instanceof AdapterException known ? known.outcome() : null;
    }
}
