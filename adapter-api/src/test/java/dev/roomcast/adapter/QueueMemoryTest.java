package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.QueueMemory.Share;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits in all queues together is counted exactly, whoever adds and removes at the same time. */
class QueueMemoryTest {

    private static final int TIMES = 300_000;
    private static final Packet LARGE = Packet.bytes(new byte[2_000]);
    private static final Packet SMALL = Packet.bytes(new byte[10]);

    private final QueueMemory memory = new QueueMemory(1_000);
    private final AtomicBoolean isOver = new AtomicBoolean();

    @Test
    @Timeout(120)
    void aPacketThatFitsIsTakenWhileOthersAreRefused() {
        CompletableFuture<Void> refusing = meanwhile(share -> assertFalse(share.add(LARGE)));
        Share share = memory.share(this);
        int refused = 0;
        for (int i = 0; i < TIMES; i++) {
            refused += share.add(SMALL) ? 0 : 1;
            share.remove();
        }
        isOver.set(true);
        refusing.join();
        assertEquals(0, refused);
        assertEquals(0, memory.bytes());
    }

    /** Each of two queues may be the first, or the last, that holds the packet. */
    @Test
    @Timeout(120)
    void aPacketThatSeveralQueuesAddAndAreRefusedCountsNothingInTheEnd() {
        Packet shared = Packet.bytes(new byte[900]);
        CompletableFuture<Void> adding = meanwhile(share -> {
            share.add(shared);
            share.add(shared);
            share.run();
        });
        Share share = memory.share(this);
        for (int i = 0; i < TIMES; i++) {
            share.add(shared);
            share.add(shared);
            share.run();
        }
        isOver.set(true);
        adding.join();
        assertEquals(0, memory.bytes());
        assertTrue(share.add(shared), "nobody holds it");
        assertEquals(900 + QueuedConnection.OVERHEAD, memory.bytes());
    }

    private interface Step {
        void with(Share share);
    }

    private CompletableFuture<Void> meanwhile(Step step) {
        Share share = memory.share(isOver);
        return CompletableFuture.runAsync(() -> {
            while (!isOver.get()) {
                step.with(share);
            }
        });
    }
}
