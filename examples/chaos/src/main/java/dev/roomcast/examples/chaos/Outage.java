package dev.roomcast.examples.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A fault, and how long it could be felt.
 *
 * @param begin when it was about to be done
 * @param end when Redis was well again
 * @param back when both nodes were UP again, if they were
 */
record Outage(Fault fault, Instant begin, Instant end, Optional<Instant> back) {

    /** How long a node takes at most to notice: until then it may say that it is UP, because it does not know better. */
    static final Duration NOTICE = Duration.ofSeconds(1);

    /** Whether a moment lies in it, or within some time after it. */
    boolean holds(Instant moment, Duration after) {
        return !moment.isBefore(begin)
                && back.map(well -> !moment.isAfter(well.plus(after))).orElse(true);
    }

    /** Whether it meets some span of time. */
    boolean meets(Instant from, Instant to) {
        return !to.isBefore(begin) && back.map(well -> !from.isAfter(well)).orElse(true);
    }

    /** Says of faults that were done when the nodes were well again. */
    static List<Outage> of(List<Done> faults, Map<String, List<Note.Standing>> standings) {
        NavigableMap<Instant, Boolean> well = whenAllWereUp(standings);
        List<Outage> outages = new ArrayList<>();
        for (Done done : faults) {
            outages.add(new Outage(done.fault(), done.begin(), done.end(), back(done, well)));
        }
        return outages;
    }

    /** From each moment at which it changes, whether all nodes are UP. */
    private static NavigableMap<Instant, Boolean> whenAllWereUp(Map<String, List<Note.Standing>> standings) {
        NavigableMap<Instant, Integer> changes = new TreeMap<>();
        standings.values().forEach(node -> {
            boolean up = false;
            for (Note.Standing next : node) {
                if (next.isUp() != up) {
                    up = next.isUp();
                    changes.merge(next.at(), up ? 1 : -1, Integer::sum);
                }
            }
        });
        NavigableMap<Instant, Boolean> well = new TreeMap<>();
        int up = 0;
        for (Map.Entry<Instant, Integer> change : changes.entrySet()) {
            up += change.getValue();
            well.put(change.getKey(), up == standings.size());
        }
        return well;
    }

    private static Optional<Instant> back(Done done, NavigableMap<Instant, Boolean> well) {
        Instant noticed = done.end().plus(NOTICE);
        Map.Entry<Instant, Boolean> then = well.floorEntry(noticed);
        if (then != null && then.getValue()) {
            Instant since = then.getKey();
            return Optional.of(since.isAfter(done.end()) ? since : done.end());
        }
        return well.tailMap(noticed).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A fault that was done: from just before it to the moment at which Redis was well again. */
    record Done(Fault fault, Instant begin, Instant end) {}
}
