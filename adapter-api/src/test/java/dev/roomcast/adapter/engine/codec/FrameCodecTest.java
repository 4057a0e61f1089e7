package dev.roomcast.adapter.engine.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.Departures;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Naming;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.codec.Message.Proof;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.Receipt;
import dev.roomcast.adapter.engine.codec.Message.ReceiptRequest;
import dev.roomcast.adapter.engine.codec.Message.ResendLastSequences;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Unreceived;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchListRequest;
import dev.roomcast.adapter.engine.codec.Message.WatchVersion;
import dev.roomcast.adapter.engine.codec.Message.WatchedRoom;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import dev.roomcast.adapter.engine.config.ChannelMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public class FrameCodecTest {

    private static final Incarnation FROM = new Incarnation(0x0123456789abcdefL, 0xfedcba9876543210L);
    private static final Versions VERSIONS = new Versions(1, 3);

    private static final Target TARGET =
            Target.rooms(Set.of("a", "b")).and(Target.user("u")).exceptMembers(Set.of("m"));
    private static final MemberDescription MEMBER =
            new MemberDescription("id", "user", Set.of("r", "s"), Map.of("name", "value"));

    public static List<Message> messages() {
        return List.of(
                new Broadcast(Target.everyone(), Packet.text("hällo \uD83D\uDE00")),
                new Broadcast(Target.everyone().exceptMembers(Set.of("m")), Packet.bytes(new byte[] {0, -1, 127})),
                new Broadcast(
                        Target.rooms(Set.of("a", "b"))
                                .and(Target.members(Set.of("x")))
                                .and(Target.user("u"))
                                .exceptRooms(Set.of("r")),
                        Packet.text("")),
                new Broadcast(Target.room("the channel's"), Packet.text("plain")),
                new Broadcast(Target.room("the channel's").exceptMembers(Set.of("m")), Packet.text("less one")),
                new Broadcast(Target.room("another"), Packet.text("plain")),
                new Hello(-7, "node", VERSIONS),
                new Welcome(Long.MAX_VALUE, "node", VERSIONS, List.of(new Named(FROM, "other"), new Named(FROM, ""))),
                new Heartbeat("node", VERSIONS),
                new Heartbeat("node", VERSIONS, ChannelMode.STATIC),
                new Heartbeat("node", VERSIONS, ChannelMode.PER_ROOM, OptionalLong.of(-5)),
                new Heartbeat("node", VERSIONS, ChannelMode.STATIC, OptionalLong.of(Long.MAX_VALUE)),
                new ReceiptRequest(),
                new Receipt(),
                new Unreceived(4_711),
                new Hello(7, "node", VERSIONS, ChannelMode.STATIC),
                new Welcome(7, "node", VERSIONS, List.of(), ChannelMode.STATIC),
                new Hello(7, "node", VERSIONS, ChannelMode.PER_ROOM, Naming.LIST),
                new Hello(7, "node", VERSIONS, ChannelMode.STATIC, Naming.LIST),
                new Welcome(
                        7, "node", VERSIONS, List.of(new Named(FROM, "a")), ChannelMode.PER_ROOM, OptionalLong.of(-5)),
                new Welcome(0, "node", VERSIONS, List.of(), ChannelMode.STATIC, OptionalLong.of(Long.MIN_VALUE)),
                new NamesRequest(7, -8),
                new Goodbye(),
                new Probe(),
                new Challenge(Long.MIN_VALUE),
                new Proof(7, List.of(new Departures(3, 1L << 50), new Departures(1_000, 2))),
                new ResendLastSequences(4_711),
                new LastSequences(List.of()),
                new LastSequences(
                        List.of(new ChannelSequence(-5, 3, 1L << 40, 2_500), new ChannelSequence(7, 1, 1, 0))),
                new LastSequenceRequest(List.of(3L, 1L << 40)),
                new Broadcast(Target.everyone(), Packet.text("or not").asDroppable()),
                new QueryRequest(1, new Query.RoomNames()),
                new QueryRequest(2, new Query.Members(TARGET)),
                new QueryRequest(3, new Query.Count(Target.everyone().exceptRooms(Set.of("r")))),
                new QueryRequest(4, new Query.Users(TARGET)),
                new QueryRequest(5, new Query.Join(TARGET, List.of("r"))),
                new QueryRequest(6, new Query.Leave(TARGET, List.of())),
                new QueryRequest(7, new Query.Disconnect(TARGET, new DisconnectReason(Kind.REPLACED, "why"))),
                new QueryRequest(8, new Query.Ask(TARGET, Packet.bytes(new byte[] {1}), Duration.ofSeconds(3))),
                new QueryRequest(9, new Query.Request(Packet.text(""))),
                new QueryResponse(42, 1, 300, new QueryResult.Texts(Set.of("a", "b", ""))),
                new QueryResponse(
                        -1,
                        0,
                        1,
                        new QueryResult.Members(List.of(MEMBER, new MemberDescription("m", null, Set.of(), Map.of())))),
                new QueryResponse(1, 0, 1, new QueryResult.Number(Long.MAX_VALUE)),
                new QueryResponse(1, 0, 1, new QueryResult.Done()),
                new QueryResponse(1, 0, 1, new QueryResult.Failed("it cannot")),
                new QueryResponse(1, 0, 1, new QueryResult.Reply(Packet.text("so"))),
                new QueryResponse(1, 0, 0, new QueryResult.MemberReply(7, Packet.bytes(new byte[0]))),
                new QueryResponse(1, 0, 0, new QueryResult.MemberReply(8, null)),
                new Emitted(Packet.text("news")),
                new Watch(1, new WatchedRoom("r", WatchLevel.OCCUPANCY)),
                new WatchList(2, 0, 1, List.of(new WatchedRoom("r", WatchLevel.MEMBERS))),
                new WatchVersion(3),
                new WatchListRequest(),
                new RoomPresence("r", 4, 0, 2, new PresenceMessage.All(List.of(MEMBER))),
                new RoomPresence("r", 5, 0, 1, new PresenceMessage.Joined(MEMBER)),
                new RoomPresence("r", 6, 0, 1, new PresenceMessage.Changed(MEMBER)),
                new RoomPresence("r", 6, 0, 1, new PresenceMessage.Left("m")),
                new RoomPresence("r", 7, 0, 1, new PresenceMessage.Occupied(true)));
    }

    @Test
    void everyKindIsAmongTheMessages() {
        Set<Class<?>> kinds = new HashSet<>(List.of(Message.class.getPermittedSubclasses()));
        // A flag of its frame, with tests of its own.
        kinds.remove(LastSequence.class);
        assertEquals(kinds, messages().stream().map(Message::getClass).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsEncodedIsDecoded(Message message) {
        Frame frame = new Frame(FROM, 5, 1L << 40, 0, 1, null, List.of(message));
        assertEquals(frame, FrameCodec.decode(FrameCodec.encode(frame, null), null));
        Target channel = Target.room("the channel's");
        assertEquals(frame, FrameCodec.decode(FrameCodec.encode(frame, channel), channel));
    }

    @Test
    void severalMessagesShareAFrame() {
        Frame frame = new Frame(FROM, 5, 6, 0, 1, null, messages());
        assertEquals(frame, FrameCodec.decode(FrameCodec.encode(frame, null), null));
    }

    @Test
    void aSealTakesItsBytesAndACountAndNothingElse() {
        List<Message> messages = List.of(new Goodbye());
        Frame sealed = new Frame(1, FROM, 5, 6, 300, 0, 1, List.of(), null, messages);
        byte[] bytes = FrameCodec.encode(sealed, null);
        assertEquals(
                FrameCodec.encode(new Frame(FROM, 5, 6, 0, 1, null, messages), null).length + 2 + FrameMac.BYTES,
                bytes.length);
        assertTrue(FrameCodec.isSealed(bytes));
        assertEquals(sealed, FrameCodec.decode(bytes, null));
    }

    @Test
    void theHeaderCarriesHashes() {
        int[] hashes = {"a".hashCode(), -1};
        Frame decoded = FrameCodec.decode(
                FrameCodec.encode(new Frame(FROM, 5, 6, 0, 1, hashes, List.of(new Goodbye())), null), null);
        assertArrayEquals(hashes, decoded.hashes());
    }

    @Test
    void partsAreNotTakenForTheWhole() {
        byte[] part = FrameCodec.encode(new Frame(FROM, 5, 6, 1, 3, null, List.of(new Goodbye())), null);
        assertThrows(UnsupportedVersionException.class, () -> FrameCodec.decode(part, null));
    }

    /** With sets that probe one slot after the other, twice as many names cost four times as much. */
    @Test
    void namesWhoseHashesCollideByIntentCostNoMoreThanTheyAreMany() {
        Cost.assertLinear(1 << 15, count -> {
            Set<String> names = colliding(count);
            Frame frame =
                    new Frame(FROM, 5, 6, 0, 1, null, List.of(new Broadcast(Target.rooms(names), Packet.text(""))));
            assertEquals(frame, FrameCodec.decode(FrameCodec.encode(frame, null), null));
        });
    }

    private static Set<String> colliding(int count) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            names.add(name.toString());
        }
        return names;
    }

    @Test
    void theBytesOnTheWireStayAsTheyAre() {
        Frame frame = new Frame(
                FROM, 5, 300, 0, 1, null, List.of(new Broadcast(Target.room("r"), Packet.text("hi")), new Goodbye()));
        assertEquals(
                "52430100" + "0123456789abcdeffedcba9876543210" + "0000000000000005" + "ac02" + "0401056869" + "0105",
                HexFormat.of().formatHex(FrameCodec.encode(frame, Target.room("r"))));
    }

    @Test
    void theHeaderCarriesMarks() {
        List<HeartbeatMark> marks = List.of(new HeartbeatMark(0, 7), new HeartbeatMark(298, 1L << 40));
        Frame frame = new Frame(FROM, 5, 300, 0, 1, marks, null, List.of(new Goodbye()));
        assertEquals(frame, FrameCodec.decode(FrameCodec.encode(frame, null), null));
    }

    @Test
    void aTailIsAFlagOfItsFrame() {
        Frame tail = new Frame(
                FROM, 5, 300, 0, 1, List.of(new HeartbeatMark(298, 7)), null, List.of(new Message.LastSequence()));
        byte[] bytes = FrameCodec.encode(tail, null);
        assertEquals(
                "52430118" + "0123456789abcdeffedcba9876543210" + "0000000000000005" + "ac02" + "010207",
                HexFormat.of().formatHex(bytes));
        assertEquals(tail, FrameCodec.decode(bytes, null));
    }

    @Test
    void aFrameWithoutNumberIsNone() {
        byte[] bytes = FrameCodec.encode(new Frame(FROM, 5, 0, 0, 1, null, List.of(new Goodbye())), null);
        assertThrows(MalformedFrameException.class, () -> FrameCodec.decode(bytes, null));
    }

    @Test
    void aMessageIsNoLargerThanItsSizeSays() {
        for (Message message : messages()) {
            Frame frame = new Frame(FROM, 5, 6, 0, 1, null, List.of(message));
            assertTrue(FrameCodec.encode(frame, null).length
                    <= FrameCodec.HEADER_BYTES + FrameCodec.sizedBytes(FrameCodec.encode(message, null)));
        }
    }

    @Test
    void ownFramesAreKnownWithoutDecoding() {
        byte[] bytes = FrameCodec.encode(new Frame(FROM, 5, 6, 0, 1, null, List.of(new Goodbye())), null);
        assertTrue(FrameCodec.isFrom(FROM, bytes));
        assertEquals(false, FrameCodec.isFrom(new Incarnation(FROM.high(), 0), bytes));
        assertEquals(false, FrameCodec.isFrom(FROM, Arrays.copyOf(bytes, 19)));
    }

    @Test
    void whatIsNewerIsNotUnderstood() {
        byte[] bytes = FrameCodec.encode(new Frame(FROM, 5, 6, 0, 1, null, List.of(new Goodbye())), null);
        byte[] version = bytes.clone();
        version[2] = 9;
        assertThrows(UnsupportedVersionException.class, () -> FrameCodec.decode(version, null));
        byte[] flags = bytes.clone();
        flags[3] = 32;
        assertThrows(UnsupportedVersionException.class, () -> FrameCodec.decode(flags, null));
    }

    @Test
    void anUnknownKindOfMessageIsPassedOver() {
        byte[] bytes = FrameCodec.encode(
                new Frame(FROM, 5, 6, 0, 1, null, List.of(new Goodbye(), new QueryRequest(7, new Query.RoomNames()))),
                null);
        bytes[30] = 99;
        assertEquals(
                List.of(new QueryRequest(7, new Query.RoomNames())),
                FrameCodec.decode(bytes, null).messages());
    }

    @Test
    void anyTruncationAndAnyFlippedBitIsRefusedOrHarmless() {
        byte[] whole = FrameCodec.encode(new Frame(FROM, 5, 6, 0, 1, new int[] {1, 2}, messages()), null);
        for (int length = 0; length < whole.length; length++) {
            decodeHostile(Arrays.copyOf(whole, length), null);
        }
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            decodeHostile(flipped, Target.room("r"));
        }
    }

    /** Earlier releases write no kind, and later ones may know more of them. */
    @Test
    void aDisconnectWithoutAKnownKindIsAnOrdinaryEnd() {
        ByteWriter out = new ByteWriter(64);
        QueryCodec.encode(out, new Query.Disconnect(TARGET, new DisconnectReason(Kind.BANNED, "why")));
        byte[] bytes = out.toBytes();
        Query expected = new Query.Disconnect(TARGET, new DisconnectReason(Kind.ENDED, "why"));
        assertEquals(expected, QueryCodec.inquiry(new ByteReader(bytes, bytes.length - 1)));
        bytes[bytes.length - 1] = (byte) 200;
        assertEquals(expected, QueryCodec.inquiry(new ByteReader(bytes)));
    }

    @Test
    void thereAreNoVersionsBelowTheFirst() {
        for (Versions versions : List.of(new Versions(0, 0), new Versions(0, 3), new Versions(2, 1))) {
            byte[] bytes = FrameCodec.encode(
                    new Frame(FROM, 5, 6, 0, 1, null, List.of(new Heartbeat("node", versions))), null);
            assertThrows(MalformedFrameException.class, () -> FrameCodec.decode(bytes, null), versions::toString);
        }
    }

    @Test
    void junkIsRefused() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            byte[] junk = new byte[random.nextInt(200)];
            random.nextBytes(junk);
            if (i % 2 == 0 && junk.length > 3) {
                junk[0] = 0x52;
                junk[1] = 0x43;
                junk[2] = 1;
                junk[3] &= 31;
            }
            decodeHostile(junk, null);
        }
    }

    private static void decodeHostile(byte[] bytes, @Nullable Target channel) {
        try {
            FrameCodec.decode(bytes, channel);
        } catch (MalformedFrameException | UnsupportedVersionException expected) {
            // The only two answers to bytes that are no frame.
        }
    }
}
