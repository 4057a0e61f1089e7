package dev.roomcast.adapter.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemoryTransportTest {

    private final MemoryBus bus = new MemoryBus();
    private final RecordingReceiver here = new RecordingReceiver();
    private final RecordingReceiver there = new RecordingReceiver();
    private final Transport a = open(here);
    private final Transport b = open(there);

    private Transport open(RecordingReceiver receiver) {
        return MemoryTransport.open(bus, "a bus", receiver, () -> {});
    }

    @Test
    void isUpAndCanPublishAsSoonAsItIsOpen() {
        assertEquals(List.of("1 up: a bus", "publishing"), here.calls());
    }

    @Test
    void reachesAllSubscribersAndItself() {
        a.subscribe(List.of("news"));
        b.subscribe(List.of("news", "other"));
        here.newCalls();
        there.newCalls();

        a.publish(List.of(new RecordingOutgoing("news", "hello")));

        assertEquals(List.of("1 news: hello"), here.calls());
        assertEquals(List.of("1 news: hello"), there.calls());
        assertSame(here.frames().get(0), there.frames().get(0), "encoded once, shared by all");
    }

    @Test
    void keepsTheOrderOfAPassOverAllChannels() {
        b.subscribe(List.of("x", "y"));
        there.newCalls();

        a.publish(List.of(
                new RecordingOutgoing("x", "1"), new RecordingOutgoing("y", "2"), new RecordingOutgoing("x", "3")));

        assertEquals(List.of("1 x: 1", "1 y: 2", "1 x: 3"), there.calls());
    }

    @Test
    void encodesNothingThatNobodyHears() {
        RecordingOutgoing unheard = new RecordingOutgoing("nobody", "?");
        RecordingOutgoing heard = new RecordingOutgoing("somebody", "!");
        b.subscribe(List.of("somebody"));

        a.publish(List.of(unheard, heard));

        assertEquals(List.of("accepted"), unheard.calls());
        assertEquals(List.of("bytes", "accepted"), heard.calls());
    }

    @Test
    void hearsNothingAfterTheEndOfASubscriptionIsConfirmed() {
        b.subscribe(List.of("news"));
        b.unsubscribe(List.of("news"));
        a.publish(List.of(new RecordingOutgoing("news", "late")));

        assertEquals(List.of("1 up: a bus", "publishing", "1 subscribed news", "1 unsubscribed news"), there.calls());
        assertTrue(bus.isIdle());
    }

    @Test
    void aResetEndsTheLinkWithItsSubscriptionsAndBringsAnother() {
        b.subscribe(List.of("news"));
        there.newCalls();

        b.reset(there.lastLink(), "deaf");
        a.publish(List.of(new RecordingOutgoing("news", "unheard")));
        b.subscribe(List.of("news"));
        a.publish(List.of(new RecordingOutgoing("news", "heard")));

        assertEquals(
                List.of("1 down: a bus: the link was reset: deaf", "2 up: a bus", "2 subscribed news", "2 news: heard"),
                there.calls());
    }

    @Test
    void aResetOfAnEarlierLinkDoesNothing() {
        Link first = there.lastLink();
        b.reset(first, "deaf");
        there.newCalls();

        b.reset(first, "deaf again");

        assertEquals(List.of(), there.calls());
    }

    @Test
    void callsNothingAfterItWasClosed() {
        b.subscribe(List.of("news"));
        there.newCalls();

        b.close().toCompletableFuture().join();
        b.close().toCompletableFuture().join();
        a.publish(List.of(new RecordingOutgoing("news", "late")));
        b.subscribe(List.of("news"));
        b.unsubscribe(List.of("news"));
        b.reset(there.lastLink(), "late");

        assertEquals(List.of(), there.calls());
        assertTrue(bus.isIdle());
    }

    @Test
    void aFrameThatComesAfterCloseIsNotSent() {
        a.close();
        b.subscribe(List.of("news"));
        there.newCalls();
        RecordingOutgoing late = new RecordingOutgoing("news", "late");

        a.publish(List.of(late));

        assertEquals(List.of("not sent: a bus: this node's transport is closed"), late.calls());
        assertEquals(List.of(), there.calls());
    }

    @Test
    void allSubscribersHearConcurrentPublishersInOneOrder() throws Exception {
        a.subscribe(List.of("news"));
        b.subscribe(List.of("news"));
        here.newCalls();
        there.newCalls();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> publishers = new ArrayList<>();
            for (Transport transport : List.of(a, b)) {
                String name = transport == a ? "a" : "b";
                publishers.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < 1000; i++) {
                        transport.publish(List.of(new RecordingOutgoing("news", name + i)));
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> publisher : publishers) {
                publisher.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertEquals(2000, here.calls().size());
        assertEquals(here.calls(), there.calls());
        assertEquals(inOrder("a"), from("a"));
        assertEquals(inOrder("b"), from("b"));
    }

    private static List<String> inOrder(String publisher) {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            calls.add("1 news: " + publisher + i);
        }
        return calls;
    }

    private List<String> from(String publisher) {
        return here.calls().stream()
                .filter(call -> call.startsWith("1 news: " + publisher))
                .toList();
    }
}
