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
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PacketAndTargetTest {

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
        StringBuilder first =
                packet.derived(StringBuilder.class, p -> new StringBuilder().append(made.incrementAndGet()));
        StringBuilder second =
                packet.derived(StringBuilder.class, p -> new StringBuilder().append(made.incrementAndGet()));
        assertSame(first, second);
        assertEquals("2", packet.derived(String.class, p -> "" + made.incrementAndGet()));
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
        assertTrue(target.onThisNode().and(Target.everyone()).isOnThisNode());
        assertTrue(Target.room("a").and(Target.everyone()).isEveryone());
        assertEquals(Target.rooms(Set.of("a")), Target.room("a"));
    }
}
