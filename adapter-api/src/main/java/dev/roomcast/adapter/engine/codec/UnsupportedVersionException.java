package dev.roomcast.adapter.engine.codec;

/** A frame of ours that this node is too old, or too new, to read. Without a stack trace, as its kin. */
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
