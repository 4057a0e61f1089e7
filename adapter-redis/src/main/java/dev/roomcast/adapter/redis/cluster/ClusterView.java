package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.connection.RedisConnector;
import dev.roomcast.adapter.redis.connection.RedisFailure;
import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The owners of slots, as a server of the Cluster reports them: one of the masters, or if none answers, one of the
 * configured servers.
 */
final class ClusterView {

    private final RedisConnector connector;
    private final List<RedisAddress> configured;

    ClusterView(RedisConnector connector, List<RedisAddress> configured) {
        this.connector = connector;
        this.configured = configured;
    }

    /** Asks until one answers. Not always the same one, in case that one is cut off from the others. */
    CompletionStage<Slots> look(List<Shard> masters) {
        List<Supplier<CompletionStage<Slots>>> all = new ArrayList<>();
        masters.stream().filter(Shard::isPublishing).forEach(master -> all.add(() -> ask(master)));
        Collections.shuffle(all);
        configured.forEach(server -> all.add(() -> ask(server)));
        return ask(all, 0, null);
    }

    private static CompletionStage<Slots> ask(
            List<Supplier<CompletionStage<Slots>>> all, int index, @Nullable Throwable failure) {
        if (index == all.size()) {
            return CompletableFuture.failedStage(failure == null ? new RedisFailure("nobody was asked") : failure);
        }
        return ControlExecutor.guarded(all.get(index))
                .handle((slots, why) ->
                        why == null ? CompletableFuture.completedStage(slots) : ask(all, index + 1, why))
                .thenCompose(next -> next);
    }

    private CompletionStage<Slots> ask(Shard master) {
        return master.server()
                .clusterSlots()
                .thenApply(answer -> Slots.parse(answer, master.address()))
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(explained(master.address(), failure)));
    }

    private CompletionStage<Slots> ask(RedisAddress server) {
        return connector
                .publishConnection(server, connector.logins().login())
                .thenCompose(connection -> connection
                        .async()
                        .clusterSlots()
                        .thenApply(answer -> Slots.parse(answer, server))
                        .whenComplete((slots, failure) -> connection.closeAsync()))
                .handle((slots, failure) -> failure == null
                        ? CompletableFuture.completedStage(slots)
                        : CompletableFuture.<Slots>failedStage(connector.failed(server, failure)))
                .thenCompose(next -> next);
    }

    private Throwable explained(RedisAddress server, Throwable failure) {
        Throwable cause = RedisFailure.causeOf(failure);
        return cause instanceof RedisFailure ? cause : connector.explain(server, failure);
    }

    @Override
    public String toString() {
        return configured.stream().map(RedisAddress::toString).collect(Collectors.joining(", "));
    }
}
