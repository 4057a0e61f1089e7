package dev.roomcast.adapter.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that block in send, against their contract, with the threads and the time of a running node. */
class StalledSendsTest {

    private static final Target ROOM = Target.room("room");
    private static final long PATIENCE =
            Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M")).toSeconds();

    private final Adapter sender = open("sender");
    private final Adapter receiver = open("receiver");

    private static Adapter open(String name) {
        return Adapters.open(AdapterConfig.of(Map.of(
                "roomcast.adapter", "memory",
                "roomcast.memory.bus", "stalled-sends",
                "roomcast.hello.wait", "50ms",
                "roomcast.node.name", "stalled-" + name)));
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
    }

    @Test
    void sixteenThatNeverReturnAmongTenThousand() throws Exception {
        int all = 10_000;
        List<Thread> blocked = new ArrayList<>();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(16);
        Map<String, CountDownLatch> got = new HashMap<>();
        List.of("first", "second", "third").forEach(text -> got.put(text, new CountDownLatch(all)));
        AtomicInteger received = new AtomicInteger();
        for (int i = 0; i < all + 16; i++) {
            boolean blocks = i % 600 == 300 && i / 600 < 16;
            join(
                    "c" + i,
                    blocks
                            ? text -> {
                                synchronized (blocked) {
                                    blocked.add(Thread.currentThread());
                                }
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    interrupted.countDown();
                                }
                            }
                            : text -> {
                                received.incrementAndGet();
                                got.get(text).countDown();
                            });
        }
        for (String text : List.of("first", "second", "third")) {
            sender.broadcast(ROOM, Packet.text(text));
            assertTrue(got.get(text).await(PATIENCE, TimeUnit.SECONDS), text + " reached everyone who is sane");
        }
        // A busy machine may let a sane one look stalled for a moment.
        assertTrue(receiver.health().counters().get("sends.stalled") >= 16, "each that blocks was noticed");
        // Among them, one that is sane may be held for a moment on a busy machine; it returns.
        long begun = System.nanoTime();
        while (receiver.health().gauges().get("sends.held") > 16 && isPatient(begun)) {
            Thread.onSpinWait();
        }
        assertEquals(16, receiver.health().gauges().get("sends.held"));
        assertEquals(3 * all, received.get(), "nobody got anything twice");
        assertEquals(2, receiver.cluster().nodes().size());
        receiver.close();
        assertTrue(interrupted.await(PATIENCE, TimeUnit.SECONDS), "close wakes the threads that were held");
        for (Thread thread : blocked) {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE));
            assertTrue(!thread.isAlive(), thread + " is left behind");
        }
        assertEquals(16, blocked.size(), "a blocked connection is sent to once");
    }

    @Test
    void whoBlocksNowAndThenGetsEverythingOnceAndInOrder() throws Exception {
        int members = 100;
        int packets = 400;
        Map<String, List<String>> received = new HashMap<>();
        CountDownLatch left = new CountDownLatch(members * packets * 3);
        for (int i = 0; i < members; i++) {
            List<String> mine = new ArrayList<>();
            Random random = new Random(i);
            received.put("c" + i, mine);
            join("c" + i, text -> {
                long block;
                synchronized (mine) {
                    mine.add(text);
                    block = random.nextInt(2000) == 0 ? 50 + random.nextInt(300) : 0;
                }
                if (block > 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(block));
                }
                left.countDown();
            });
        }
        List<Thread> callers = List.of(
                broadcasts("remote", sender, packets),
                broadcasts("local1", receiver, packets),
                broadcasts("local2", receiver, packets));
        for (Thread caller : callers) {
            caller.join();
        }
        assertTrue(left.await(PATIENCE, TimeUnit.SECONDS), left.getCount() + " packets are missing");
        received.forEach((id, texts) -> {
            synchronized (texts) {
                assertEquals(texts.size(), new HashSet<>(texts).size(), id + " got something twice");
                checkOrder(id, texts);
            }
        });
        assertTrue(receiver.health().counters().getOrDefault("sends.stalled", 0L) > 0, "nothing stalled");
    }

    private static boolean isPatient(long begun) {
        return System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(PATIENCE);
    }

    private static Thread broadcasts(String source, Adapter by, int packets) {
        Target here = source.equals("remote") ? ROOM : ROOM.onThisNode();
        Thread thread = new Thread(() -> {
            for (int i = 0; i < packets; i++) {
                by.broadcast(here, Packet.text(source + ":" + i));
            }
        });
        thread.start();
        return thread;
    }

    private static void checkOrder(String id, List<String> texts) {
        Map<String, Integer> last = new HashMap<>();
        for (String text : texts) {
            String[] parts = text.split(":");
            int number = Integer.parseInt(parts[1]);
            int before = last.getOrDefault(parts[0], -1);
            assertEquals(before + 1, number, id + " of " + parts[0] + ": " + texts);
            last.put(parts[0], number);
        }
    }

    private void join(String id, Consumer<String> send) {
        Connection connection = Connection.of(id, packet -> send.accept(packet.text()), why -> {});
        receiver.join(receiver.add(connection), "room").toCompletableFuture().join();
    }
}
