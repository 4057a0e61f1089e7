package dev.roomcast.adapter.engine.codec;

/** Bytes from the wire that are no frame of ours. Without a stack trace: a flood of junk must stay cheap. */
public final class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
