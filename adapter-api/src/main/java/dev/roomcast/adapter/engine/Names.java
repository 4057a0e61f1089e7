package dev.roomcast.adapter.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * Sets of names that clients may have chosen. {@code Set.copyOf} probes one slot after the other, so that names whose hashes collide
 * by intent make it quadratic; a {@code HashSet} makes trees of them.
 */
final class Names {

    private Names() {}

    static Set<String> snapshot(Collection<String> names) {
        return Collections.unmodifiableSet(new HashSet<>(names));
    }
}
