package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.engine.config.EngineOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The channels on which this node and its known peers receive packets for rooms. All nodes of a cluster should use the
 * same mode. While they differ, a node that knows of it publishes on the channel that all nodes receive. The modes of
 * others are used on the inbox's turn.
 */
public final class ChannelModes {

    private final ChannelMode own;
    private final Map<Incarnation, String> others = new LinkedHashMap<>();
    private volatile boolean isMixed;

    public ChannelModes(ChannelMode own) {
        this.own = own;
    }

    public ChannelMode own() {
        return own;
    }

    /** Whether packets for one room or user go where everyone hears them. On any thread. */
    public boolean areTogether() {
        return own == ChannelMode.STATIC || isMixed;
    }

    /** A node has told how it hears. Returns whether it is news that this is another way than this node's. */
    public boolean met(Incarnation node, String name, ChannelMode mode) {
        if (mode == own) {
            gone(node);
            return false;
        }
        isMixed = true;
        return others.put(node, name) == null;
    }

    public void gone(Incarnation node) {
        others.remove(node);
        isMixed = !others.isEmpty();
    }

    /** What is wrong and what to do about it, if nodes differ. */
    public Optional<String> trouble() {
        return others.values().stream()
                .findFirst()
                .map(name -> EngineOptions.CHANNELS + " is " + own + " here, and " + other() + " at node " + name
                        + (others.size() > 1 ? " and " + (others.size() - 1) + " more" : "")
                        + ": give all nodes of the cluster the same");
    }

    private ChannelMode other() {
        return own == ChannelMode.STATIC ? ChannelMode.PER_ROOM : ChannelMode.STATIC;
    }
}
