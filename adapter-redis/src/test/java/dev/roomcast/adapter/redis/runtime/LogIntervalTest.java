package dev.roomcast.adapter.redis.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogIntervalTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void aLineIsDueAtOnceAndThenOncePerInterval() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 3 * SECOND);
        LogInterval interval = new LogInterval(now::get);
        boolean[] due = new boolean[25];
        for (int second = 0; second < due.length; second++) {
            due[second] = interval.isOver();
            now.addAndGet(SECOND);
        }
        assertEquals(
                "[0, 10, 20]",
                Arrays.toString(LongStream.range(0, due.length)
                        .filter(second -> due[(int) second])
                        .toArray()));
    }
}
