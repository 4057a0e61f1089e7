package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A node in a process of its own, of whichever release is on its class path: it does what it reads, a line each, and says what happens.
 * Ends with its input.
 */
final class ReleaseNode {

    private ReleaseNode() {}

    /** @param args the URL of Redis, the namespace, the name of the node */
    public static void main(String[] args) throws Exception {
        AdapterConfig config = AdapterConfig.of(
                Map.of("REDIS_URL", args[0], "roomcast.namespace", args[1], "roomcast.node.name", args[2]));
        try (Adapter adapter = Adapters.open(config);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            adapter.cluster().onEvent(new ClusterListener() {
                @Override
                public void lost(Loss loss) {
                    say("lost " + loss);
                }

                @Override
                public void nodeChanged(NodeInfo node) {
                    say("node " + node.name() + " " + node.status());
                }
            });
            adapter.cluster()
                    .onRequest(
                            (from, packet) -> CompletableFuture.completedFuture(Packet.text(args[2] + " hears you")));
            Member member =
                    adapter.add(Connection.of(args[2] + "-member", packet -> say("got " + packet.text()), closer()));
            adapter.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
            adapter.join(member, "news").toCompletableFuture().get(30, TimeUnit.SECONDS);
            say("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                obey(adapter, line);
            }
        }
    }

    /** What a closer is given is not of one type in all releases. */
    private static Connection.Closer closer() {
        return (Connection.Closer) Proxy.newProxyInstance(
                ReleaseNode.class.getClassLoader(), new Class<?>[] {Connection.Closer.class}, (self, method, args) -> {
                    say("disconnected " + args[0]);
                    return null;
                });
    }

    /** The same, of what disconnects. */
    private static void disconnect(Cluster cluster, String id) throws ReflectiveOperationException {
        for (Method method : Cluster.class.getMethods()) {
            if (method.getName().equals("disconnect") && method.getParameterTypes()[1] == String.class) {
                method.invoke(cluster, Target.member(id), "told by an earlier release");
            }
        }
    }

    private static void obey(Adapter adapter, String line) throws ReflectiveOperationException {
        String rest = line.substring(line.indexOf(' ') + 1);
        if (line.startsWith("room ")) {
            adapter.broadcast(Target.room("news"), Packet.text(rest));
        } else if (line.startsWith("rooms ")) {
            adapter.broadcast(Target.rooms(Set.of("news", "other")), Packet.text(rest));
        } else if (line.startsWith("all ")) {
            adapter.broadcast(Target.everyone(), Packet.text(rest));
        } else if (line.startsWith("disconnect ")) {
            disconnect(adapter.cluster(), rest);
        } else if (line.startsWith("members")) {
            adapter.cluster()
                    .count(Target.room("news"))
                    .whenComplete((count, failure) -> say(failure == null ? "members " + count.all() : "" + failure));
        }
    }

    private static synchronized void say(String what) {
        System.out.println(what);
        System.out.flush();
    }
}
