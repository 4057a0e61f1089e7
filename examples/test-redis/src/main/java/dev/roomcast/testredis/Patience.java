package dev.roomcast.testredis;

import java.time.Duration;

/**
 * How long tests wait at most for what is about to come: said once, by the build, and far longer than it takes on a machine that has ten
 * times as much to do. Nothing waits for this time to pass.
 */
public final class Patience {

    public static final Duration LIMIT = Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M"));
    public static final long SECONDS = LIMIT.toSeconds();

    private Patience() {}

    /** Returns when it ends, of {@link System#nanoTime()}. */
    public static long deadline() {
        return System.nanoTime() + LIMIT.toNanos();
    }
}
