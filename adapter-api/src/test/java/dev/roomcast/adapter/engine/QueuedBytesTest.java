package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.fail;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.Recipients;
import dev.roomcast.adapter.engine.delivery.RemoteDelivery;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.publish.Backlog;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits is counted as what it takes in the heap. */
@Isolated("measures the heap of the JVM")
class QueuedBytesTest {

    private static final int LIMIT = 16 << 20;
    private static final int MOST_MEASUREMENTS = 4;

    private final VirtualTime time = new VirtualTime(1);
    private final Execution execution = time.execution();
    private final Counters counters = new Counters();
    private final Watchdog watchdog = new Watchdog(execution, Duration.ofMillis(100));

    @ParameterizedTest
    @CsvSource({"0, true", "100, true", "100, false", "1000, true", "1000, false", "10000, true"})
    void whatWaitsToBePublishedIsCountedAsWhatItTakes(int size, boolean isText) {
        assertIsTheLimit(() -> bytesThatWaitToBePublished(size, isText));
    }

    private long bytesThatWaitToBePublished(int size, boolean isText) {
        Backlog none = new Backlog(Backlog.Limits.NONE);
        Publisher publisher =
                new Publisher(execution, counters, new Stages(execution, watchdog, counters), none, LIMIT, 1);
        publisher.open(new RecordingTransport(), () -> {});
        publisher.down(null);
        time.pass(Duration.ofMillis(1));
        PublishChannel channel = new PublishChannel("rooms:a", new Incarnation(1, 2), null, false, 1);
        long before = live();
        CompletionStage<?> last;
        do {
            for (int i = 0; i < 100; i++) {
                publisher.send(channel, new Broadcast(Target.room("a"), packet(size, isText)));
            }
            last = publisher.send(channel, new Broadcast(Target.room("a"), packet(size, isText)));
            time.pass(Duration.ofMillis(1));
        } while (!last.toCompletableFuture().isDone());
        long took = live() - before;
        Reference.reachabilityFence(publisher);
        return took;
    }

    @ParameterizedTest
    @CsvSource({"0, true", "100, true", "100, false", "1000, true", "1000, false", "10000, true"})
    void whatWaitsToBeDeliveredIsCountedAsWhatItTakes(int size, boolean isText) {
        assertIsTheLimit(() -> bytesThatWaitToBeDelivered(size, isText));
    }

    private long bytesThatWaitToBeDelivered(int size, boolean isText) {
        RoomIndex index = new RoomIndex(new NoObserver(), 1);
        Wire wire = new Wire(execution, 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100));
        LocalNode node = new LocalNode(index, wire.delivery(), counters);
        DeliveryQueue deliveryQueue = new DeliveryQueue(never -> {}, failure -> {}, LIMIT);
        long before = live();
        while (!deliveryQueue.isFull()) {
            Packet packet = received(size, isText);
            Target target = Target.room("a");
            deliveryQueue.add(
                    packet.size(),
                    new RemoteDelivery(node, watchdog, deliveryQueue, () -> Recipients.over(index, target, packet)));
        }
        long took = live() - before;
        Reference.reachabilityFence(deliveryQueue);
        return took;
    }

    /** What other tests have left in the heap may be freed during a measurement. It cannot be freed during each of them. */
    private static void assertIsTheLimit(LongSupplier measurement) {
        List<Double> ratios = new ArrayList<>();
        while (ratios.size() < MOST_MEASUREMENTS) {
            double ratio = (double) measurement.getAsLong() / LIMIT;
            if (ratio > 0.7 && ratio < 1.15) {
                return;
            }
            ratios.add(ratio);
        }
        fail("the heap holds " + ratios + " times what is counted");
    }

    private static Packet packet(int size, boolean isText) {
        return isText ? Packet.text("x".repeat(size)) : Packet.bytes(new byte[size]);
    }

    private static Packet received(int size, boolean isText) {
        ByteBuffer content = ByteBuffer.wrap("x".repeat(size).getBytes(StandardCharsets.UTF_8));
        return isText ? Packet.text(content) : Packet.bytes(content);
    }

    private static long live() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
