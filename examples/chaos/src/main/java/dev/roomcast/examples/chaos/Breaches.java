package dev.roomcast.examples.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each promise broke, with the first few cases. */
final class Breaches {

    private static final int MOST_CASES = 10;

    /** One time that a promise broke. */
    record Case(Instant at, String how) {}

    private final Map<Promise, Integer> counts = new EnumMap<>(Promise.class);
    private final Map<Promise, List<Case>> cases = new EnumMap<>(Promise.class);

    void add(Promise broken, Instant at, String how) {
        counts.merge(broken, 1, Integer::sum);
        List<Case> known = cases.computeIfAbsent(broken, p -> new ArrayList<>());
        if (known.size() < MOST_CASES) {
            known.add(new Case(at, how));
        }
    }

    void addAll(Breaches others) {
        others.cases.forEach((promise, known) -> known.forEach(broken -> add(promise, broken.at(), broken.how())));
        others.counts.forEach((promise, count) ->
                counts.merge(promise, count - others.cases(promise).size(), Integer::sum));
    }

    int count(Promise promise) {
        return counts.getOrDefault(promise, 0);
    }

    List<Case> cases(Promise promise) {
        return cases.getOrDefault(promise, List.of());
    }
}
