package dev.roomcast.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.AdapterConfig;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChatTest {

    @Test
    void whatOneSaysTheRoomHearsOnBothNodes() throws Exception {
        Javalin first = Chat.start(node("first"), 0);
        Javalin second = Chat.start(node("second"), 0);
        try {
            Chatter ann = new Chatter(first, "tea");
            Chatter bob = new Chatter(second, "tea");
            Chatter eve = new Chatter(second, "coffee");
            // Who is heard has joined, and so has the other node by then.
            ann.says("hello");
            while (!"hello".equals(bob.hears(200))) {
                ann.says("hello");
            }
            eve.says("coffee");
            assertEquals("coffee", eve.hears(10_000));
            assertEquals("hello", ann.hears(10_000));
        } finally {
            first.stop();
            second.stop();
        }
    }

    private static AdapterConfig node(String name) {
        return AdapterConfig.of(
                Map.of("roomcast.adapter", "memory", "roomcast.memory.bus", "chat-test", "roomcast.node.name", name));
    }

    private static final class Chatter implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final WebSocket socket;

        Chatter(Javalin node, String room) {
            URI uri = URI.create("ws://localhost:" + node.port() + "/chat/" + room);
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(uri, this)
                    .join();
        }

        void says(String text) {
            socket.sendText(text, true).join();
        }

        String hears(long millis) throws InterruptedException {
            return String.valueOf(heard.poll(millis, TimeUnit.MILLISECONDS));
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            return WebSocket.Listener.super.onText(from, text, last);
        }
    }
}
