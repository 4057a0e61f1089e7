package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.PresenceMessage;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Some seconds of hostile frames, the same each time, and some that nobody has seen before; see docs/fuzzing.md. */
class FuzzTest {

    private static final List<Long> FIXED_SEEDS = List.of(1L, 2L);
    private static final int NEW_SEEDS = Integer.getInteger("fuzz.new-seeds", 0);
    private static final long CODEC = 150_000;
    private static final long NODE = 30_000;
    /** What fixed seeds reach of the codec: all but what encodes, and what no frame can be. */
    private static final double CODEC_BRANCHES = 0.93;

    @Test
    void hostileFramesAreRefusedOrHarmless() throws Exception {
        Coverage coverage = new Coverage();
        Function<long[], Map<String, Long>> runs = Fuzz.runs(coverage);
        FuzzReport report = new FuzzReport();
        for (long seed : FIXED_SEEDS) {
            coverage.begin();
            report.add(runs.apply(new long[] {seed, CODEC, NODE}));
        }
        double reached = coverage.codecBranches();
        new Random().longs(NEW_SEEDS).forEach(seed -> {
            System.out.println("the new seed is " + seed);
            coverage.begin();
            report.add(runs.apply(new long[] {seed, CODEC, NODE}));
        });
        System.out.println(report);
        coverage.branches(Coverage.CODEC).forEach(System.out::println);
        assertTrue(
                2 * report.count(FuzzRun.PAST_HEADER) > report.count(FuzzRun.FRAMES),
                "most frames end in the header, where little can happen");
        assertTrue(reached >= CODEC_BRANCHES, () -> "the fixed seeds reach " + reached + " of the codec's branches");
    }

    /** A kind that is added later is fuzzed from the day on which it comes. */
    @Test
    void everyKindOfMessageIsASeed() {
        Set<Class<?>> kinds = new HashSet<>();
        for (Class<?> sealed : List.of(Message.class, Query.class, QueryResult.class, PresenceMessage.class)) {
            kinds.addAll(List.of(sealed.getPermittedSubclasses()));
        }
        Set<Class<?>> seeds = new HashSet<>();
        FuzzCorpus.seeds().stream().flatMap(frame -> frame.messages().stream()).forEach(message -> {
            seeds.add(message.getClass());
            if (message instanceof QueryRequest queryRequest) {
                seeds.add(queryRequest.query().getClass());
            } else if (message instanceof QueryResponse queryResponse) {
                seeds.add(queryResponse.queryResult().getClass());
            } else if (message instanceof RoomPresence roomPresence) {
                seeds.add(roomPresence.presenceMessage().getClass());
            }
        });
        assertEquals(names(kinds), names(seeds));
    }

    private static Set<String> names(Set<Class<?>> kinds) {
        return kinds.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
    }
}
