package dev.roomcast.adapter.tck;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A real broker that a test may kill, freeze and cut off. Methods for faults have defaults that skip the rules that
 * need them. Implement those that are easy for your broker, such as signals to a process.
 *
 * <p><b>Threading.</b> Called by one thread. A method returns when its effect is complete: when the broker is down, or
 * answers again.
 */
public interface BrokerFaults extends AutoCloseable {

    /**
     * How nodes reach this broker; wins over {@link AdapterCompatibilityKit#settings()}. Short time limits make short tests.
     *
     * @return keys and values
     */
    Map<String, String> settings();

    /** Ends all connections of all nodes, which can come back at once. */
    default void cut() {
        skip("cut connections");
    }

    /** Kills the broker. Nobody reaches it until {@link #start()}. */
    default void stop() {
        skip("be stopped");
    }

    /** Starts the broker again, in the same place, with nothing subscribed. */
    default void start() {
        skip("be started");
    }

    /** Has the broker answer nothing any more, while its connections stay, until {@link #thaw()}. */
    default void freeze() {
        skip("be frozen");
    }

    /** Lets a frozen broker go on where it was. */
    default void thaw() {
        skip("be thawed");
    }

    /**
     * Has everything that nodes and broker say to each other arrive later, in its order.
     *
     * @param time by how much, in each direction; zero ends it
     */
    default void delay(Duration time) {
        skip("delay what is said");
    }

    /**
     * Delays what the broker sends to nodes: bytes arrive one after the other at this rate. The rest waits at the broker.
     *
     * @param bytesPerSecond on each connection; {@link Long#MAX_VALUE} ends it
     */
    default void slowDown(long bytesPerSecond) {
        skip("send slowly");
    }

    /**
     * Publishes like a foreign client of the broker that does not use Roomcast.
     *
     * @param channel as the transport's broker calls it
     * @param bytes anything
     */
    default void publish(String channel, byte[] bytes) {
        skip("publish as a foreign client");
    }

    /** Ends the broker for good. Called at the end of each test that was given it. */
    @Override
    void close();

    private void skip(String what) {
        Assumptions.abort(getClass().getSimpleName() + " cannot " + what);
    }
}
