package dev.roomcast.adapter.engine.config;

import dev.roomcast.adapter.spi.Option;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The options of the engine, which apply to every backend. */
public final class EngineOptions {

    static final Option<String> ADAPTER = Option.text("roomcast.adapter")
            .or("auto")
            .describedAs("The backend: auto, memory, redis, or the name of another one on the class path.");
    public static final Option<String> PREFIX = nonEmpty("roomcast.prefix")
            .or("roomcast")
            .describedAs("Begins every channel's name; clusters with different prefixes never meet on one broker.");
    public static final Option<String> NAMESPACE =
            nonEmpty("roomcast.namespace").or("/").describedAs("The namespace that Adapters.open opens.");
    static final Option<String> NODE_NAME =
            nonEmpty("roomcast.node.name").describedAs("This node's label for people; the host's name by default.");
    static final Option<Duration> HEARTBEAT_INTERVAL = Option.duration("roomcast.heartbeat.interval")
            .or(Duration.ofSeconds(5))
            .describedAs("How often a node says that it is alive.");
    static final Option<Duration> HEARTBEAT_TIMEOUT = Option.duration("roomcast.heartbeat.timeout")
            .or(Duration.ofSeconds(10))
            .describedAs("How long a node may be silent before the others declare it gone; longer than the interval.");
    static final Option<Duration> HELLO_WAIT = Option.duration("roomcast.hello.wait")
            .or(Duration.ofMillis(500))
            .describedAs("How long a new node waits for the answers to its hello.");
    static final Option<Duration> REQUEST_TIMEOUT = Option.duration("roomcast.request.timeout")
            .or(Duration.ofSeconds(5))
            .describedAs("How long the answers of the other nodes to a query may take.");
    public static final Option<Duration> UNSUBSCRIBE_DELAY = Option.duration("roomcast.unsubscribe.delay")
            .or(Duration.ofSeconds(1))
            .describedAs(
                    "How long a room's channel is kept after its last member here has left, in case one comes back.");
    static final Option<Integer> PACKET_BYTES = Option.integer("roomcast.limit.packet-bytes", 1, 1 << 29)
            .or(1 << 20)
            .describedAs("The largest packet.");
    static final Option<Integer> NAME_BYTES = Option.integer("roomcast.limit.name-bytes", 1, 1 << 14)
            .or(255)
            .describedAs("The longest name of a room, namespace, member or user, in UTF-8.");
    public static final Option<Integer> ROOMS_PER_MEMBER = Option.integer("roomcast.limit.rooms-per-member", 1, 1 << 20)
            .or(1000)
            .describedAs("In how many rooms a member may be.");
    static final Option<Integer> ROOMS_PER_TARGET = Option.integer("roomcast.limit.rooms-per-target", 1, 1 << 20)
            .or(1000)
            .describedAs("How many names (rooms, members, users, exceptions) a target may have.");
    static final Option<Integer> MEMBERS = Option.integer("roomcast.limit.members", 1, Integer.MAX_VALUE)
            .or(1_000_000)
            .describedAs("How many members a node may have.");
    static final Option<Integer> ATTRIBUTE_BYTES = Option.integer("roomcast.limit.attribute-bytes", 0, 1 << 16)
            .or(2048)
            .describedAs(
                    "How many bytes, in UTF-8, the names and values of a connection's attributes may have together.");
    public static final Option<Integer> SEQUENCE_BYTES = Option.integer(
                    "roomcast.limit.sequence-bytes", 1 << 16, 1 << 30)
            .or(64 << 20)
            .describedAs(
                    "How many bytes the sequence numbers of other nodes' frames may take, which show losses: 448 for a sender in a room.");
    public static final Option<Integer> QUEUE_BYTES = Option.integer("roomcast.queue.bytes", 1 << 10, 1 << 30)
            .or(64 << 20)
            .describedAs(
                    "How much may wait in each direction, to be published and to be delivered, in bytes of the heap.");

    public static final Option<Long> QUEUED_BYTES = Option.<Long>of(
                    "roomcast.limit.queued-bytes", "a whole number from 1", EngineOptions::parsePositive)
            .describedAs(
                    "How many bytes may wait in the queues of all connections of the JVM together (`Connection.queued`);"
                            + " a quarter of the largest heap by default.");

    public static final Option<ChannelMode> CHANNELS = Option.of(
                    "roomcast.channels", "per-room or static", ChannelMode::parse)
            .or(ChannelMode.PER_ROOM)
            .describedAs("Whether each room has a channel of its own, or all use the namespace's: for very many"
                    + " short-lived rooms. The same on all nodes.");
    public static final Option<OutagePolicy> OUTAGE = Option.of(
                    "roomcast.outage", "fail or wait", text -> OutagePolicy.valueOf(text.toUpperCase(Locale.ROOT)))
            .or(OutagePolicy.FAIL)
            .describedAs(
                    "What happens to packets that cannot be published: they fail at once, or wait for the end of the outage.");
    public static final Option<Integer> OUTAGE_PACKETS = Option.integer("roomcast.outage.packets", 1, 1 << 24)
            .or(10_000)
            .describedAs("How many packets may wait for the end of an outage.");
    public static final Option<Integer> OUTAGE_BYTES = Option.integer("roomcast.outage.bytes", 1, 1 << 29)
            .or(16 << 20)
            .describedAs("How many bytes may wait for the end of an outage; at most half of roomcast.queue.bytes.");
    public static final Option<Duration> OUTAGE_AGE = Option.duration("roomcast.outage.age")
            .or(Duration.ofSeconds(30))
            .describedAs("How long a packet may wait for the end of an outage.");

    public static final Option<Duration> SEND_BOUND = Option.duration("roomcast.send.bound")
            .or(Duration.ofMillis(100))
            .describedAs("Longest delay that one blocking send of a connection may cause to others.");

    public static final Option<String> AUTH_KEY = key("roomcast.auth.key")
            .describedAs("Signs every frame; frames of nodes without the key are dropped. The same on all nodes.");
    static final Option<String> AUTH_SECOND_KEY = key("roomcast.auth.second-key")
            .describedAs("Accepted as well, so that the key can be changed node by node.");
    static final Option<SigningKeys.Unsigned> AUTH_UNSIGNED = Option.of(
                    "roomcast.auth.unsigned",
                    "accept or refuse",
                    text -> SigningKeys.Unsigned.valueOf(text.toUpperCase(Locale.ROOT)))
            .or(SigningKeys.Unsigned.REFUSE)
            .describedAs("Whether frames that are not signed are accepted: only while signing is begun node by node.");

    private static final int SHORTEST_KEY = 32;

    /** Where a platform says what kind of environment this is. */
    static final List<String> ENVIRONMENT_NAMES = List.of("NODE_ENV", "APP_ENV");

    /** Those in which a broker that is configured is left unused, in any case of letters. All others may be a fleet. */
    static final List<String> ENVIRONMENTS_WITHOUT_BROKER =
            List.of("dev", "develop", "development", "local", "test", "testing");

    public static final List<Option<?>> ALL = List.of(
            ADAPTER,
            PREFIX,
            NAMESPACE,
            NODE_NAME,
            HEARTBEAT_INTERVAL,
            HEARTBEAT_TIMEOUT,
            HELLO_WAIT,
            REQUEST_TIMEOUT,
            UNSUBSCRIBE_DELAY,
            PACKET_BYTES,
            NAME_BYTES,
            ROOMS_PER_MEMBER,
            ROOMS_PER_TARGET,
            MEMBERS,
            ATTRIBUTE_BYTES,
            SEQUENCE_BYTES,
            QUEUE_BYTES,
            QUEUED_BYTES,
            CHANNELS,
            OUTAGE,
            OUTAGE_PACKETS,
            OUTAGE_BYTES,
            OUTAGE_AGE,
            SEND_BOUND,
            AUTH_KEY,
            AUTH_SECOND_KEY,
            AUTH_UNSIGNED);

    private EngineOptions() {}

    private static long parsePositive(String text) {
        long value = Long.parseLong(text);
        if (value < 1) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static Option<String> key(String key) {
        return Option.of(
                        key,
                        "a secret of at least " + SHORTEST_KEY + " characters, such as `openssl rand -base64 32` makes",
                        text -> {
                            if (text.length() < SHORTEST_KEY || !Limits.isWellFormed(text)) {
                                throw new IllegalArgumentException("too short");
                            }
                            return text;
                        })
                .secret();
    }

    private static Option<String> nonEmpty(String key) {
        return Option.of(key, "any text of at least one character", text -> {
            if (text.isEmpty() || !Limits.isWellFormed(text)) {
                throw new IllegalArgumentException("unfit");
            }
            return text;
        });
    }
}
