package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Records cluster events. */
final class ClusterLog implements ClusterListener {

    private final Signal signal;
    private final List<String> nodes = Collections.synchronizedList(new ArrayList<>());
    private final List<Health.Status> healths = Collections.synchronizedList(new ArrayList<>());
    private final List<Set<String>> refusals = Collections.synchronizedList(new ArrayList<>());

    private final List<Loss> losses = Collections.synchronizedList(new ArrayList<>());

    ClusterLog(Signal signal) {
        this.signal = signal;
    }

    /** The changes of nodes, such as {@code ALIVE B}. */
    List<String> nodes() {
        return List.copyOf(nodes);
    }

    List<Health.Status> healths() {
        return List.copyOf(healths);
    }

    List<Set<String>> refusals() {
        return List.copyOf(refusals);
    }

    List<Loss> losses() {
        return List.copyOf(losses);
    }

    @Override
    public void lost(Loss loss) {
        losses.add(loss);
        signal.changed();
    }

    @Override
    public void nodeChanged(NodeInfo node) {
        nodes.add(node.status() + " " + node.name());
        signal.changed();
    }

    @Override
    public void healthChanged(Health health) {
        healths.add(health.status());
        signal.changed();
    }

    @Override
    public void refused(Set<String> rooms, AdapterException why) {
        refusals.add(rooms);
        signal.changed();
    }
}
