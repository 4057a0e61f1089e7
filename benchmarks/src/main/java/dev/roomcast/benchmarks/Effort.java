package dev.roomcast.benchmarks;

import java.time.Duration;

/** The time of a run, which determines the width of the confidence intervals. */
enum Effort {
    /** Enough to see that everything works. */
    QUICK(2, Duration.ofMillis(300), Duration.ofSeconds(2), 20, 4, Duration.ofMillis(500), 3),
    /** Enough to judge by. A Lettuce that is not warm is only half as fast, which would flatter us. */
    FULL(6, Duration.ofMillis(1000), Duration.ofSeconds(5), 60, 20, Duration.ofSeconds(1), 20);

    private final int forks;
    private final Duration iteration;
    private final Duration warmUp;
    private final int pingRounds;
    private final int throughputRounds;
    private final Duration throughputSample;
    private final int restarts;

    Effort(
            int forks,
            Duration iteration,
            Duration warmUp,
            int pingRounds,
            int throughputRounds,
            Duration throughputSample,
            int restarts) {
        this.forks = forks;
        this.iteration = iteration;
        this.warmUp = warmUp;
        this.pingRounds = pingRounds;
        this.throughputRounds = throughputRounds;
        this.throughputSample = throughputSample;
        this.restarts = restarts;
    }

    /** How many forks of JMH each side of the fan-out gets. */
    int forks() {
        return forks;
    }

    /** How long JMH measures in each of them. */
    Duration iteration() {
        return iteration;
    }

    /** How long each side of a comparison over Redis runs before anything counts. */
    Duration warmUp() {
        return warmUp;
    }

    int pingRounds() {
        return pingRounds;
    }

    int throughputRounds() {
        return throughputRounds;
    }

    Duration throughputSample() {
        return throughputSample;
    }

    /** How often Redis is killed. */
    int restarts() {
        return restarts;
    }
}
