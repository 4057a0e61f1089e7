package dev.roomcast.examples.quickstart;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import io.javalin.Javalin;
import java.util.Objects;

/** The integration that the README shows: a chat whose rooms reach over all nodes. */
public final class Chat {

    private Chat() {}

    /**
     * Serves {@code /chat/<room>} on port 7070.
     *
     * @param args none
     */
    public static void main(String... args) {
        start(AdapterConfig.fromEnvironment(), 7070);
    }

    static Javalin start(AdapterConfig config, int port) {
        Adapter adapter = Adapters.open(config);
        return Javalin.create(server -> {
                    server.routes.ws("/chat/{room}", ws -> {
                        ws.onConnect(client -> {
                            Member member = adapter.add(Connection.of(
                                    client.sessionId(),
                                    packet -> client.send(packet.text()),
                                    why -> client.closeSession(why.closeCode(), why.text())));
                            client.attribute("member", member);
                            adapter.join(member, client.pathParam("room"));
                        });
                        ws.onMessage(client -> adapter.broadcast(
                                Target.room(client.pathParam("room")), Packet.text(client.message())));
                        ws.onClose(client -> adapter.remove(Objects.requireNonNull(client.attribute("member"))));
                    });
                    server.events.serverStopped(adapter::close);
                })
                .start(port);
    }
}
