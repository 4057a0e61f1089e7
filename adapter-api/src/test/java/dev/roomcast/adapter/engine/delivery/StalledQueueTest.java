package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class StalledQueueTest {

    private final Counters counters = new Counters();
    private final VirtualTime time = new VirtualTime(1);
    private final RoomIndex index = new RoomIndex(new NoObserver(), 1);
    private final Client client = new Client();
    private final LocalMember member = new LocalMember(index, client, "m", null, Map.of());
    private final LocalNode node = new LocalNode(
            index,
            new Wire(time.execution(), 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100)).delivery(),
            counters);
    private final StalledQueue stalledQueue = new StalledQueue(node, member, client);

    StalledQueueTest() {
        index.add(member);
    }

    @Test
    void inAllElseItIsItsConnection() throws Exception {
        assertEquals("m", stalledQueue.id());
        stalledQueue.disconnect(new DisconnectReason(Kind.ENDED, "why"));
        assertEquals(List.of("disconnected: ENDED, why"), client.got);
    }

    @Test
    void whilePacketsWaitItTakesNoneThatMayBeDroppedAndNoQuestion() throws Exception {
        assertTrue(stalledQueue.writable());
        client.writable = false;
        assertFalse(stalledQueue.writable());
        client.writable = true;
        assertEquals(
                "yes",
                stalledQueue.ask(Packet.text("?")).toCompletableFuture().join().text());
        stalledQueue.hold();
        assertFalse(stalledQueue.writable());
        assertTrue(stalledQueue.ask(Packet.text("?")).toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void packetsPassUntilASendIsHeldAndAfterItHasReturned() throws Exception {
        send("1");
        stalledQueue.hold();
        assertFalse(stalledQueue.release(), "nothing has come meanwhile");
        send("2");
        assertEquals(List.of("1", "2"), client.got);
    }

    @Test
    void packetsWaitUntilTheLastHeldSendHasReturned() throws Exception {
        stalledQueue.hold();
        stalledQueue.hold();
        send("1");
        assertFalse(stalledQueue.release(), "another is held");
        send("2");
        assertEquals(List.of(), client.got);
        assertTrue(stalledQueue.release());
        send("3");
        stalledQueue.hold();
        assertFalse(stalledQueue.release(), "somebody drains it already");
        assertEquals(List.of(), client.got);
        stalledQueue.drain(() -> {});
        assertEquals(List.of("1", "2", "3"), client.got);
        send("4");
        assertEquals("4", client.got.get(3));
    }

    @Test
    void whatWaitsStaysBehindASendThatIsHeldWhileTheLaneIsDrained() throws Exception {
        stalledQueue.hold();
        send("1");
        assertTrue(stalledQueue.release());
        stalledQueue.hold();
        stalledQueue.drain(() -> {});
        send("2");
        assertEquals(List.of(), client.got, "what overtook the send that is held");
        assertTrue(stalledQueue.release());
        stalledQueue.drain(() -> {});
        assertEquals(List.of("1", "2"), client.got);
    }

    @Test
    void itTakesThousandsOfSmallPacketsButNotAnyNumberOfThem() throws Exception {
        stalledQueue.hold();
        for (int i = 0; i < 1 << 14; i++) {
            send("");
        }
        assertTrue(member.isPresent());
        send("");
        assertFalse(member.isPresent());
    }

    @Test
    void itIsBoundedInBytesAndAlwaysTakesOne() throws Exception {
        int most = (1 << 20) - 2 * 64;
        stalledQueue.hold();
        send("x".repeat(1 << 21));
        assertTrue(stalledQueue.release());
        stalledQueue.drain(() -> {});
        stalledQueue.hold();
        send("x".repeat(most - 1));
        send("y");
        assertTrue(member.isPresent());
        send("z");
        assertFalse(member.isPresent());
        stalledQueue.release();
        stalledQueue.drain(() -> {});
        time.pass(Duration.ofMillis(1));
        assertEquals(2, client.got.size(), "nobody waits for what waited");
        assertTrue(client.got.get(1).startsWith("disconnected: TOO_SLOW"), client.got.get(1));
    }

    @Test
    void whoCannotBeSentWhatWaitedIsGivenUpWithTheRest() throws Exception {
        stalledQueue.hold();
        send("throw");
        send("1");
        assertTrue(stalledQueue.release());
        stalledQueue.drain(() -> {});
        time.pass(Duration.ofMillis(1));
        assertEquals(List.of("disconnected: FAILED, a packet could not be sent"), client.got);
        assertEquals(1, counters.of(Counters.SENDS_FAILED).sum());
    }

    @Test
    void whatWaitsForAMemberThatIsGoneIsNotSent() throws Exception {
        stalledQueue.hold();
        send("1");
        index.remove(member);
        send("2");
        assertTrue(stalledQueue.release());
        stalledQueue.drain(() -> {});
        assertEquals(List.of(), client.got);
    }

    private void send(String text) throws Exception {
        stalledQueue.send(Packet.text(text));
    }

    private static final class Client implements Connection {

        private final List<String> got = new ArrayList<>();
        private boolean writable = true;

        @Override
        public String id() {
            return "m";
        }

        @Override
        public void send(Packet packet) {
            if (packet.text().equals("throw")) {
                throw new IllegalStateException("thrown by the test's connection");
            }
            got.add(packet.text());
        }

        @Override
        public void disconnect(DisconnectReason reason) {
            got.add("disconnected: " + reason.kind() + ", " + reason.text());
        }

        @Override
        public boolean writable() {
            return writable;
        }

        @Override
        public CompletionStage<Packet> ask(Packet question) {
            return CompletableFuture.completedStage(Packet.text("yes"));
        }

        @Override
        public Optional<String> user() {
            return Optional.of("ann");
        }
    }
}
