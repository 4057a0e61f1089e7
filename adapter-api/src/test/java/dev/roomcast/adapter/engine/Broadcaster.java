package dev.roomcast.adapter.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Sends numbered packets, and says up to which number they have begun, and ended. */
final class Broadcaster {

    private final int packets;
    /** Written before the packet of this number is sent. */
    private final AtomicInteger begun = new AtomicInteger(-1);
    /** Written when it has been handed to everybody here. */
    private final AtomicInteger ended = new AtomicInteger(-1);

    private volatile boolean failed;

    Broadcaster(int packets) {
        this.packets = packets;
    }

    int packets() {
        return packets;
    }

    int begun() {
        return begun.get();
    }

    int ended() {
        return ended.get();
    }

    /** Whether it has sent everything, or failed. */
    boolean isDone() {
        return failed || ended.get() == packets - 1;
    }

    void send(IntConsumer sending) {
        try {
            for (int number = 0; number < packets; number++) {
                begun.set(number);
                sending.accept(number);
            }
        } catch (Throwable t) {
            failed = true;
            throw t;
        }
    }

    void ended(int number) {
        ended.set(number);
    }
}
