package dev.roomcast.adapter.engine.codec;

/**
 * A Roomcast frame in a version that this node does not support. It has no stack trace, like {@link
 * MalformedFrameException}.
 */
public final class UnsupportedVersionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Frame outline;

    UnsupportedVersionException(Frame outline, String message) {
        super(message, null, false, false);
        this.outline = outline;
    }

    /** What can be read of it. */
    public Frame outline() {
        return outline;
    }
}
