package dev.roomcast.adapter.engine.runtime;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.adapter.engine.CapturedLog;
import dev.roomcast.adapter.engine.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("captures the log of the JVM")
class RateLimitedLogTest {

    private final VirtualTime time = new VirtualTime(1);
    private final RateLimitedLogs logs =
            new RateLimitedLogs(LoggerFactory.getLogger(RateLimitedLogTest.class), time.execution());

    @Test
    void aPlaceIsLoggedOncePerInterval() {
        List<String> lines = CapturedLog.of(RateLimitedLogTest.class, () -> {
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
        List<String> lines = CapturedLog.of(RateLimitedLogTest.class, () -> {
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
        DeliveryQueue deliveryQueue = new DeliveryQueue(time.execution(), 1 << 20);
        Inbox inbox = new Inbox(time.execution(), deliveryQueue, 1 << 20, new Counters());
        inbox.open();
        assertEquals(1, said(Inbox.class, () -> inbox.run(broken)));
        assertEquals(
                1,
                said(
                        DeliveryQueue.class,
                        () -> inbox.run(() -> deliveryQueue.add(0, () -> {
                            throw new IllegalStateException("a defect");
                        }))));
    }

    @Test
    void timersThatThrowAreLoggedOncePerInterval() {
        Execution execution = new EngineThreads("a").start();
        Semaphore ran = new Semaphore(0);
        List<String> lines = CapturedLog.of(EngineThreads.class, () -> {
            for (int i = 0; i < 100; i++) {
                execution.scheduler().after(Duration.ZERO, () -> {
                    ran.release();
                    throw new IllegalStateException("a defect");
                });
            }
            // The one timer is through with the first hundred when it comes to this.
            execution.scheduler().after(Duration.ofMillis(1), ran::release);
            ran.acquireUninterruptibly(101);
        });
        execution.ending().begin();
        assertEquals(1, lines.size(), lines::toString);
    }

    @Test
    void threadsThatCannotBeStartedAreLoggedOncePerInterval() {
        Executor none = task -> {
            throw new OutOfMemoryError("none is to be had");
        };
        Scheduler never = (delay, task) -> () -> {};
        PatientExecutor executor = new PatientExecutor(none, never, time.execution()::now);
        assertEquals(1, said(PatientExecutor.class, () -> executor.execute(() -> {})));
    }

    @Test
    void connectionsThatCannotBeClosedAreLoggedOncePerInterval() {
        Semaphore called = new Semaphore(0);
        List<String> lines = CapturedLog.of("dev.roomcast.adapter.QueuedConnection", () -> {
            for (int i = 0; i < 100; i++) {
                Connection connection = Connection.queued(
                        "a",
                        (packet, sent) -> {},
                        reason -> {
                            called.release();
                            throw new IllegalStateException("the server's own");
                        },
                        QueueLimit.bytes(1));
                assertDoesNotThrow(() -> connection.send(Packet.text("fits")));
                assertThrows(IOException.class, () -> connection.send(Packet.text("too much")));
            }
            called.acquireUninterruptibly(100);
        });
        assertTrue(
                lines.stream()
                                .filter(line -> line.contains("could not be closed"))
                                .count()
                        <= 1,
                lines::toString);
    }

    @Test
    void whatCannotBeLoggedHarmsNothing() {
        IllegalStateException unspeakable = new IllegalStateException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("thrown by the test's exception");
            }
        };
        SerialExecutor executor = new SerialExecutor(time.execution());
        List<String> done = new ArrayList<>();
        List<String> lines = CapturedLog.of(SerialExecutor.class, () -> {
            executor.execute(() -> {
                throw unspeakable;
            });
            executor.execute(() -> done.add("the next"));
            time.pass(Duration.ofSeconds(1));
        });
        assertEquals(List.of("the next"), done);
        assertTrue(lines.get(lines.size() - 1).contains("which throws when it is asked"), lines::toString);
        assertEquals("", Failures.text(unspeakable));
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
