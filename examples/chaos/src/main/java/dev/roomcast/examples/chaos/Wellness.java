package dev.roomcast.examples.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** When all was well: each node that lived was UP, and knew each other one that lived, and none that did not. */
final class Wellness {

    private record Change(Instant at, Runnable happens) {}

    private final Map<String, View> living = new LinkedHashMap<>();

    private Wellness() {}

    /** Tells for each moment at which something changed whether all was well from then on. */
    static NavigableMap<Instant, Boolean> of(Collection<NodeBook> nodes) {
        return new Wellness().told(nodes);
    }

    private NavigableMap<Instant, Boolean> told(Collection<NodeBook> nodes) {
        List<Change> changes = new ArrayList<>();
        nodes.forEach(node -> changes.addAll(changes(node)));
        changes.sort(Comparator.comparing(Change::at));
        NavigableMap<Instant, Boolean> well = new TreeMap<>();
        for (Change change : changes) {
            change.happens.run();
            well.put(change.at, isWell());
        }
        return well;
    }

    private List<Change> changes(NodeBook node) {
        List<Change> changes = new ArrayList<>();
        View view = new View(node.name);
        changes.add(new Change(node.born, () -> living.put(node.name, view)));
        node.told.forEach(note -> changes.add(new Change(note.at(), () -> view.note(note))));
        Optional.ofNullable(node.died).ifPresent(at -> changes.add(new Change(at, () -> living.remove(node.name))));
        return changes;
    }

    private boolean isWell() {
        return living.values().stream().allMatch(view -> view.isWellAmong(living.keySet()));
    }
}
