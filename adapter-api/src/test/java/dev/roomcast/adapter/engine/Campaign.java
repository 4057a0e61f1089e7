package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedHost.Seat;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run: several hosts, each with a real engine and a node or two, on one broker, in virtual time and on one thread; users that do
 * everything at random, faults, and now and then a silence in which everything is put right and looked at.
 */
final class Campaign {

    /** What nodes speak and are configured with, and who else is there. */
    enum Kind {
        /** As the seed decides: one campaign in four is {@link #WAITING}, another one {@link #STATIC}. */
        ANY,
        MIXED_VERSIONS,
        UNDER_ATTACK,
        WAITING,
        STATIC
    }

    static final Set<Fault> FAULTS = EnumSet.allOf(Fault.class);

    /** Bounds that are met. */
    static final Map<String, String> WAITING = Map.of(
            "roomcast.outage", "wait",
            "roomcast.outage.packets", "100",
            "roomcast.outage.bytes", "10000",
            "roomcast.outage.age", "4s");

    static final Map<String, String> TOGETHER = Map.of("roomcast.channels", "static");

    private static final List<Versions> RELEASES =
            List.of(new Versions(1, 3), new Versions(1, 2), new Versions(1, 1), new Versions(1, 2));

    private static final int STEPS_PER_PHASE = 1_000;
    private static final int STEPS_PER_FAULT = 25;
    private static final int STEPS_PER_OPERATION = 8;
    private static final int SHOWN = 50;
    /** Three and a half heartbeats, nine eighths of the timeout, and what they take. */
    private static final Duration FOUND_WITHIN = Duration.ofMillis(7_000);

    private static final Duration SILENCE = Duration.ofSeconds(16);

    final VirtualTime time;
    final SimulatedBroker broker;
    final History history;
    final Oracle oracle;
    /** The host of each place: the one that runs there, or ran there last. */
    final List<SimulatedHost> hosts = new ArrayList<>();

    private final long seed;
    private final int steps;
    /** The versions of the wire that nodes speak: each host those of one of these. */
    private final List<Versions> releases;
    /** What hosts have of configuration beside the usual. */
    private final Map<String, String> config;

    private final Random random;
    private final FaultTable table = new FaultTable();
    final StuckSends stuckSends;
    private final Faults faults;
    private final UserProgram users;
    private final OperationsProgram operations;
    private final List<String> namespaces;
    private final List<SimulatedHost> all = new ArrayList<>();
    private final List<Runnable> reopenings = new ArrayList<>();
    private Kind kind = Kind.ANY;
    private @Nullable Attacker attacker;
    private boolean othersAct;
    private boolean isSilent;
    private int step;

    /** In one campaign of four packets wait for the end of an outage; in another one rooms have no channels of their own. */
    Campaign(long seed, int steps) {
        this(seed, steps, List.of(FrameCodec.VERSIONS), seed % 4 == 3 ? WAITING : seed % 4 == 2 ? TOGETHER : Map.of());
    }

    static Campaign of(Kind kind, long seed, int steps) {
        List<Versions> newest = List.of(FrameCodec.VERSIONS);
        Campaign campaign = switch (kind) {
            case ANY -> new Campaign(seed, steps);
            case MIXED_VERSIONS -> new Campaign(seed, steps, RELEASES, Map.of());
            case UNDER_ATTACK -> underAttack(seed, steps);
            case WAITING -> new Campaign(seed, steps, newest, WAITING);
            case STATIC -> new Campaign(seed, steps, newest, TOGETHER);
        };
        campaign.kind = kind;
        return campaign;
    }

    /** With somebody on the broker who wants what is no good. */
    private static Campaign underAttack(long seed, int steps) {
        Campaign campaign = new Campaign(
                seed,
                steps,
                List.of(FrameCodec.VERSIONS),
                Map.of("roomcast.auth.key", "a key of thirty-two characters, or of more"));
        campaign.attacker = new Attacker(seed, campaign.broker, campaign.oracle);
        campaign.oracle.attacked();
        return campaign;
    }

    Campaign(long seed, int steps, List<Versions> releases, Map<String, String> config) {
        this.seed = seed;
        this.steps = steps;
        this.releases = releases;
        this.config = config;
        this.random = new Random(seed);
        this.time = new VirtualTime(seed);
        this.broker = new SimulatedBroker(time);
        this.history = new History(time);
        this.oracle = new Oracle(time, history);
        this.users = new UserProgram(seed, time, oracle);
        this.operations = new OperationsProgram(seed, time);
        this.stuckSends = new StuckSends(seed, this, users);
        this.faults = new Faults(seed, this, table);
        this.namespaces = random.nextInt(3) == 0 ? List.of("/", "/other") : List.of("/");
        broker.capabilities(TransportCapabilities.builder(1 << 16)
                .subscribeBatch(8)
                .framesInFlight(1 + random.nextInt(4))
                .attempts(5)
                .confirmWithin(Duration.ofSeconds(1))
                .build());
        broker.witness(new Witness());
        if (config.containsKey("roomcast.auth.key")) {
            oracle.signed();
        }
        if (releases.size() > 1) {
            oracle.severalReleases();
        }
        if ("wait".equals(config.get("roomcast.outage"))) {
            oracle.patient();
        }
        if ("static".equals(config.get("roomcast.channels"))) {
            oracle.together();
        }
    }

    FaultTable table() {
        return table;
    }

    long hash() {
        return history.hash();
    }

    /** Runs to the end, or to the first promise that is broken. */
    Campaign run() {
        try {
            time.all(this::begin);
            return this;
        } catch (BrokenPromise e) {
            throw new AssertionError(report(e), e);
        }
    }

    private void begin() {
        int places = 5 + random.nextInt(3);
        for (int place = 0; place < places; place++) {
            hosts.add(open(place));
        }
        while (step < steps) {
            phase();
        }
        lastWords();
    }

    private void phase() {
        Set<Fault> possible = faults.some();
        possible.retainAll(FAULTS);
        int end = Math.min(steps, step + STEPS_PER_PHASE);
        while (step < end) {
            step++;
            time.act(() -> users.step(seats()));
            if (attacker != null) {
                attacker.acts();
            }
            if (random.nextInt(STEPS_PER_OPERATION) == 0) {
                operations.step();
            }
            if (random.nextInt(STEPS_PER_FAULT) == 0) {
                faults.happen(possible);
            }
            pass(pause());
        }
        silence();
    }

    /** Mostly nothing, or what a message takes; now and then as long as a timeout. */
    private Duration pause() {
        int dice = random.nextInt(400);
        if (dice == 0) {
            return Duration.ofMillis(random.nextInt(4_000));
        }
        return dice < 130 ? Duration.ofNanos(random.nextInt(3_000_000)) : Duration.ZERO;
    }

    private void pass(Duration some) {
        time.pass(some);
        oracle.rethrow();
    }

    private void silence() {
        history.add(History.WORLD, "", "silence", step);
        isSilent = true;
        faults.repairAll();
        // Whoever is away comes back first, so that the others have to give up nobody at the end.
        pass(Duration.ofSeconds(6));
        // Where nobody published nothing was lost, and nobody has found out.
        hosts.forEach(host -> host.transport.regainAll());
        List.copyOf(reopenings).forEach(Runnable::run);
        pass(SILENCE);
        oracle.checkQuiet();
        operations.checkQuiet();
        pass(Duration.ofMillis(500));
        operations.rethrow();
        loseASubscription();
        isSilent = false;
    }

    /** One node has one room less, as far as the broker knows, and somebody speaks there. */
    private void loseASubscription() {
        SimulatedHost host = hosts.get(random.nextInt(hosts.size()));
        host.transport.loseOneOf(channel -> channel.contains(".room.") && !OperationsProgram.isOwn(channel));
        pass(Duration.ofMillis(10));
        for (Seat at : host.seats) {
            seats().stream()
                    .filter(seat -> seat.host != host && seat.namespace.equals(at.namespace))
                    .findFirst()
                    .ifPresent(from -> at.rooms.keySet().stream()
                            .sorted()
                            .forEach(room -> oracle.broadcast(from, Target.room(room))));
        }
        pass(FOUND_WITHIN);
        oracle.found(host);
        host.transport.regainAll();
        pass(Duration.ofSeconds(2));
        oracle.checkQuiet();
    }

    /** Every node speaks to every room, and to all. */
    private void lastWords() {
        isSilent = true;
        for (Seat seat : seats()) {
            seat.rooms.keySet().stream().sorted().toList().forEach(room -> oracle.broadcast(seat, Target.room(room)));
            oracle.broadcast(seat, Target.everyone());
            oracle.asked(seat, seat.adapter.cluster().roomNames());
        }
        pass(Duration.ofSeconds(4));
        oracle.checkQuiet();
    }

    private List<Seat> seats() {
        return hosts.stream().flatMap(host -> host.seats.stream()).toList();
    }

    SimulatedHost hostOf(SimulatedTransport transport) {
        return all.stream()
                .filter(host -> host.transport == transport)
                .findFirst()
                .orElseThrow();
    }

    // ---- hosts that come and go

    private SimulatedHost open(int place) {
        Versions release = releases.get(all.size() * 7 % releases.size());
        SimulatedHost host = new SimulatedHost(place, broker, time, release, config);
        all.add(host);
        faults.opened(host);
        if (releases.size() > 1) {
            // Until the others have heard of it they may speak what it cannot read.
            oracle.disturbed(host, Duration.ofSeconds(1));
        }
        host.transport.onLinkChange(() -> oracle.linkChanged(host));
        host.transport.onSpeakingChange(() -> oracle.speakingChanged(host));
        host.transport.meanwhile(this::othersAct);
        namespaces.forEach(namespace -> oracle.opened(host.open(namespace)));
        operations.opened(host, host.engine.open(OperationsProgram.NAMESPACE));
        return host;
    }

    /** What other threads do while one is inside the transport: at most one thing, now and then. */
    private void othersAct() {
        if (!othersAct && !isSilent && random.nextInt(4) == 0) {
            othersAct = true;
            try {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    time.act(() -> users.step(seats()));
                }
            } catch (RuntimeException | Error e) {
                // Not to be taken for a transport that throws.
                oracle.broken(e);
            } finally {
                othersAct = false;
            }
        }
    }

    void crash(SimulatedHost host, Duration away) {
        host.open = false;
        host.process.die();
        host.transport.kill();
        List.copyOf(host.seats).forEach(seat -> end(seat, "crashed"));
        oracle.died(host);
        reopen(host, away);
    }

    /** Questions are under way when a node says goodbye. */
    void closeAmongQuestions(SimulatedHost host, Duration away) {
        seats().stream().filter(seat -> seat.canAct() && random.nextBoolean()).forEach(users::ask);
        time.after(Duration.ofNanos(random.nextInt(2_000_000)), () -> {
            if (host.open) {
                close(host, away);
            }
        });
    }

    private void close(SimulatedHost host, Duration away) {
        host.open = false;
        List.copyOf(host.seats).forEach(seat -> end(seat, "closed"));
        host.engine.end();
        reopen(host, away);
    }

    private void reopen(SimulatedHost host, Duration away) {
        later(away, () -> hosts.set(host.number, open(host.number)));
    }

    void closeNamespace(SimulatedHost host, Duration away) {
        List<Seat> open = host.seats.stream().filter(Seat::canAct).toList();
        if (open.isEmpty()) {
            return;
        }
        Seat seat = open.get(random.nextInt(open.size()));
        end(seat, "closed");
        ((Node) seat.adapter)
                .end()
                .whenComplete((done, failed) -> later(away, () -> {
                    if (host.open) {
                        host.seats.remove(seat);
                        oracle.opened(host.open(seat.namespace));
                    }
                }));
    }

    private void end(Seat seat, String how) {
        if (seat.open) {
            oracle.ended(seat, how);
        }
    }

    private void later(Duration away, Runnable reopening) {
        reopenings.add(reopening);
        time.after(away, () -> {
            if (reopenings.remove(reopening)) {
                reopening.run();
            }
        });
    }

    private final class Witness implements SimulatedBroker.Witness {

        @Override
        public void published(String channel, byte[] frame) {
            if (attacker != null && attacker.isSpeaking()) {
                return;
            }
            oracle.published(frame);
            if (attacker != null) {
                attacker.hears(channel, frame);
            }
        }

        @Override
        public void handed(SimulatedTransport transport, String channel, byte[] frame) {
            oracle.handed(hostOf(transport), channel, frame);
        }

        @Override
        public void violated(SimulatedTransport transport, String channel, String what) {
            oracle.violated(hostOf(transport), roomOf(channel), what + ": " + channel);
        }

        @Override
        public void command(SimulatedTransport transport, String what, String channel) {
            history.add(hostOf(transport).number, roomOf(channel), "broker: " + what, 0);
        }

        @Override
        public void confirmationLost(SimulatedTransport transport) {
            oracle.disturbed(hostOf(transport), broker.capabilities().confirmWithin());
        }

        @Override
        public void refused(SimulatedTransport transport, String channel) {
            oracle.refused(hostOf(transport), channel);
        }
    }

    static String roomOf(String channel) {
        int room = channel.indexOf(".room.");
        return room < 0 ? "" : channel.substring(room + ".room.".length());
    }

    // ---- what to do about it

    private String report(BrokenPromise promise) {
        String last = history
                .last(
                        SHOWN,
                        event -> event.host() == History.WORLD
                                || event.host() == promise.host
                                        && (promise.room.isEmpty()
                                                || event.room().isEmpty()
                                                        && !event.what().startsWith("deliver")
                                                || event.room().contains(promise.room))
                                || !promise.room.isEmpty() && event.room().equals(promise.room))
                .stream()
                .map(History.Event::toString)
                .collect(Collectors.joining("\n  "));
        return promise.getMessage() + "\n  seed " + seed + ", step " + step + " of " + steps
                + "; the last of what concerns it:\n  " + last + "\n  again: ./mvnw -Psimulate -Dsimulate.seed=" + seed
                + " -Dsimulate.steps=" + steps + " -Dsimulate.kind=" + kind;
    }
}
