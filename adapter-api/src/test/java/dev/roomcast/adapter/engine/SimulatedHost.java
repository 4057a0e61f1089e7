package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.config.ConfigSource;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.spi.TransportProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One server process in a simulation, and what the oracle knows of it. */
final class SimulatedHost {

    private static final Map<String, String> CONFIG = Map.of(
            "roomcast.unsubscribe.delay", "20ms",
            "roomcast.heartbeat.interval", "1s",
            "roomcast.heartbeat.timeout", "3s",
            "roomcast.hello.wait", "100ms",
            "roomcast.request.timeout", "2s");

    final int number;
    final VirtualTime.Process process;
    final Engine engine;
    final SimulatedTransport transport;
    final List<Seat> seats = new ArrayList<>();
    /** Whether it runs, and has not begun to close. */
    boolean open = true;
    /** When its link, or the process, last did what makes the node's own view of it old. */
    long touched;
    /** When the last fault that concerned it was, or will be, over. */
    long disturbed;
    /** When a link was cut, or the process began to stand still. */
    final TreeSet<Long> troubles = new TreeSet<>();
    /** From when to when a link was deaf; the last one until it is replaced. */
    final List<Span> deaf = new ArrayList<>();
    /** From when to when the broker had lost subscriptions of single rooms. */
    final List<Span> lostSome = new ArrayList<>();
    /** From when to when it had no connection to speak; the last one until it has. */
    final List<Span> mute = new ArrayList<>();
    /** The sends on threads of its own that have not returned. */
    final Set<StuckSends.Held> held = new LinkedHashSet<>();
    /** When a send was last found to be stuck, or returned. */
    long heldAt = Long.MIN_VALUE / 2;
    /** When there were last as many of these as there may be. */
    long crowdedAt = Long.MIN_VALUE;
    /** From when to when faults have concerned it. */
    final List<Span> faults = new ArrayList<>();

    SimulatedHost(int number, SimulatedBroker broker, VirtualTime time, Versions versions, Map<String, String> more) {
        this.number = number;
        this.process = time.process();
        this.touched = time.now();
        this.disturbed = time.now();
        TransportProvider provider = broker.of(process);
        EngineSettings settings = new EngineSettings(
                List.of(
                        ConfigSource.of("node", Map.of("roomcast.node.name", "node-" + number)),
                        ConfigSource.of("test", more),
                        ConfigSource.of("simulation", CONFIG)),
                EngineOptions.ALL);
        BackendSelection backendSelection = new BackendSelection(provider, "in a simulation", Optional.empty());
        this.engine = new Engine(settings, backendSelection, process.execution(), versions);
        engine.connect();
        this.transport = broker.newest();
    }

    Seat open(String namespace) {
        Seat seat =
                new Seat(this, namespace, engine.open(namespace), process.now().toNanos());
        seats.add(seat);
        return seat;
    }

    boolean canAct() {
        return open && !process.isFrozen() && !process.isDead();
    }

    @Override
    public String toString() {
        return "node-" + number;
    }

    record Span(long since, long until) {

        boolean touches(long from, long to) {
            return since <= to && until >= from;
        }
    }

    boolean hadFaultBetween(long from, long to) {
        return faults.stream().anyMatch(fault -> fault.touches(from, to));
    }

    /** One node: an adapter of one namespace on this host, with the members that it must have. */
    static final class Seat {

        final SimulatedHost host;
        final String namespace;
        final Adapter adapter;
        final String incarnation;
        final ChannelNames channelNames;
        final long openedAt;
        /** Whether it has been UP once: from then on it hears what goes to all, or tells when it does not. */
        boolean wasUp;

        boolean open = true;
        final Map<String, Client> present = new LinkedHashMap<>();
        final Map<String, Set<Client>> rooms = new LinkedHashMap<>();
        final Map<String, Long> roomSince = new HashMap<>();
        /** Rooms whose packets must arrive here. */
        final Set<String> confirmed = new HashSet<>();
        /** Those that were, when the link was lost. */
        final Set<String> confirmedBefore = new LinkedHashSet<>();
        /** Whether packets that go to all nodes must arrive here. */
        boolean hears;
        /** Packets that must still arrive, and for whom. */
        final Map<Long, Set<Client>> expected = new LinkedHashMap<>();
        /** The walk that is going on; null if none is. */
        Walk walk;
        /** Those in which a send was, or is, stuck, by packet. */
        final Map<Long, Walk> held = new LinkedHashMap<>();
        /** Those whose send was stuck since the last silence. */
        final Set<Client> slow = new LinkedHashSet<>();
        /** How many of its members had to be given up. */
        long givenUp;

        final Map<Seat, Order> orders = new HashMap<>();
        /** When this node gave others up, or heard their goodbye, by incarnation. */
        final Map<String, Long> gone = new HashMap<>();
        /** What was broadcast here to more than one room or user. */
        long barriers;
        /** Room and member as the events have it. */
        final Map<String, Set<String>> told = new HashMap<>();

        Seat(SimulatedHost host, String namespace, Adapter adapter, long openedAt) {
            this.host = host;
            this.namespace = namespace;
            this.adapter = adapter;
            this.openedAt = openedAt;
            this.incarnation = adapter.cluster().self().incarnation();
            this.channelNames = new ChannelNames("roomcast", namespace, 512);
        }

        boolean canAct() {
            return open && host.canAct();
        }

        @Override
        public String toString() {
            return host + " " + namespace;
        }
    }

    /** The delivery of a packet of another node. Its recipients are all clients that it may have been for when it began. */
    static final class Walk {

        final long number;
        final Set<Client> recipients;
        /** Whom it has not reached yet. */
        final Set<Client> misses = new LinkedHashSet<>();
        /** Whether somebody has got it who is not slow. */
        boolean hasBegun;
        /** The stuck send that it has come to last, as long as it has not gone on. */
        StuckSends.Held stuckIn;

        Walk(long number, Set<Client> recipients) {
            this.number = number;
            this.recipients = recipients;
        }
    }

    /** What has arrived of one sender so far. */
    static final class Order {

        long epoch;
        long latest;
        final Map<String, Long> byChannel = new HashMap<>();

        Order copy() {
            Order copy = new Order();
            copy.epoch = epoch;
            copy.latest = latest;
            copy.byChannel.putAll(byChannel);
            return copy;
        }
    }

    /** A client's being in a room, from one join to its end. */
    static final class Membership {

        final long since;
        boolean sure;
        boolean ended;

        Membership(long since) {
            this.since = since;
        }
    }

    /** One connection of one client. */
    static final class Client implements Connection {

        final long number;
        final Seat seat;
        final String id;
        final Optional<String> user;
        final long since;
        final Map<String, Membership> memberships = new LinkedHashMap<>();
        boolean isPresent = true;
        Member member;
        /** When it last came into a room, or left one. */
        long changedAt;
        /** Whether its send does not return. */
        boolean isStuck;
        /** Whether it throws, when it does. */
        boolean throwsThen;
        /** Those of its sends that have not returned. */
        final List<StuckSends.Held> held = new ArrayList<>();
        /** Since when it is slow. */
        long slowSince;
        /** How many bytes had been sent in its namespace before that. */
        long sentBefore;
        /** If it is slow: what has come to it so far of each sender. */
        Map<Seat, Order> orders;
        /** If it is slow: what has reached others, or must have been sent to it, and waits for it. */
        final Set<Long> awaits = new LinkedHashSet<>();

        private final Oracle oracle;

        Client(long number, Seat seat, String id, Optional<String> user, long since, Oracle oracle) {
            this.number = number;
            this.seat = seat;
            this.id = id;
            this.user = user;
            this.since = since;
            this.oracle = oracle;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Optional<String> user() {
            return user;
        }

        @Override
        public void send(Packet packet) throws IOException {
            if (oracle.isOver()) {
                return;
            }
            if (oracle.delivered(this, packet)) {
                throw new IOException("the connection of " + this + " breaks");
            }
            if (isStuck) {
                oracle.stuckSends().hold(this, packet);
            }
        }

        @Override
        public void disconnect(DisconnectReason reason) {
            oracle.disconnected(this, reason);
        }

        @Override
        public String toString() {
            return "client " + id + "#" + number + " on " + seat;
        }
    }
}
