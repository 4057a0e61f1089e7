package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.engine.receive.PauseClock.Look;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What counts as a pause of the process, and how long it counts. Moments are in milliseconds here. */
class PauseClockTest {

    private static final long INTERVAL = 1_000;
    private static final long AFTERMATH = 5_000;
    private static final long LEAST_PAUSE = PauseClock.LEAST_PAUSE.toMillis();

    /** The monotonic clock may have any sign, and may overflow. */
    private final long begin = Long.MAX_VALUE - nanos(2_500);

    private final PauseClock pauses = new PauseClock(Duration.ofMillis(INTERVAL), Duration.ofMillis(AFTERMATH), begin);

    @Test
    void nothingIsEarlierWithoutAPause() {
        assertEquals(700, beforeAnyPause(700, 700));
        look(1_000);
        assertEquals(1_900, beforeAnyPause(1_900, 1_950));
    }

    @Test
    void aLookTellsHowLateItIs() {
        assertEquals(new Look(begin, nanos(-100), nanos(900)), look(900));
        assertEquals(new Look(at(900), nanos(200), nanos(1_200)), look(2_100));
    }

    @Test
    void aLookThatIsOverdueIsAPauseBeforeItComes() {
        assertEquals(INTERVAL + LEAST_PAUSE, beforeAnyPause(INTERVAL + LEAST_PAUSE, INTERVAL + LEAST_PAUSE));
        assertEquals(0, beforeAnyPause(INTERVAL + LEAST_PAUSE + 1, INTERVAL + LEAST_PAUSE + 1));
    }

    @Test
    void whatIsReadAfterAPauseMayHaveComeAtItsBeginning() {
        look(1_000);
        look(3_000);
        assertEquals(1_000, beforeAnyPause(3_100, 3_100));
        assertEquals(900, beforeAnyPause(900, 3_100));
    }

    @Test
    void aPauseCountsUntilItsAftermathIsOver() {
        look(1_000);
        look(3_000);
        look(4_000);
        look(5_000);
        look(6_000);
        look(7_000);
        assertEquals(1_000, beforeAnyPause(7_999, 7_999));
        assertEquals(8_000, beforeAnyPause(8_000, 8_000));
    }

    @Test
    void aSecondPauseInTheAftermathExtendsTheFirst() {
        look(1_000);
        look(3_000);
        look(5_000);
        look(6_000);
        look(7_000);
        look(8_000);
        look(9_000);
        assertEquals(1_000, beforeAnyPause(9_999, 9_999));
        assertEquals(10_000, beforeAnyPause(10_000, 10_000));
    }

    @Test
    void aPauseAfterTheAftermathStandsAlone() {
        look(1_000);
        look(3_000);
        for (long moment = 4_000; moment <= 9_000; moment += INTERVAL) {
            look(moment);
        }
        look(11_000);
        assertEquals(9_000, beforeAnyPause(11_500, 11_500));
    }

    @Test
    void theDelaysOfASchedulerAreNoPause() {
        look(1_000);
        look(2_000 + LEAST_PAUSE);
        assertEquals(2_500, beforeAnyPause(2_500, 2_500));
    }

    private Look look(long millis) {
        return pauses.look(at(millis));
    }

    private long beforeAnyPause(long readAt, long now) {
        return Duration.ofNanos(pauses.beforeAnyPause(at(readAt), at(now)) - begin)
                .toMillis();
    }

    private long at(long millis) {
        return begin + nanos(millis);
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
