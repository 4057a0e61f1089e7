package dev.roomcast.adapter.engine.config;

import java.util.Collection;
import java.util.Comparator;

/** How many characters differ between two names (Levenshtein). */
final class EditDistance {

    private EditDistance() {}

    /** @param names at least one */
    static String nearest(String name, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(other -> between(name, other)))
                .orElseThrow();
    }

    static int between(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[to.length()];
    }
}
