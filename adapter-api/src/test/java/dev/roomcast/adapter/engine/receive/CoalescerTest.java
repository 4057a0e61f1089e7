package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The window is 10 ms. */
class CoalescerTest {

    private final VirtualTime time = new VirtualTime(1);
    private int nodes = 112;
    private int saidToAll;
    private final Coalescer coalescer =
            new Coalescer(time.execution(), inbox(), Duration.ofMillis(10), () -> nodes, () -> saidToAll++);

    private Inbox inbox() {
        Inbox inbox = new Inbox(time.execution(), new DeliveryQueue(time.execution(), 1_000), 1_000, new Counters());
        inbox.open();
        return inbox;
    }

    private void aloneThenNot(int alone) {
        for (int i = 0; i < alone; i++) {
            assertTrue(coalescer.isAlone());
        }
        assertFalse(coalescer.isAlone());
    }

    @Test
    void theFirstFewAreToldByThemselvesAndTheOthersTogetherWhenTheWindowEnds() {
        aloneThenNot(8);
        assertFalse(coalescer.isAlone());
        time.pass(Duration.ofMillis(9));
        assertEquals(0, saidToAll);
        time.pass(Duration.ofMillis(2));
        assertEquals(1, saidToAll);
        time.pass(Duration.ofMillis(100));
        assertEquals(1, saidToAll);
        aloneThenNot(8);
    }

    @Test
    void whereFewAskNothingIsSaidToAll() {
        assertTrue(coalescer.isAlone());
        time.pass(Duration.ofMillis(100));
        assertEquals(0, saidToAll);
    }

    @Test
    void ofManyNodesMoreAreToldByThemselves() {
        nodes = 1_600;
        aloneThenNot(101);
    }

    @Test
    void ofFewNodesOneIs() {
        nodes = 0;
        aloneThenNot(1);
    }
}
