package dev.roomcast.examples.redeploy;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Backend;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.redis.RedisCredentials;
import dev.roomcast.adapter.redis.RedisTransportProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A web application, as its container sees it: made by its class loader, and called on the container's threads. */
public final class DeployedApp implements BiConsumer<String, Map<String, String>> {

    static final String PASSWORD = "secret";

    private static final long PATIENCE_SECONDS = 60;
    private static final int PACKETS = 500;

    private final RedisCredentials credentials = new RedisCredentials("default", PASSWORD);
    private List<Backend> backends = List.of();
    private List<Adapter> nodes = List.of();

    @Override
    public void accept(String phase, Map<String, String> configuration) {
        switch (phase) {
            case "start" -> start(configuration);
            case "request" -> request();
            default -> {
                nodes.forEach(Adapter::close);
                backends.forEach(Backend::close);
            }
        }
    }

    /** One node by the short form, and one with all that can be said in code. */
    private void start(Map<String, String> configuration) {
        AdapterConfig config = AdapterConfig.of(configuration);
        Backend backend = configuration.containsKey("roomcast.redis.url")
                ? Adapters.connect(config, new RedisTransportProvider().withCredentials(credentials))
                : Adapters.connect(config);
        backends = List.of(backend);
        nodes = List.of(Adapters.open(config), backend.open("/"));
        nodes.forEach(node -> await(node.ready()));
    }

    private void request() {
        for (Adapter node : nodes) {
            Member member = node.add(Connection.of("client", packet -> {}, why -> {}));
            await(node.join(member, List.of("a", "b", "c")));
            for (Target target : List.of(Target.room("a"), Target.everyone(), Target.rooms(List.of("b", "c")))) {
                await(node.broadcast(target, Packet.text("one")));
                Stream<CompletionStage<?>> many =
                        IntStream.range(0, PACKETS).mapToObj(i -> node.broadcast(target, Packet.text("many " + i)));
                many.toList().forEach(DeployedApp::await);
            }
            await(node.allRooms());
            await(node.cluster().members(Target.room("a")));
            await(node.cluster().count(Target.everyone()));
            node.health().counters();
            node.leave(member, "a");
            node.remove(member);
        }
        credentials.renew("default", PASSWORD);
    }

    private static void await(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("not completed: " + stage, e);
        }
    }
}
