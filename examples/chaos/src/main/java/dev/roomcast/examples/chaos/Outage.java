package dev.roomcast.examples.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * A fault, and how long it could be felt.
 *
 * @param done the fault
 * @param back when all was well again, if it was
 */
record Outage(Done done, Optional<Instant> back) {

    /** How long a node takes at most to notice: until then it may say that it is UP, because it does not know better. */
    static final Duration NOTICE = Duration.ofSeconds(1);

    /** A fault that was done: from just before it to the moment at which it was over. */
    record Done(Fault fault, String seat, Instant begin, Instant end) {

        @Override
        public String toString() {
            return fault.at(seat);
        }
    }

    Instant begin() {
        return done.begin;
    }

    Instant end() {
        return done.end;
    }

    /** Whether a moment lies in it, or within some time after it. */
    boolean holds(Instant moment, Duration after) {
        return meets(moment.minus(after), moment);
    }

    /** Whether it meets some span of time. */
    boolean meets(Instant from, Instant to) {
        return !to.isBefore(begin()) && back.map(well -> !from.isAfter(well)).orElse(true);
    }

    /** Says of faults that were done when all was well again, in the order of their beginnings. */
    static List<Outage> of(List<Done> faults, NavigableMap<Instant, Boolean> well) {
        List<Outage> outages = new ArrayList<>();
        faults.stream()
                .sorted(Comparator.comparing(Done::begin))
                .forEach(done -> outages.add(new Outage(done, back(done, well))));
        return outages;
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

    /**
     * Until when what was sent at a moment must have come, if all that is under way comes within some time while all is well: what was
     * under way when a fault began may come after it.
     */
    static Instant arrival(Instant sent, Duration underWay, List<Outage> outages) {
        Instant until = sent.plus(underWay);
        for (Outage outage : outages) {
            if (outage.meets(sent, until)) {
                if (outage.back.isEmpty()) {
                    return Instant.MAX;
                }
                Instant later = outage.back.get().plus(underWay);
                until = later.isAfter(until) ? later : until;
            }
        }
        return until;
    }
}
