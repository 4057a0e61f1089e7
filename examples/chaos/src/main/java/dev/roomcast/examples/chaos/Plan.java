package dev.roomcast.examples.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What happens in a campaign. The same seed gives the same faults at the same moments, and nodes that do the same; what of it meets is
 * the machine's.
 *
 * @param seed what it was drawn from
 * @param length how long there are faults
 * @param faults in their order
 * @param heartbeat of the nodes
 * @param grace how long a packet may be under way: the longest freeze, and more
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

    /**
     * One fault.
     *
     * @param at counted from the beginning; later if the one before has not ended
     * @param lasts for what lasts: killed or frozen
     */
    record Planned(Duration at, Fault kind, Duration lasts) {}

    private static final Duration SHORTEST = Duration.ofMillis(100);

    /** As a server runs by default, with two faults a minute. */
    static Plan standard(long seed, Duration length) {
        Duration longestFreeze = Duration.ofSeconds(6);
        int faults = (int) Math.max(1, length.toSeconds() / 30);
        return new Plan(
                seed,
                length,
                draw(new Random(seed), length, faults, Duration.ofSeconds(3), longestFreeze),
                Duration.ofSeconds(5),
                longestFreeze.plusSeconds(4),
                Duration.ofSeconds(5),
                Map.of());
    }

    /** Some seconds, with everything quicker. */
    static Plan brief(long seed) {
        Duration length = Duration.ofSeconds(18);
        Duration longestFreeze = Duration.ofMillis(3_500);
        return new Plan(
                seed,
                length,
                draw(new Random(seed), length, 3, Duration.ofSeconds(1), longestFreeze),
                Duration.ofMillis(500),
                longestFreeze.plusSeconds(3),
                Duration.ofSeconds(2),
                Map.of(
                        "roomcast.heartbeat.interval", "500ms",
                        "roomcast.heartbeat.timeout", "4s",
                        "roomcast.hello.wait", "200ms",
                        "roomcast.redis.command-timeout", "2s",
                        "roomcast.redis.ping-interval", "200ms",
                        "roomcast.redis.ping-timeout", "2s"));
    }

    /** One fault in each of as many equal parts of the time, and each kind as often as any other. */
    private static List<Planned> draw(
            Random random, Duration length, int count, Duration longestOutage, Duration longestFreeze) {
        List<Planned> faults = new ArrayList<>();
        List<Fault> deck = new ArrayList<>();
        Duration part = length.dividedBy(count);
        for (int i = 0; i < count; i++) {
            if (deck.isEmpty()) {
                deck.addAll(Arrays.asList(Fault.values()));
                Collections.shuffle(deck, random);
            }
            Fault kind = deck.remove(deck.size() - 1);
            Duration at = part.multipliedBy(i).plusMillis(random.nextLong(part.toMillis()));
            faults.add(new Planned(at, kind, lasts(random, kind, longestOutage, longestFreeze)));
        }
        return List.copyOf(faults);
    }

    private static Duration lasts(Random random, Fault kind, Duration longestOutage, Duration longestFreeze) {
        return switch (kind) {
            case KILL -> between(random, SHORTEST, longestOutage);
            case FREEZE -> between(random, SHORTEST.multipliedBy(2), longestFreeze);
            case CUT_PUBLISHING, CUT_HEARING, CUT_BOTH -> Duration.ZERO;
        };
    }

    private static Duration between(Random random, Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }
}
