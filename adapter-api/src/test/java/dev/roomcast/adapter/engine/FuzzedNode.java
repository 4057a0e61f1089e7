package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeHandler;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.config.ConfigSource;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/**
 * A whole engine with one node, in virtual time, on a broker that anyone can write to: it has members, watches rooms, asks questions,
 * and knows a few other nodes, which are nothing but frames.
 */
final class FuzzedNode {

    static final List<String> MEMBERS = List.of("m", "x", "id");
    static final String USER = "u";
    static final List<String> ROOMS = List.of("r", "a", "b", "s", "the channel's");
    private static final Map<String, String> CONFIG = Map.of(
            "roomcast.node.name", "fuzzed",
            "roomcast.heartbeat.interval", "1s",
            "roomcast.heartbeat.timeout", "3s",
            "roomcast.hello.wait", "100ms",
            "roomcast.request.timeout", "2s",
            "roomcast.limit.sequence-bytes", "1048576");
    private static final Duration A_QUESTIONS_TIME = Duration.ofMillis(500);
    private static final int CHANNEL_BYTES = 512;
    private static final int PEERS = 3;
    private static final int MOST_STREAMS = 1_000;
    private static final Incarnation LATE = new Incarnation(77, 77);

    /** A channel of the node, and what it stands for, if that is one room or user. */
    record Place(String channel, @Nullable Target target) {}

    final VirtualTime time;
    final Adapter adapter;
    final Incarnation self;
    /** One of each kind: the namespace's, the node's own, a room's, a user's. */
    final List<Place> places;

    private final Engine engine;
    private final FuzzTransport transport = new FuzzTransport(this::published);
    private final ChannelNames channelNames = new ChannelNames("roomcast", "/", CHANNEL_BYTES);
    private final List<Incarnation> peers = new ArrayList<>();
    private final Map<String, long[]> streams = new HashMap<>();
    private final Set<String> received = new HashSet<>();
    private final Set<Long> found = new HashSet<>();
    private long lastPeer;
    private long lastStream;
    private long round;
    private long question;
    private boolean isEnding;

    FuzzedNode(long seed) {
        time = new VirtualTime(seed);
        EngineSettings settings = new EngineSettings(List.of(ConfigSource.of("fuzzing", CONFIG)), EngineOptions.ALL);
        engine = new Engine(
                settings, new BackendSelection(transport, "to be fuzzed", Optional.empty()), time.execution());
        engine.connect();
        adapter = engine.open("/");
        self = parsed(adapter.cluster().self().incarnation());
        places = List.of(
                new Place(channelNames.namespace(), null),
                new Place(channelNames.node(self), null),
                new Place(channelNames.room("r"), Target.room("r")),
                new Place(channelNames.user(USER), Target.user(USER)));
        adapter.cluster().onEvent(new ClusterListener() {});
        adapter.cluster().onRequest(new Server());
        adapter.cluster().onEmit((from, emitted) -> {});
        adapter.cluster().watch("r", new Watching());
        adapter.cluster().watchOccupancy("s", new Door());
        pass(Duration.ofSeconds(1));
        tend();
        pass(Duration.ofSeconds(1));
        Assertions.assertEquals(Status.UP, adapter.health().status());
        places.forEach(place -> Assertions.assertTrue(
                transport.subscribed().contains(place.channel()), place + " of " + transport.subscribed()));
    }

    private static Incarnation parsed(String text) {
        return new Incarnation(
                Long.parseUnsignedLong(text.substring(0, 16), 16), Long.parseUnsignedLong(text.substring(16), 16));
    }

    /** The round of the hello that the node has said last. */
    long round() {
        return round;
    }

    /** The number of the question that it has put last. */
    long question() {
        return question;
    }

    long counted(String... names) {
        Map<String, Long> counters = adapter.health().counters();
        long sum = 0;
        for (String name : names) {
            sum += counters.getOrDefault(name, 0L);
        }
        return sum;
    }

    void pass(Duration some) {
        time.pass(some);
    }

    /** The node cannot hear for a moment, and has to meet the others again. */
    void cut() {
        transport.cut();
        pass(Duration.ofMillis(50));
    }

    /** Bytes come on one of the node's channels. */
    void frame(Place place, byte[] bytes) {
        transport.frame(place.channel(), bytes);
    }

    /** A header whose number is news to the node. */
    Frame header(Incarnation from, Place place, long step) {
        long[] stream = streams.computeIfAbsent(from + place.channel(), key -> new long[] {++lastStream, 0});
        stream[1] += step;
        if (stream[1] < 1 || stream[1] > 1L << 40) {
            stream[0] = ++lastStream;
            stream[1] = 1;
        }
        return new Frame(from, stream[0], stream[1], 0, 1, null, List.of());
    }

    /** The messages of a frame as news of a node that is known, if it is one. */
    void frameOfPeer(Place place, byte[] frame) {
        FuzzCorpus.Entry entry = FuzzCorpus.Entry.of(frame);
        byte[] header = FrameCodec.frame(header(peers.get(0), place, 1), List.of());
        frame(place, FuzzRun.joined(header, entry.body()));
    }

    void say(Incarnation from, Place place, Message message) {
        frame(place, FrameCodec.encode(header(from, place, 1).with(List.of(message)), place.target()));
    }

    /** Puts right what frames have done: members are there again, others are known, questions are open. */
    void tend() {
        for (String id : MEMBERS) {
            if (adapter.rooms().member(id).isEmpty()) {
                adapter.add(new Client(id));
            }
            adapter.rooms().member(id).ifPresent(member -> {
                adapter.leave(member, adapter.rooms().of(member));
                adapter.join(member, ROOMS);
            });
        }
        meet();
        adapter.cluster().roomNames();
        adapter.cluster().members(Target.everyone());
        adapter.cluster().count(Target.room("r"));
        adapter.cluster().request(Packet.text("who?"), A_QUESTIONS_TIME);
        adapter.cluster().ask(Target.everyone(), Packet.text("well?"), A_QUESTIONS_TIME);
    }

    /** In the place of nodes that are gone, by a goodbye perhaps, others come. */
    void meet() {
        Set<String> known =
                adapter.cluster().nodes().stream().map(NodeInfo::incarnation).collect(Collectors.toSet());
        peers.removeIf(peer -> !known.contains(peer.toString()));
        while (peers.size() < PEERS) {
            Incarnation peer = new Incarnation(-1, ++lastPeer);
            peers.add(peer);
            say(peer, places.get(0), new Hello(lastPeer, "peer " + lastPeer, FrameCodec.VERSIONS));
        }
        if (streams.size() > MOST_STREAMS) {
            streams.clear();
        }
    }

    /** Nodes that it knows. */
    List<Incarnation> peers() {
        return peers;
    }

    /** The node does for others what it is there for, whatever came before. */
    void checkThatItServes() {
        tend();
        pass(Duration.ofSeconds(8));
        tend();
        Place namespace = places.get(0);
        long number = ++lastStream;
        String text = "served " + number;
        say(LATE, namespace, new Hello(1, "late", FrameCodec.VERSIONS));
        say(LATE, namespace, new Broadcast(Target.everyone(), Packet.text(text)));
        say(LATE, namespace, new QueryRequest(number, new Query.Count(Target.everyone())));
        pass(Duration.ofSeconds(1));
        Assertions.assertEquals(
                MEMBERS.stream().map(id -> id + " " + text).collect(Collectors.toSet()), received, "who got it");
        Assertions.assertTrue(found.contains(number), "a question was not answered");
        Health health = adapter.health();
        // An imitator may say that it hears rooms in another way.
        Assertions.assertTrue(
                health.status() == Status.UP || health.reason().startsWith(EngineOptions.CHANNELS + " is "),
                health::reason);
        Assertions.assertEquals(0, counted(Counters.LISTENERS_FAILED, Counters.SENDS_FAILED));
        received.clear();
        found.clear();
    }

    void close() {
        isEnding = true;
        CompletionStage<Void> ended = engine.end();
        pass(Duration.ofSeconds(6));
        Assertions.assertTrue(ended.toCompletableFuture().isDone(), "the node does not end");
    }

    /** What the node says tells others what they may answer. */
    private void published(String channel, byte[] bytes) {
        boolean isForAll = channel.equals(channelNames.namespace());
        if (isEnding || !isForAll && !channel.endsWith(".node." + LATE)) {
            return;
        }
        for (Message message : FrameCodec.decode(bytes, null).messages()) {
            if (message instanceof Hello hello) {
                round = hello.round();
            } else if (message instanceof QueryRequest queryRequest) {
                question = queryRequest.question();
            } else if (message instanceof QueryResponse answer && !isForAll) {
                found.add(answer.question());
            }
        }
    }

    private final class Client implements Connection {

        private final String id;

        Client(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Optional<String> user() {
            return Optional.of(USER);
        }

        @Override
        public void send(Packet packet) {
            if (packet.isText() && packet.text().startsWith("served ")) {
                received.add(id + " " + packet.text());
            }
        }

        @Override
        public void disconnect(DisconnectReason reason) {}

        /** One answers, one never does, and one says that it cannot. */
        @Override
        public CompletionStage<Packet> ask(Packet question) {
            return switch (id) {
                case "m" -> CompletableFuture.completedStage(question);
                case "x" -> new CompletableFuture<>();
                default -> CompletableFuture.failedStage(new IllegalStateException("not me"));
            };
        }
    }

    private static final class Server implements NodeHandler {

        @Override
        public CompletionStage<Packet> handle(NodeInfo from, Packet request) {
            return CompletableFuture.completedStage(request);
        }
    }

    private static final class Watching implements PresenceListener {

        @Override
        public void began(List<MemberInfo> members) {}
    }

    private static final class Door implements OccupancyListener {

        @Override
        public void occupied() {}

        @Override
        public void vacated() {}
    }
}
