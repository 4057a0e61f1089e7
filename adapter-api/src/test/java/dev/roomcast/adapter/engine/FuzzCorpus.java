package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameCodecTest;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What hostile frames are made of: good ones of every kind, the kept ones, and those that have come to a new place in this run. */
final class FuzzCorpus {

    static final Path KEPT = Path.of("src/test/resources/fuzz");

    private static final int MOST = 1 << 12;
    private static final Incarnation FROM = new Incarnation(1, 1);
    /** Decoded once: the order of what {@code Set.of} holds differs from process to process. */
    private static final List<Message> MESSAGES = FrameCodec.decode(
                    FrameCodec.encode(frame(List.of(), null, FrameCodecTest.messages()), null), null)
            .messages();

    /** A frame, and where its messages begin. */
    record Entry(byte[] bytes, int bodyAt) {

        static Entry of(byte[] bytes) {
            ByteReader in = new ByteReader(bytes);
            try {
                FrameCodec.header(in, FrameCodec.VERSIONS);
                return new Entry(bytes, bytes.length - in.remaining());
            } catch (MalformedFrameException | UnsupportedVersionException e) {
                return new Entry(bytes, 0);
            }
        }

        byte[] body() {
            return Arrays.copyOfRange(bytes, bodyAt, bytes.length);
        }

        byte[] header() {
            return Arrays.copyOf(bytes, bodyAt);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final Random random;

    FuzzCorpus(Random random) {
        this.random = random;
        seeds().forEach(seed -> add(FrameCodec.encode(seed, null)));
        kept().values().forEach(this::add);
    }

    void add(byte[] frame) {
        if (entries.size() < MOST) {
            entries.add(Entry.of(frame));
        }
    }

    int size() {
        return entries.size();
    }

    Entry any() {
        return entries.get(random.nextInt(entries.size()));
    }

    /** Every kind of message alone, all of them together, and everything that a header can have. */
    static List<Frame> seeds() {
        List<Frame> seeds = new ArrayList<>();
        for (Message message : MESSAGES) {
            seeds.add(frame(List.of(), null, List.of(message)));
        }
        seeds.add(frame(List.of(new HeartbeatMark(0, 7), new HeartbeatMark(2, 9)), null, List.of(new Goodbye())));
        seeds.add(
                frame(List.of(), new int[] {"r".hashCode(), -1}, List.of(new QueryRequest(1, new Query.RoomNames()))));
        seeds.add(frame(List.of(new HeartbeatMark(1, 7)), new int[0], List.of(new Message.LastSequence())));
        seeds.add(frame(List.of(), null, MESSAGES));
        seeds.add(frame(List.of(), null, List.of()));
        return seeds;
    }

    private static Frame frame(List<HeartbeatMark> marks, int @Nullable [] hashes, List<Message> messages) {
        return new Frame(FROM, 5, 6, 0, 1, marks, hashes, messages);
    }

    /** Kept frames by the names of their files. */
    static Map<String, byte[]> kept() {
        try (Stream<Path> files = Files.list(KEPT)) {
            Map<String, byte[]> frames = new TreeMap<>();
            for (Path file : files.toList()) {
                frames.put(file.getFileName().toString(), read(file));
            }
            return frames;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        return HexFormat.of()
                .parseHex(Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith("#"))
                        .map(String::strip)
                        .collect(Collectors.joining()));
    }

    /** A message that fits what a node has said: an answer to its question, a part of what it watches. */
    Message fitting(FuzzedNode node) {
        Message message = MESSAGES.get(random.nextInt(MESSAGES.size()));
        if (message instanceof QueryResponse queryResponse) {
            return new QueryResponse(
                    node.question() - random.nextInt(5),
                    random.nextInt(3),
                    queryResponse.parts(),
                    queryResponse.queryResult());
        }
        if (message instanceof RoomPresence roomPresence) {
            return new RoomPresence(
                    random.nextBoolean() ? "r" : "s",
                    random.nextInt(100),
                    random.nextInt(3),
                    1 + random.nextInt(3),
                    roomPresence.presenceMessage());
        }
        if (message instanceof Welcome welcome) {
            return new Welcome(
                    node.round(),
                    welcome.name(),
                    welcome.versions(),
                    welcome.known(),
                    welcome.channels(),
                    welcome.received());
        }
        return message;
    }
}
