package dev.roomcast.adapter.engine.runtime;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * Makes sets of names that clients or other nodes may have chosen. {@code Set.copyOf} probes one slot after the other,
 * so names with equal hashes make it quadratic; a {@code HashSet} converts long chains to trees.
 */
public final class Names {

    private Names() {}

    /** A text of another node as it may stand in a log: bounded, and in one line. */
    public static String shown(String text, int most) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(most)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    public static Set<String> snapshot(Collection<String> names) {
        return names.isEmpty() ? Set.of() : Collections.unmodifiableSet(new HashSet<>(names));
    }
}
