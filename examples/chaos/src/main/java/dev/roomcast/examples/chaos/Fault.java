package dev.roomcast.examples.chaos;

/** What happens to the Redis of both nodes. */
enum Fault {
    /** {@code kill -9}, and a restart. */
    KILL("Redis killed"),
    /** Nothing is answered, and then everything. */
    FREEZE("Redis frozen"),
    /** All connections that publish are closed by Redis. */
    CUT_PUBLISHING("publish connections cut"),
    /** All connections that hear are closed by Redis. */
    CUT_HEARING("subscribe connections cut"),
    CUT_BOTH("all connections cut");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
