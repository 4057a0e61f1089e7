package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.DisconnectReason.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DisconnectReasonTest {

    /** It has 125 bytes, of which the close code takes two. */
    @Test
    void aTextFitsIntoACloseFrame() {
        String fits = "x".repeat(123);
        assertEquals(fits, text(fits));
        assertEquals(fits, text(fits + "y"));
        assertEquals("", text(""));
    }

    @Test
    void aTextIsCutBetweenCharacters() {
        String fits = "x".repeat(120);
        assertEquals(fits, text(fits + "\ud83d\ude00"), "four bytes");
        assertEquals(fits + "\u20ac", text(fits + "\u20ac" + "\u20ac"), "three bytes each");
        String broken = "\ud83d".repeat(200);
        assertTrue(text(broken).getBytes(StandardCharsets.UTF_8).length <= 123);
    }

    @Test
    void eachKindHasACloseCodeOfItsOwn() {
        Set<Integer> codes = Arrays.stream(Kind.values())
                .map(kind -> new DisconnectReason(kind, "").closeCode())
                .collect(Collectors.toSet());
        assertEquals(Set.of(1000, 1001, 1008, 1011, 1013, 4001), codes);
    }

    private static String text(String text) {
        return new DisconnectReason(Kind.ENDED, text).text();
    }
}
