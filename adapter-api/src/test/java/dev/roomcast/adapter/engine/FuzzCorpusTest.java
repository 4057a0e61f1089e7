package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.FuzzedNode.Place;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.MalformedFrameException;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.UnsupportedVersionException;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The frames that are kept: one of each kind of message, and each that has once found a defect; see docs/fuzzing.md. */
class FuzzCorpusTest {

    private static final String SUFFIX = ".hex";
    private static final int LINE = 100;

    /** {@code -Dfuzz.keep=true} writes what is not there, or is not what the codec makes today. */
    @Test
    void eachKindOfMessageIsKept() {
        Map<String, Frame> kinds = new TreeMap<>();
        FuzzCorpus.seeds().stream()
                .filter(seed -> seed.messages().size() == 1)
                .forEach(seed -> kinds.putIfAbsent(kind(seed.messages().get(0)), seed));
        Map<String, byte[]> kept = FuzzCorpus.kept();
        kinds.forEach((kind, seed) -> {
            if (!kind.equals(kindOf(kept.get(kind + SUFFIX))) && Boolean.getBoolean("fuzz.keep")) {
                keep(kind, FrameCodec.encode(seed, null));
            }
        });
        Map<String, byte[]> now = FuzzCorpus.kept();
        kinds.keySet()
                .forEach(kind -> assertEquals(
                        kind,
                        kindOf(now.get(kind + SUFFIX)),
                        "./mvnw test -pl adapter-api -Dtest=FuzzCorpusTest -Dfuzz.keep=true writes it"));
    }

    private static String kindOf(byte @Nullable [] frame) {
        try {
            return frame == null
                    ? "missing"
                    : kind(FrameCodec.decode(frame, null).messages().get(0));
        } catch (MalformedFrameException e) {
            return e.getMessage();
        }
    }

    private static String kind(Message message) {
        Object inner = message instanceof QueryRequest queryRequest
                ? queryRequest.query()
                : message instanceof QueryResponse queryResponse
                        ? queryResponse.queryResult()
                        : message instanceof RoomPresence roomPresence ? roomPresence.presenceMessage() : null;
        return name(message) + (inner == null ? "" : "-" + name(inner));
    }

    private static String name(Object object) {
        return object.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    private static void keep(String kind, byte[] frame) {
        String hex = HexFormat.of().formatHex(frame).replaceAll("(.{" + LINE + "})(?=.)", "$1\n");
        try {
            Files.writeString(FuzzCorpus.KEPT.resolve(kind + SUFFIX), "# " + kind + "\n" + hex + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void keptFramesAreRefusedOrHarmless() {
        FuzzedNode node = new FuzzedNode(1);
        FuzzCorpus.kept().forEach((name, frame) -> {
            for (Place place : node.places) {
                decode(frame, place.target());
                node.meet();
                node.frame(place, frame);
                node.frameOfPeer(place, frame);
                node.pass(Duration.ofMillis(10));
            }
        });
        assertTrue(node.counted(Counters.FRAMES_MALFORMED) > 0, "there are bad ones among them");
        node.checkThatItServes();
        node.close();
    }

    private static void decode(byte[] frame, @Nullable Target channelTarget) {
        try {
            FrameCodec.decode(frame, channelTarget);
        } catch (MalformedFrameException | UnsupportedVersionException expected) {
            // The only two answers to bytes that are no frame.
            return;
        }
    }
}
