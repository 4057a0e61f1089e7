package dev.roomcast.adapter.engine.codec;

import dev.roomcast.adapter.NodeInfo;
import org.jspecify.annotations.Nullable;

/** The known facts about another node. Two are equal if their incarnations are. */
public record PeerInfo(String incarnation, String name, Status status) implements NodeInfo {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NodeInfo node && incarnation.equals(node.incarnation());
    }

    @Override
    public int hashCode() {
        return incarnation.hashCode();
    }

    @Override
    public String toString() {
        return name + "/" + incarnation.substring(0, 8) + " " + status;
    }
}
