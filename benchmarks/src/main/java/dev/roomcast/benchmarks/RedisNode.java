package dev.roomcast.benchmarks;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Nodes on Redis, as a server would open them. */
final class RedisNode {

    private static final long PATIENCE_SECONDS = 60;

    private RedisNode() {}

    static Adapter open(String name, String namespace, String redisUrl) {
        return open(name, namespace, redisUrl, Map.of());
    }

    /** @param more settings, beside those that a node needs in any case */
    static Adapter open(String name, String namespace, String redisUrl, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("roomcast.adapter", "redis");
        settings.put("roomcast.namespace", namespace);
        settings.put("roomcast.node.name", name);
        settings.put("REDIS_URL", redisUrl);
        return Adapters.open(AdapterConfig.of(settings));
    }

    /** Waits until a stage of a node is complete. */
    static void await(CompletionStage<?> stage) {
        stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
