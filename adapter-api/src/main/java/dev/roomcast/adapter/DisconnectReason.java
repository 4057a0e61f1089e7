package dev.roomcast.adapter;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Why a connection is closed: a kind for programs, which has a close code of WebSocket, and a text for people.
 *
 * @param kind how the client should react
 * @param text for people. A close frame holds {@value #MOST_TEXT_BYTES} bytes of UTF-8: a longer text is cut after the
 *     last whole character that fits
 */
public record DisconnectReason(Kind kind, String text) {

    /** How many bytes of UTF-8 a close frame has for a text. */
    public static final int MOST_TEXT_BYTES = 123;

    /**
     * Cuts the text if it is too long.
     *
     * @param kind how the client should react
     * @param text for people
     */
    public DisconnectReason {
        Objects.requireNonNull(kind, "kind");
        text = cut(Objects.requireNonNull(text, "text"));
    }

    /**
     * The close code that the client receives for this kind of reason.
     *
     * @return between 1000 and 4999
     */
    public int closeCode() {
        return kind.closeCode();
    }

    private static String cut(String text) {
        int bytes = 0;
        for (int at = 0; at < text.length(); ) {
            int end = text.offsetByCodePoints(at, 1);
            bytes += text.substring(at, end).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_TEXT_BYTES) {
                return text.substring(0, at);
            }
            at = end;
        }
        return text;
    }

    /** How the client should react. */
    public enum Kind {
        /**
         * The connection has done its work, and there is nothing wrong: the room is closed, the user has signed out
         * (1000).
         */
        ENDED(1000),
        /** The node stops: the client connects again, and reaches another one (1001). */
        GOING_AWAY(1001),
        /** The client is not allowed here: it does not connect again (1008). */
        BANNED(1008),
        /** Something failed on this side: the client connects again (1011). */
        FAILED(1011),
        /**
         * The client reads more slowly than packets come for it: it connects again later, and reads its state anew
         * (1013).
         */
        TOO_SLOW(1013),
        /**
         * Another connection has taken the place of this one: the client does not connect again (4001, a code for
         * private use).
         */
        REPLACED(4001);

        private final int closeCode;

        Kind(int closeCode) {
            this.closeCode = closeCode;
        }

        /**
         * The close code of this kind.
         *
         * @return between 1000 and 4999
         */
        public int closeCode() {
            return closeCode;
        }
    }
}
