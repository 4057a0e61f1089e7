package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import java.util.Set;

/** A cluster listener that hands on what it is told, but for what is overridden. */
class WrappedClusterListener implements ClusterListener {

    private final ClusterListener within;

    WrappedClusterListener(ClusterListener within) {
        this.within = within;
    }

    @Override
    public void nodeChanged(NodeInfo node) {
        within.nodeChanged(node);
    }

    @Override
    public void healthChanged(Health health) {
        within.healthChanged(health);
    }

    @Override
    public void refused(Set<String> rooms, AdapterException why) {
        within.refused(rooms, why);
    }

    @Override
    public void lost(Loss loss) {
        within.lost(loss);
    }
}
