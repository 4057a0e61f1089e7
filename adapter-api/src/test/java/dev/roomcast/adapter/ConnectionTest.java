package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.roomcast.adapter.DisconnectReason.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ConnectionTest {

    private static final Packet PACKET = Packet.text("hello");
    private static final DisconnectReason GO = new DisconnectReason(Kind.ENDED, "go");

    private final List<Object> called = new ArrayList<>();
    private final CompletionStage<Packet> answer = new CompletableFuture<>();

    /** Does nothing as the default methods do. */
    private final Connection own = new Connection() {
        @Override
        public String id() {
            return "c1";
        }

        @Override
        public void send(Packet packet) {
            called.add(packet);
        }

        @Override
        public void disconnect(DisconnectReason reason) {
            called.add(reason);
        }

        @Override
        public boolean writable() {
            return false;
        }

        @Override
        public CompletionStage<Packet> ask(Packet question) {
            called.add("asked " + question.text());
            return answer;
        }

        @Override
        public String toString() {
            return "connection of one's own";
        }
    };

    @Test
    void withUserAndAttributesItIsTheSameConnection() throws Exception {
        Map<String, String> attributes = new HashMap<>(Map.of("device", "phone"));
        for (Connection described : List.of(
                own.withUser("ann").withAttributes(attributes),
                own.withAttributes(attributes).withUser("ann"),
                own.withUser("bob").withAttributes(Map.of()).withUser("ann").withAttributes(attributes))) {
            called.clear();
            described.send(PACKET);
            assertSame(answer, described.ask(PACKET));
            described.disconnect(GO);

            assertEquals(List.of(PACKET, "asked hello", GO), called);
            assertFalse(described.writable());
            assertEquals("c1", described.id());
            assertEquals("connection of one's own", described.toString());
            assertEquals(Optional.of("ann"), described.user());
            assertEquals(Map.of("device", "phone"), described.attributes());
        }
    }

    @Test
    void oneIsKeptWhereTheOtherIsGiven() {
        assertEquals(
                Optional.of("ann"), own.withUser("ann").withAttributes(Map.of()).user());
        assertEquals(
                Map.of("a", "b"),
                own.withAttributes(Map.of("a", "b")).withUser("ann").attributes());
        assertEquals(Optional.empty(), own.withAttributes(Map.of("a", "b")).user());
    }

    @Test
    void whatIsGivenIsCopied() {
        Map<String, String> attributes = new HashMap<>(Map.of("a", "b"));
        Connection described = own.withAttributes(attributes);
        attributes.put("c", "d");
        assertEquals(Map.of("a", "b"), described.attributes());
        assertThrows(
                UnsupportedOperationException.class,
                () -> described.attributes().clear());
    }
}
