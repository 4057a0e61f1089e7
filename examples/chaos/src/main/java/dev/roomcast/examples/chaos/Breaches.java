package dev.roomcast.examples.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each promise broke, with the first few cases. */
final class Breaches {

    private static final int MOST_CASES = 10;

    private final Map<Promise, Integer> counts = new EnumMap<>(Promise.class);
    private final Map<Promise, List<String>> cases = new EnumMap<>(Promise.class);

    void add(Promise broken, String how) {
        counts.merge(broken, 1, Integer::sum);
        List<String> known = cases.computeIfAbsent(broken, p -> new ArrayList<>());
        if (known.size() < MOST_CASES) {
            known.add(how);
        }
    }

    void addAll(Breaches others) {
        others.cases.forEach((promise, known) -> known.forEach(how -> add(promise, how)));
        others.counts.forEach((promise, count) ->
                counts.merge(promise, count - others.cases(promise).size(), Integer::sum));
    }

    int count(Promise promise) {
        return counts.getOrDefault(promise, 0);
    }

    List<String> cases(Promise promise) {
        return cases.getOrDefault(promise, List.of());
    }
}
