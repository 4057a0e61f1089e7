package dev.roomcast.adapter.engine;

/** An adapter has not done what it promises. */
final class BrokenPromise extends AssertionError {

    private static final long serialVersionUID = 1L;

    final int host;
    final String room;

    BrokenPromise(int host, String room, String what) {
        this(host, room, what, null);
    }

    BrokenPromise(int host, String room, String what, Throwable cause) {
        super(what, cause);
        this.host = host;
        this.room = room;
    }
}
