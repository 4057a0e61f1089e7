package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of all nodes, which costs a question to every node, so asked at most once a second: whoever comes meanwhile
 * shares the answer. It comes in bounded time and never fails.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class RoomCensus {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final Adapter adapter;
    private final Object lock = new Object();
    private @Nullable CompletableFuture<Count> latest;
    private long askedAt;

    RoomCensus(Adapter adapter) {
        this.adapter = adapter;
    }

    /** Returns the count; it may be completed on a thread of the adapter, so what hangs on it must not block. */
    CompletableFuture<Count> count() {
        synchronized (lock) {
            CompletableFuture<Count> known = latest;
            if (known == null || known.isDone() && System.nanoTime() - askedAt >= FRESH.toNanos()) {
                askedAt = System.nanoTime();
                known = ask(known == null ? local() : known.join());
                latest = known;
            }
            return known.copy();
        }
    }

    private CompletableFuture<Count> ask(Count lastKnown) {
        try {
            return adapter.cluster()
                    .roomNames()
                    .thenApply(Count::of)
                    .toCompletableFuture()
                    .completeOnTimeout(lastKnown, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(closed -> lastKnown);
        } catch (IllegalStateException closed) {
            return CompletableFuture.completedFuture(lastKnown);
        }
    }

    private Count local() {
        return new Count(adapter.rooms().names(), List.of());
    }

    /**
     * What was counted.
     *
     * @param rooms of all nodes that answered
     * @param missing the names of the nodes that did not
     */
    record Count(Set<String> rooms, List<String> missing) {
        static Count of(Gathered<Set<String>> answers) {
            return new Count(
                    answers.some(),
                    answers.missing().stream().map(NodeInfo::name).sorted().toList());
        }
    }
}
