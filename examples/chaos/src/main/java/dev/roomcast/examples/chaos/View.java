package dev.roomcast.examples.chaos;

import java.util.HashSet;
import java.util.Set;

/** How a node stands, and whom it sees, by what it has told so far. */
final class View {

    private final String self;
    private final Set<String> others = new HashSet<>();
    private boolean isUp;

    View(String self) {
        this.self = self;
    }

    void note(Note note) {
        if (note instanceof Note.Standing standing) {
            isUp = standing.isUp();
        } else if (note instanceof Note.Seen seen && seen.isThere()) {
            others.add(seen.node());
        } else if (note instanceof Note.Seen seen) {
            others.remove(seen.node());
        }
    }

    /** Whether the node is UP, and knows those that live, itself aside, and nobody else. */
    boolean isWellAmong(Set<String> living) {
        return isUp && others.size() == living.size() - 1 && !others.contains(self) && living.containsAll(others);
    }
}
