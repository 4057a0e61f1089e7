package dev.roomcast.adapter.engine.codec;

/**
 * Bytes from the wire that are no Roomcast frame. It has no stack trace, so that a flood of such bytes costs little.
 */
public final class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
