package dev.roomcast.benchmarks;

/** A route over Redis from one sender to one receiver, which counts each packet in {@link Arrivals}. */
interface Route extends AutoCloseable {

    /** How large each packet is. */
    int PACKET_BYTES = 200;

    /**
     * Sends one packet to one room, and waits for nothing.
     *
     * @param room from 0 to less than the number of rooms with which the route was opened
     */
    void send(int room);

    /** Lets go of what the route may be holding back: called before the sender waits. */
    default void flush() {}

    @Override
    void close();

    /** Opens a route over a Redis. */
    @FunctionalInterface
    interface Opener {

        Route open(String redisUrl, int rooms, Arrivals arrivals);
    }
}
