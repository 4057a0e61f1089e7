package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.config.ChannelMode;
import java.util.List;
import java.util.OptionalLong;

/**
 * This node as it introduces itself to the others.
 *
 * @param versions of the wire that it reads and writes
 * @param channels on which channels it receives packets for rooms and users
 */
public record LocalIdentity(Incarnation incarnation, String name, Versions versions, ChannelMode channels) {

    Hello hello(long round) {
        return new Hello(round, name, versions, channels);
    }

    /**
     * The answer to a hello or to a request for names.
     *
     * @param round of the hello; 0 if it answers those of several nodes
     * @param receivedHash of the nodes that this node receives, itself among them; empty if it names them or is not sure
     */
    Welcome welcome(long round, List<Named> named, OptionalLong receivedHash) {
        return new Welcome(round, name, versions, named, channels, receivedHash);
    }

    Heartbeat heartbeat(OptionalLong receivedHash) {
        return new Heartbeat(name, versions, channels, receivedHash);
    }

    /** The hash of a set of other nodes and this one. */
    long addedTo(long hash) {
        return hash ^ incarnation.high();
    }
}
