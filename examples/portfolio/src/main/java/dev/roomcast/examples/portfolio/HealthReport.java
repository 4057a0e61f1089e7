package dev.roomcast.examples.portfolio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Health;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a platform's probes are told. This node is unhealthy only where restarting or bypassing it may help: when its own
 * broker is of no use to it. A peer that is silent is named, no more: else one frozen node would make the platform
 * restart them all.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class HealthReport {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Adapter adapter;
    private final RoomCensus census;
    private final Object lock = new Object();
    private @Nullable CompletableFuture<Void> ready;

    HealthReport(Adapter adapter, RoomCensus census) {
        this.adapter = adapter;
        this.census = census;
    }

    /** Returns the health of this node, within two seconds. */
    CompletionStage<Answer> health() {
        Health health = adapter.health();
        if (!isUsable(health)) {
            return CompletableFuture.completedFuture(unhealthy(health));
        }
        return census.count().thenApply(count -> healthy(health, count));
    }

    /** Returns whether load should come here: from the moment that the node has met its cluster. */
    Answer readiness() {
        Health health = adapter.health();
        boolean isReady = !isLeaving(health) && hasMetItsCluster();
        ObjectNode body = Json.object().put("status", isReady ? "ready" : "not ready");
        return new Answer(isReady ? OK : UNAVAILABLE, body.put("reason", health.reason()));
    }

    private static boolean isLeaving(Health health) {
        return health.status() == Health.Status.CLOSED || health.status() == Health.Status.DRAINING;
    }

    private boolean hasMetItsCluster() {
        synchronized (lock) {
            // A stage that has failed stays so; a new one is about the attempts since.
            if (ready == null || ready.isCompletedExceptionally()) {
                try {
                    ready = adapter.ready().toCompletableFuture().copy();
                } catch (IllegalStateException closed) {
                    return false;
                }
            }
            return ready.isDone() && !ready.isCompletedExceptionally();
        }
    }

    /** Degraded is usable, such as for one refused room, unless it is this node's own link that is down. */
    private static boolean isUsable(Health health) {
        return switch (health.status()) {
            case STARTING, UP -> true;
            case DEGRADED -> isUp(health, "link.up") && isUp(health, "publishing.up");
            case DOWN, DRAINING, CLOSED -> false;
        };
    }

    private static boolean isUp(Health health, String gauge) {
        return health.gauges().getOrDefault(gauge, 1L) > 0;
    }

    private static Answer healthy(Health health, RoomCensus.Count count) {
        ObjectNode body = body("healthy", health).put("roomCount", count.rooms().size());
        if (!count.missing().isEmpty()) {
            count.missing().forEach(body.putArray("missing")::add);
        }
        if (health.status() != Health.Status.UP) {
            body.put("reason", health.reason());
        }
        return new Answer(OK, body.put("timestamp", health.timestamp().toString()));
    }

    private static Answer unhealthy(Health health) {
        ObjectNode body = body("unhealthy", health).put("error", health.reason());
        return new Answer(UNAVAILABLE, body.put("timestamp", health.timestamp().toString()));
    }

    private static ObjectNode body(String status, Health health) {
        return Json.object().put("status", status).put("adapter", health.adapter());
    }

    /** An HTTP status and its body. */
    record Answer(int status, ObjectNode body) {}
}
