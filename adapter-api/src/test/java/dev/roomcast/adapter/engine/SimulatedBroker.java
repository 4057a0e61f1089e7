package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.TransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A broker in virtual time, as Redis Pub/Sub behaves: one order for what it has received, each connection a pipe in each direction with
 * delays of its own, and what is in a pipe when it breaks is lost, or not.
 */
final class SimulatedBroker implements TransportProvider {

    /** What becomes of a frame on its way to one subscriber. */
    interface Output {

        /** How often it leaves the broker: once, unless something is wrong. */
        int copies(SimulatedTransport to, byte[] frame);
    }

    /** Is told what the broker does. */
    interface Witness {

        default void published(String channel, byte[] frame) {}

        /** The engine hands over a frame. */
        default void handed(SimulatedTransport transport, String channel, byte[] frame) {}

        /** The engine asks what the contract of a transport forbids. */
        default void violated(SimulatedTransport transport, String channel, String what) {}

        /** The broker has executed a command of a node. */
        default void command(SimulatedTransport transport, String what, String channel) {}

        default void confirmationLost(SimulatedTransport transport) {}

        /** The refusal has come to the node. */
        default void refused(SimulatedTransport transport, String channel) {}
    }

    private boolean replicates = true;
    final VirtualTime time;
    /** The broker's own process: it can stand still. */
    final VirtualTime.Process process;

    private final Map<String, Set<SimulatedTransport.Hearing>> subscribers = new LinkedHashMap<>();
    private final List<SimulatedTransport> transports = new ArrayList<>();
    private TransportCapabilities capabilities =
            TransportCapabilities.builder(1 << 16).subscribeBatch(8).build();
    private Duration publishDelay = Duration.ZERO;
    private Predicate<String> refused = channel -> false;
    private Output output = (to, frame) -> 1;
    private Witness witness = new Witness() {};

    SimulatedBroker(VirtualTime time) {
        this.time = time;
        this.process = time.process();
    }

    /** What its transports can do, and how long they wait. */
    void capabilities(TransportCapabilities what) {
        capabilities = what;
    }

    TransportCapabilities capabilities() {
        return capabilities;
    }

    /** From now on the publish connection of a transport comes up so much later than its link. */
    void publishAfter(Duration delay) {
        publishDelay = delay;
    }

    Duration publishDelay() {
        return publishDelay;
    }

    void refuse(Predicate<String> channels) {
        refused = channels;
    }

    void output(Output through) {
        output = through;
    }

    void witness(Witness told) {
        witness = told;
    }

    Witness witness() {
        return witness;
    }

    SimulatedTransport transport(int node) {
        return transports.get(node);
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        return open(time.world(), receiver);
    }

    /** Makes transports of one process. */
    TransportProvider of(VirtualTime.Process node) {
        return new TransportProvider() {
            @Override
            public String name() {
                return "simulated";
            }

            @Override
            public Transport open(Settings settings, Receiver receiver) {
                return SimulatedBroker.this.open(node, receiver);
            }
        };
    }

    private SimulatedTransport open(VirtualTime.Process node, Receiver receiver) {
        SimulatedTransport transport = new SimulatedTransport(this, node, receiver);
        transports.add(transport);
        transport.connect();
        return transport;
    }

    SimulatedTransport newest() {
        return transports.get(transports.size() - 1);
    }

    // ---- what it is sent; on its own process, or by somebody else

    void publish(SimulatedTransport from, String channel, byte[] frame) {
        publish(from, false, channel, frame);
    }

    /** Whether a demoted broker hands over what is published at its successor; before it does, it may have to copy all data first. */
    void replicates(boolean now) {
        replicates = now;
    }

    /** @param atReplica whether it is published on a replica, which hands it to its own subscribers alone */
    void publish(SimulatedTransport from, boolean atReplica, String channel, byte[] frame) {
        witness.published(channel, frame);
        boolean isNumbered = frame.length > 3 && (frame[3] & 16) == 0;
        if (from != null && isNumbered) {
            transports.forEach(transport -> transport.published(from, channel));
        }
        for (SimulatedTransport.Hearing subscriber : subscribers.getOrDefault(channel, Set.of())) {
            if (atReplica ? !subscriber.isAtReplica() : subscriber.isAtReplica() && !replicates) {
                continue;
            }
            SimulatedTransport to = subscriber.transport();
            for (int i = output.copies(to, frame) * to.copies(frame, from); i > 0; i--) {
                subscriber.send(channel, to.copy(frame, from));
            }
        }
    }

    /** Returns whether it is allowed. */
    boolean subscribe(SimulatedTransport.Hearing connection, String channel) {
        if (refused.test(channel)) {
            return false;
        }
        subscribers.computeIfAbsent(channel, name -> new LinkedHashSet<>()).add(connection);
        return true;
    }

    void unsubscribe(SimulatedTransport.Hearing connection, String channel) {
        Set<SimulatedTransport.Hearing> all = subscribers.get(channel);
        if (all != null) {
            all.remove(connection);
        }
    }

    /** The broker has noticed that a connection is gone. */
    void forget(SimulatedTransport.Hearing connection) {
        subscribers.values().forEach(all -> all.remove(connection));
    }

    boolean isSubscribed(SimulatedTransport.Hearing connection, String channel) {
        return subscribers.getOrDefault(channel, Set.of()).contains(connection);
    }

    Set<String> subscriptions(SimulatedTransport.Hearing connection) {
        Set<String> all = new HashSet<>();
        subscribers.forEach((channel, connections) -> {
            if (connections.contains(connection)) {
                all.add(channel);
            }
        });
        return all;
    }
}
