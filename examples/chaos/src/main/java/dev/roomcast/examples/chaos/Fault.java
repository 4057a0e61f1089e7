package dev.roomcast.examples.chaos;

/** What happens: to Redis, to the way of one node to it, to one node, or on the channels. */
enum Fault {
    /** {@code kill -9}, and a restart. */
    KILL("Redis killed", Place.REDIS),
    /** {@code SIGSTOP}: nothing is answered, and then everything. */
    FREEZE("Redis frozen", Place.REDIS),
    /** {@code CLIENT PAUSE ALL}: Redis reads no command. */
    PAUSE("Redis paused", Place.REDIS),
    /** {@code CLIENT PAUSE WRITE}: Redis answers PINGs and holds back each PUBLISH. */
    PAUSE_PUBLISHING("publishing paused", Place.REDIS),
    /** All connections that publish are closed by Redis. */
    CUT_PUBLISHING("publish connections cut", Place.REDIS),
    /** All connections that hear are closed by Redis. */
    CUT_HEARING("subscribe connections cut", Place.REDIS),
    CUT_BOTH("all connections cut", Place.REDIS),
    /** More waits for those who hear than Redis holds, so it drops it, and them. */
    OVERFLOW("output buffers overflow", Place.REDIS),
    /** Another server takes the master's place, while both live. */
    FAILOVER("failover", Place.REDIS),
    /** {@code kill -9}, its replica takes its place at once, and it comes back as one that does not know yet. */
    REPLACED("Redis killed and replaced", Place.REDIS),
    /** Slots, and with them channels, go from one master to another. */
    SLOTS_MOVED("slots moved", Place.REDIS),
    /** A stranger publishes on all channels what is no frame, or what no longer is one. */
    GARBAGE("garbage on every channel", Place.CHANNELS),
    /** Its connections are closed, and new ones are refused for a while. */
    LINK_CUT("link cut", Place.LINK),
    /** What Redis says on the connections that are open is swallowed, until they are closed. */
    LINK_DEAF("link deaf", Place.LINK),
    /** What the node says on them is swallowed. */
    LINK_MUTE("link mute", Place.LINK),
    /** Nothing passes, and then everything. */
    LINK_STALLED("link stalled", Place.LINK),
    /** {@code SIGSTOP}. */
    NODE_STOPPED("stopped", Place.NODE),
    /** {@code kill -9}, and another one takes its place. */
    NODE_KILLED("killed", Place.NODE);

    /** Where it happens. */
    enum Place {
        REDIS,
        CHANNELS,
        LINK,
        NODE
    }

    private final String text;
    private final Place place;

    Fault(String text, Place place) {
        this.text = text;
        this.place = place;
    }

    Place place() {
        return place;
    }

    /** Whether it happens to the node on one seat, or on its way to Redis. */
    boolean isOfOneSeat() {
        return place == Place.LINK || place == Place.NODE;
    }

    /** What happened, and where. */
    String at(String seat) {
        return isOfOneSeat() ? "node " + seat + ": " + text : text;
    }

    @Override
    public String toString() {
        return place == Place.NODE ? "node " + text : text;
    }
}
