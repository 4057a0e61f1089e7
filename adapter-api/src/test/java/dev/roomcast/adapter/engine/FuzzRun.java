package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.FuzzedNode.Place;
import dev.roomcast.adapter.engine.codec.ByteReader;
import dev.roomcast.adapter.engine.codec.ByteWriter;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/**
 * Runs of hostile frames, each of a seed: to the codec alone, and to a node. A frame may be refused, by one of two exceptions, and may
 * cost no more than its size allows; a node counts what it refuses, and goes on.
 *
 * <p>Also made by {@link Coverage}, in a world of its own: so what goes in and out is of the JDK's types.
 */
final class FuzzRun implements Function<long[], Map<String, Long>> {

    static final String FRAMES = "frames";
    static final String PAST_HEADER = "past the header";
    static final String TO_NODE = "of these to a node";
    static final String MESSAGES = "messages read";
    static final String CORPUS = "corpus";
    /** Bytes allocated per byte of the frame, in hundredths, less what an empty frame may cost. */
    static final String ALLOCATION = "allocation";

    private static final String REFUSED = "refused: ";
    private static final int BURST = 64;
    private static final int BURSTS_PER_CARE = 16;
    /** What a frame may cost in any case, and for each of its bytes. */
    private static final long ALLOCATION_BASE = 2048;

    private static final long ALLOCATION_PER_BYTE = 128;
    /** What is linked when it is first run costs more. */
    private static final int FRAMES_TO_WARM_UP = 10_000;

    private static final Target ROOM = Target.room("r");

    private final BooleanSupplier isNew;
    private final Map<String, Long> counts = new TreeMap<>();

    private Mutator mutator = new Mutator(0);
    private Random random = new Random(0);
    private FuzzCorpus corpus = new FuzzCorpus(random);
    private byte[] last = {};
    private long decoded;

    /** @param isNew whether something was reached since it was asked last that never was before in this run */
    FuzzRun(BooleanSupplier isNew) {
        this.isNew = isNew;
    }

    /**
     * One run.
     *
     * @param seedAndFrames the seed, how many frames to give to the codec, how many to a node
     */
    @Override
    public Map<String, Long> apply(long[] seedAndFrames) {
        counts.clear();
        mutator = new Mutator(seedAndFrames[0]);
        random = mutator.random();
        corpus = new FuzzCorpus(random);
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (long i = 0; i < seedAndFrames[1]; i++) {
                decode(frame(), random.nextBoolean() ? ROOM : null);
            }
            if (seedAndFrames[2] > 0) {
                node(seedAndFrames[0], seedAndFrames[2], said);
            }
        } catch (Throwable t) {
            throw new AssertionError(
                    "seed " + seedAndFrames[0] + ": " + t + "\n  the last frame: "
                            + HexFormat.of().formatHex(last)
                            + String.format(
                                    "%n  again: ./mvnw -Pfuzz -Dfuzz.seed=%d -Dfuzz.codec=%d -Dfuzz.node=%d",
                                    seedAndFrames[0], seedAndFrames[1], seedAndFrames[2]),
                    t);
        } finally {
            System.setErr(err);
        }
        counts.put(CORPUS, (long) corpus.size());
        return new TreeMap<>(counts);
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    // ---- the codec

    /** Mostly a good header with bad messages. */
    private byte[] frame() {
        FuzzCorpus.Entry entry = corpus.any();
        FuzzCorpus.Entry other = corpus.any();
        if (random.nextInt(4) == 0) {
            return mutator.bytes(entry.bytes(), other.bytes());
        }
        return joined(entry.header(), mutator.body(entry.body(), other.body()));
    }

    static byte[] joined(byte[] one, byte[] other) {
        byte[] both = new byte[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** Decodes it as a node does. Returns where it was refused, if it was. */
    private Outcome decode(byte[] bytes, @Nullable Target channelTarget) {
        last = bytes;
        Outcome outcome = Outcome.BAD_HEADER;
        RuntimeException refusal = null;
        long before = ThreadUse.allocatedBytes();
        try {
            ByteReader in = FrameCodec.reader(bytes);
            Frame header = FrameCodec.header(in, FrameCodec.VERSIONS);
            outcome = Outcome.BAD_MESSAGES;
            FrameCodec.messages(in, header, channelTarget);
            outcome = Outcome.READ;
        } catch (MalformedFrameException | UnsupportedVersionException e) {
            refusal = e;
        }
        long allocated = ThreadUse.allocatedBytes() - before;
        if (decoded++ > FRAMES_TO_WARM_UP) {
            checkCost(allocated, bytes.length);
        }
        count(FRAMES);
        if (outcome != Outcome.BAD_HEADER) {
            count(PAST_HEADER);
        }
        count(
                refusal == null
                        ? MESSAGES
                        : REFUSED
                                + (refusal instanceof MalformedFrameException
                                        ? refusal.getMessage()
                                        : "not understood"));
        if (isNew.getAsBoolean()) {
            corpus.add(bytes);
        }
        return outcome;
    }

    private void checkCost(long allocated, int size) {
        long more = allocated - ALLOCATION_BASE;
        if (more > 0) {
            counts.merge(ALLOCATION, 100 * more / Math.max(1, size), Math::max);
            Assertions.assertTrue(
                    more <= ALLOCATION_PER_BYTE * size, () -> allocated + " bytes allocated for a frame of " + size);
        }
    }

    private enum Outcome {
        BAD_HEADER,
        BAD_MESSAGES,
        READ
    }

    // ---- a node

    /**
     * Where nothing is signed, who imitates nodes of another version is believed, and may outnumber the others; and who imitates many nodes fills
     * what is remembered of them. Both are said, and no defect.
     */
    private static void assertNoError(ByteArrayOutputStream said) {
        String errors = said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.contains("takes no part in its cluster any more"))
                .filter(line -> !line.contains("losses may go unseen in the namespace"))
                .collect(Collectors.joining("\n"));
        Assertions.assertEquals("", errors, "an error was logged");
    }

    private void node(long seed, long frames, ByteArrayOutputStream said) {
        FuzzedNode node = new FuzzedNode(seed);
        long given = 0;
        for (int burst = 0; given < frames; burst++) {
            node.meet();
            burst(node);
            given += BURST;
            assertNoError(said);
            if (burst % BURSTS_PER_CARE == 0) {
                node.pass(Duration.ofMillis(random.nextInt(4) == 0 ? 4_000 : random.nextInt(500)));
                if (random.nextInt(4) == 0) {
                    node.cut();
                }
                node.tend();
            }
        }
        counts.merge(TO_NODE, given, Long::sum);
        node.checkThatItServes();
        node.close();
        assertNoError(said);
    }

    /** Some frames at once, and what the node has counted for them. */
    private void burst(FuzzedNode node) {
        long before = refused(node);
        int atLeast = 0;
        int atMost = 0;
        for (int i = 0; i < BURST; i++) {
            Place place = node.places.get(random.nextInt(node.places.size()));
            byte[] bytes = frame(node, place);
            Outcome outcome = decode(bytes, place.target());
            // Of what has come before, and of echoes, a node does not read everything.
            boolean isEcho = FrameCodec.isFrom(node.self, bytes);
            atLeast += outcome == Outcome.BAD_HEADER && !isEcho ? 1 : 0;
            atMost += outcome != Outcome.READ ? 1 : 0;
            node.frame(place, bytes);
        }
        node.pass(Duration.ofMillis(1));
        long counted = refused(node) - before;
        Assertions.assertTrue(
                counted >= atLeast && counted <= atMost,
                counted + " frames counted as refused, not " + atLeast + " to " + atMost);
        if (isNew.getAsBoolean()) {
            corpus.add(last);
        }
    }

    private static long refused(FuzzedNode node) {
        return node.counted(Counters.FRAMES_MALFORMED, Counters.FRAMES_NOT_UNDERSTOOD);
    }

    /** Mostly one that the node has to read: of a node that it knows, and with a number that is new. */
    private byte[] frame(FuzzedNode node, Place place) {
        if (random.nextInt(10) == 0) {
            return frame();
        }
        byte[] body =
                random.nextInt(3) == 0 ? fitting(node, place) : corpus.any().body();
        if (random.nextInt(4) != 0) {
            body = mutator.body(body, corpus.any().body());
        }
        long step = random.nextInt(40) == 0 ? random.nextLong() >>> random.nextInt(64) : 1;
        Frame header = node.header(sender(node), place, step);
        Frame dressed = new Frame(
                header.from(),
                header.stream(),
                header.number(),
                0,
                1,
                random.nextInt(10) == 0 ? marks(header.number()) : List.of(),
                random.nextInt(10) == 0 ? new int[] {random.nextBoolean() ? "r".hashCode() : random.nextInt()} : null,
                random.nextInt(20) == 0 ? List.of(new Message.LastSequence()) : List.of());
        return joined(FrameCodec.frame(dressed, List.of()), body);
    }

    private byte[] fitting(FuzzedNode node, Place place) {
        ByteWriter out = new ByteWriter(64);
        out.sized(FrameCodec.encode(corpus.fitting(node), place.target()));
        return out.toBytes();
    }

    private List<HeartbeatMark> marks(long number) {
        return List.of(new HeartbeatMark(number - 1, random.nextInt(1000)), new HeartbeatMark(0, random.nextInt(1000)));
    }

    private Incarnation sender(FuzzedNode node) {
        int dice = random.nextInt(100);
        if (dice < 2) {
            return new Incarnation(random.nextLong(), random.nextLong());
        }
        return dice < 5 ? node.self : node.peers().get(dice % node.peers().size());
    }
}
