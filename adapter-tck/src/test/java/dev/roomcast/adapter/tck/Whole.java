package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import java.util.Set;

/** An answer from which nothing is said to be missing. */
record Whole<T>(T all) implements Gathered<T> {

    @Override
    public T some() {
        return all;
    }

    @Override
    public Set<NodeInfo> missing() {
        return Set.of();
    }
}
