package dev.roomcast.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ArrivalsTest {

    private final Arrivals arrivals = new Arrivals(200);

    @Test
    @Timeout(600)
    void aWaitEndsWithTheArrivalThatItWaitsFor() throws Exception {
        Thread receiver = new Thread(() -> {
            for (int i = 0; i < 100_000; i++) {
                arrivals.arrived(200);
            }
        });
        receiver.start();
        for (int total = 1; total <= 100_000; total += 97) {
            arrivals.await(total);
        }
        receiver.join();

        assertEquals(100_000, arrivals.count());
    }

    @Test
    void aPacketOfTheWrongSizeDoesNotCount() {
        assertThrows(IllegalStateException.class, () -> arrivals.arrived(199));
        assertEquals(0, arrivals.count());
    }
}
