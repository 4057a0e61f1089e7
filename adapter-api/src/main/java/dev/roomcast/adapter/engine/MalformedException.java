package dev.roomcast.adapter.engine;

/** Bytes from the wire that are no frame of ours. Without a stack trace: a flood of junk must stay cheap. */
final class MalformedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message, null, false, false);
    }
}
