package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Registration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The cluster of a {@link WrappedAdapter}, to break one promise of it. */
class WrappedCluster implements Cluster {

    private final Cluster within;

    WrappedCluster(Cluster within) {
        this.within = within;
    }

    @Override
    public NodeInfo self() {
        return within.self();
    }

    @Override
    public Set<NodeInfo> nodes() {
        return within.nodes();
    }

    @Override
    public CompletionStage<Gathered<Set<String>>> rooms() {
        return within.rooms();
    }

    @Override
    public Registration onEvent(ClusterListener listener) {
        return within.onEvent(listener);
    }
}
