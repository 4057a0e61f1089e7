package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PacketAndTargetTest {

    private static final Duration PATIENCE = Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M"));

    private static final Packet.Key<StringBuilder> BUILDER = Packet.Key.named("builder");
    private static final Packet.Key<String> TEXT = Packet.Key.named("text");
    private static final Packet.Key<Integer> SIZE = Packet.Key.named("size");
    private static final Packet.Key<Long> NUMBER = Packet.Key.named("number");

    @Test
    void textAndItsUtf8AreOnePacket() {
        String text = "h\u00e4llo \uD83D\uDE00";
        ByteBuffer utf8 = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        Packet decoded = Packet.text(utf8);
        assertEquals(Packet.text(text), decoded);
        assertEquals(text, decoded.text());
        assertEquals(11, decoded.size());
        assertEquals(11, utf8.remaining(), "the buffer is left as it is");
    }

    @Test
    void theContentCannotBeChanged() {
        byte[] bytes = {1, 2};
        Packet packet = Packet.bytes(bytes);
        bytes[0] = 9;
        assertEquals(1, packet.bytes().get());
        assertThrows(ReadOnlyBufferException.class, () -> packet.bytes().put((byte) 3));
        assertThrows(IllegalStateException.class, packet::text);
        assertNotEquals(Packet.text(""), Packet.bytes(new byte[0]));
    }

    @Test
    void whatIsDerivedIsMadeOnce() {
        Packet packet = Packet.text("x");
        AtomicInteger made = new AtomicInteger();
        StringBuilder first = packet.derived(BUILDER, p -> new StringBuilder().append(made.incrementAndGet()));
        StringBuilder second = packet.derived(BUILDER, p -> new StringBuilder().append(made.incrementAndGet()));
        assertSame(first, second);
        assertEquals("2", packet.derived(TEXT, p -> "" + made.incrementAndGet()));
    }

    @Test
    void twoUsesOfOneClassHaveKeysOfTheirOwn() {
        Packet packet = Packet.text("x");
        Packet.Key<String> another = Packet.Key.named("text");
        assertEquals("one", packet.derived(TEXT, p -> "one"));
        assertEquals("two", packet.derived(another, p -> "two"));
        assertEquals("one", packet.derived(TEXT, p -> "again"));
    }

    @Test
    void whileOneTypeIsDerivedOtherThreadsDeriveOthers() {
        Packet packet = Packet.text("x");
        String made = packet.derived(TEXT, p -> {
            assertFalse(Thread.holdsLock(packet), "make is the server's, and runs under no lock");
            return "its length is " + elsewhere(() -> packet.derived(SIZE, Packet::size));
        });
        assertEquals("its length is 1", made);
    }

    @Test
    void whoAsksForATypeThatIsBeingDerivedWaitsForIt() {
        Packet packet = Packet.text("x");
        AtomicInteger made = new AtomicInteger();
        List<Thread> askers = new ArrayList<>();
        List<Object> got = Collections.synchronizedList(new ArrayList<>());
        got.add(packet.derived(BUILDER, p -> {
            for (int i = 0; i < 3; i++) {
                Thread asker = new Thread(() -> got.add(packet.derived(BUILDER, again -> {
                    made.incrementAndGet();
                    return new StringBuilder();
                })));
                askers.add(asker);
                asker.start();
                awaitWaiting(asker);
            }
            made.incrementAndGet();
            return new StringBuilder();
        }));
        askers.forEach(PacketAndTargetTest::join);
        assertEquals(1, made.get());
        assertEquals(4, got.size());
        got.forEach(one -> assertSame(got.get(0), one));
    }

    @Test
    void whatCouldNotBeDerivedIsDerivedByTheNextWhoAsks() {
        Packet packet = Packet.text("x");
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        Thread asker = new Thread(() -> got.add(packet.derived(TEXT, p -> "made")));
        assertThrows(
                IllegalArgumentException.class,
                () -> packet.derived(TEXT, p -> {
                    asker.start();
                    awaitWaiting(asker);
                    throw new IllegalArgumentException("not now");
                }));
        join(asker);
        assertEquals(List.of("made"), got);
        assertSame(got.get(0), packet.derived(TEXT, p -> "made again"));
    }

    @Test
    void whatDerivesATypeMayAskForOthersAndNotForItself() {
        Packet packet = Packet.text("x");
        assertEquals("1", packet.derived(TEXT, p -> "" + p.derived(SIZE, Packet::size)));
        IllegalStateException itself = assertThrows(
                IllegalStateException.class, () -> packet.derived(NUMBER, p -> p.derived(NUMBER, again -> 1L)));
        assertTrue(itself.getMessage().contains("number"), itself.getMessage());
        assertEquals(2, packet.derived(NUMBER, p -> 2L), "that it failed harms nobody");
    }

    private static <T> T elsewhere(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static void awaitWaiting(Thread thread) {
        long began = System.nanoTime();
        while (!Set.of(Thread.State.WAITING, Thread.State.BLOCKED).contains(thread.getState())) {
            assertTrue(System.nanoTime() - began < PATIENCE.toNanos(), () -> thread + " is " + thread.getState());
            Thread.onSpinWait();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertFalse(thread.isAlive(), thread::toString);
    }

    @Test
    void itsSizeIsComparedInBytes() {
        assertTrue(Packet.text("\u20ac".repeat(10)).fitsIn(30));
        assertFalse(Packet.text("\u20ac".repeat(10)).fitsIn(29));
        assertTrue(Packet.text("a".repeat(10)).fitsIn(10));
        assertFalse(Packet.bytes(new byte[11]).fitsIn(10));
    }

    @Test
    void aPacketDoesNotShowItsContent() {
        assertEquals("Packet[text, 6 bytes]", Packet.text("s3cret").toString());
    }

    @Test
    void targetsAreUnionsLessExceptions() {
        Target target = Target.rooms(List.of("a", "b"))
                .and(Target.member("m"))
                .and(Target.user("u").exceptRooms(Set.of("x")))
                .exceptMembers(Set.of("n"));
        assertEquals(Set.of("a", "b"), target.roomNames());
        assertEquals(Set.of("m"), target.memberIds());
        assertEquals(Set.of("u"), target.userIds());
        assertEquals(Set.of("x"), target.exceptedRoomNames());
        assertEquals(Set.of("n"), target.exceptedMemberIds());
        assertFalse(target.isEveryone() || target.isOnThisNode());
        assertTrue(target.onThisNode().and(Target.everyone().onThisNode()).isOnThisNode());
        assertTrue(Target.room("a").and(Target.everyone()).isEveryone());
        assertEquals(Target.rooms(Set.of("a")), Target.room("a"));
    }

    @Test
    void aTargetOnThisNodeIsNoUnionWithOneOnAllNodes() {
        Target here = Target.room("a").onThisNode();
        Target everywhere = Target.room("b");
        for (Executable union : List.<Executable>of(() -> here.and(everywhere), () -> everywhere.and(here))) {
            String message = assertThrows(IllegalArgumentException.class, union).getMessage();
            assertTrue(message.contains("onThisNode()"), message);
        }
    }
}
