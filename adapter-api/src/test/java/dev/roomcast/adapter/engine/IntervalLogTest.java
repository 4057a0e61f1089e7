package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("captures the log of the JVM")
class IntervalLogTest {

    private final VirtualTime time = new VirtualTime(1);
    private final IntervalLogs logs =
            new IntervalLogs(LoggerFactory.getLogger(IntervalLogTest.class), time.execution());

    @Test
    void aPlaceIsLoggedOncePerInterval() {
        List<String> lines = CapturedLog.of(IntervalLogTest.class, () -> {
            for (int i = 0; i < 30; i++) {
                logs.at("a").error("a broke", null);
                logs.at("b").error("b broke", null);
                time.pass(Duration.ofMillis(500));
            }
        });
        assertEquals(
                List.of(
                        "a broke",
                        "b broke",
                        "a broke (20 times since this was last said)",
                        "b broke (20 times since this was last said)"),
                lines);
    }

    @Test
    void placesWithoutEndShareALog() {
        List<String> lines = CapturedLog.of(IntervalLogTest.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                logs.at("place " + i).error("broke", null);
            }
        });
        assertEquals(65, lines.size());
    }

    @Test
    void aListenerThatThrowsAtEachEventIsLoggedOncePerInterval() {
        Listeners<Runnable> listeners = new Listeners<>(time.execution(), new Counters());
        listeners.add(() -> {
            throw new IllegalStateException("the listener's own");
        });
        assertEquals(1, said(Listeners.class, () -> listeners.tell(Runnable::run)));
    }

    @Test
    void aTaskThatThrowsEachTimeIsLoggedOncePerInterval() {
        SerialExecutor executor = new SerialExecutor(time.execution());
        Runnable broken = () -> {
            throw new IllegalStateException("a defect");
        };
        assertEquals(1, said(SerialExecutor.class, () -> executor.execute(broken)));
        Deliveries deliveries = new Deliveries(time.execution(), 1 << 20);
        Inbox inbox = new Inbox(time.execution(), deliveries, 1 << 20, new Counters());
        inbox.open();
        assertEquals(1, said(Inbox.class, () -> inbox.run(broken)));
        assertEquals(
                1,
                said(
                        Deliveries.class,
                        () -> inbox.run(() -> deliveries.add(0, () -> {
                            throw new IllegalStateException("a defect");
                        }))));
    }

    /** How many lines a class logs when something happens many times at once. */
    private long said(Class<?> logger, Runnable event) {
        List<String> lines = new ArrayList<>(CapturedLog.of(logger, () -> {
            for (int i = 0; i < 100; i++) {
                event.run();
            }
            time.pass(Duration.ofSeconds(1));
        }));
        return lines.size();
    }
}
