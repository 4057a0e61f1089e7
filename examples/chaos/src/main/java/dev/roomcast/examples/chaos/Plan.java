package dev.roomcast.examples.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * What happens in a campaign. The same seed gives the same faults at the same moments, and nodes that do the same; what of it meets is
 * the machine's.
 *
 * @param seed what it was drawn from
 * @param length how long there are faults
 * @param faults in their order
 * @param heartbeat of the nodes
 * @param grace how long a packet may be under way while all is well
 * @param commandTimeout how long a stage may be pending
 * @param settings further settings of the nodes
 */
record Plan(
        long seed,
        Duration length,
        List<Planned> faults,
        Duration heartbeat,
        Duration grace,
        Duration commandTimeout,
        Map<String, String> settings) {

    /** Each is taken by one node after another. */
    static final List<String> SEATS = List.of("a", "b", "c");

    /**
     * One fault.
     *
     * @param at counted from the beginning; later if the one before has not ended
     * @param lasts for what lasts
     * @param seat for what happens to one, or, where there are several masters, to the one that is counted like the seat
     */
    record Planned(Duration at, Fault kind, Duration lasts, String seat) {

        @Override
        public String toString() {
            return kind.at(seat);
        }
    }

    /**
     * How long faults last, at most.
     *
     * @param absence of Redis, of the way to it, or of a node
     * @param freeze of Redis, or of the way to it
     * @param silence of a link of which one direction is swallowed
     * @param stop of a node
     */
    private record Longest(Duration absence, Duration freeze, Duration silence, Duration stop) {}

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int SECONDS_FOR_A_FAULT = 20;

    /** As a server runs by default, with three faults a minute. A node that is stopped may be given up by the others. */
    static Plan standard(long seed, Duration length, Set<Fault> kinds) {
        Longest longest = new Longest(
                Duration.ofSeconds(3), Duration.ofSeconds(6), Duration.ofSeconds(9), Duration.ofSeconds(14));
        int faults = (int) Math.max(1, length.toSeconds() / SECONDS_FOR_A_FAULT);
        return new Plan(
                seed,
                length,
                draw(new Random(seed), length, faults, kinds, longest),
                Duration.ofSeconds(5),
                GRACE,
                Duration.ofSeconds(5),
                Map.of());
    }

    /** Each fault once, within some seconds, with everything quicker. */
    static Plan brief(long seed, Set<Fault> kinds) {
        Duration length = Duration.ofMillis(1_250).multipliedBy(kinds.size());
        Longest longest = new Longest(
                Duration.ofMillis(700), Duration.ofMillis(2_500), Duration.ofSeconds(3), Duration.ofSeconds(1));
        return new Plan(
                seed,
                length,
                draw(new Random(seed), length, kinds.size(), kinds, longest),
                Duration.ofMillis(500),
                GRACE,
                Duration.ofSeconds(2),
                Map.of(
                        "roomcast.heartbeat.interval", "500ms",
                        "roomcast.heartbeat.timeout", "4s",
                        "roomcast.hello.wait", "200ms",
                        "roomcast.redis.command-timeout", "2s",
                        "roomcast.redis.connect-timeout", "2s",
                        "roomcast.redis.ping-interval", "200ms",
                        "roomcast.redis.ping-timeout", "2s"));
    }

    /** One fault in each of as many equal parts of the time, and each kind as often as any other. */
    private static List<Planned> draw(Random random, Duration length, int count, Set<Fault> kinds, Longest longest) {
        List<Planned> faults = new ArrayList<>();
        List<Fault> deck = new ArrayList<>();
        Duration part = length.dividedBy(count);
        for (int i = 0; i < count; i++) {
            if (deck.isEmpty()) {
                deck.addAll(new TreeSet<>(kinds));
                Collections.shuffle(deck, random);
            }
            Fault kind = deck.remove(deck.size() - 1);
            Duration at = part.multipliedBy(i).plusMillis(random.nextLong(part.toMillis()));
            String seat = SEATS.get(random.nextInt(SEATS.size()));
            faults.add(new Planned(at, kind, lasts(random, kind, longest), seat));
        }
        return List.copyOf(faults);
    }

    private static Duration lasts(Random random, Fault kind, Longest longest) {
        return switch (kind) {
            case KILL, REPLACED, OVERFLOW, GARBAGE, LINK_CUT, NODE_KILLED -> between(random, SHORTEST, longest.absence);
            case FREEZE, PAUSE, PAUSE_PUBLISHING, LINK_STALLED ->
                between(random, SHORTEST.multipliedBy(2), longest.freeze);
            case LINK_DEAF, LINK_MUTE -> between(random, SHORTEST.multipliedBy(5), longest.silence);
            case NODE_STOPPED -> between(random, SHORTEST.multipliedBy(2), longest.stop);
            case CUT_PUBLISHING, CUT_HEARING, CUT_BOTH, FAILOVER, SLOTS_MOVED -> Duration.ZERO;
        };
    }

    private static Duration between(Random random, Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }
}
