package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailsTest {

    private static final Incarnation SELF = new Incarnation(1, 1);

    private final VirtualTime time = new VirtualTime(1);
    private final Tails tails = new Tails(time.execution(), Duration.ofMillis(10));
    private final OutChannel a = channel("a");
    private final OutChannel b = channel("b");

    @Test
    void aChannelThatHasBeenSilentForLongEnoughIsDueOnce() {
        tails.left(a);
        pass(9);
        assertEquals(List.of(), due(tails.takeDue()));
        pass(1);
        assertEquals(List.of(a), due(tails.takeDue()));
        assertEquals(List.of(), due(tails.takeDue()));
    }

    @Test
    void whatLeavesBeginsTheSilenceAnew() {
        tails.left(a);
        tails.left(b);
        pass(5);
        tails.left(a);
        pass(5);
        assertEquals(List.of(b), due(tails.takeDue()));
        pass(5);
        assertEquals(List.of(a), due(tails.takeDue()));
    }

    @Test
    void whatSomebodyCouldNotHearIsSaidOnceMore() {
        tails.said(new Tails.Due(a, 0));
        pass(5);
        long then = time.now();
        tails.said(new Tails.Due(b, 7));
        pass(5);
        tails.unheardSince(then);
        assertEquals(List.of(b), due(tails.takeDue()));
        assertEquals(List.of(), due(tails.takeDue()));
    }

    /** After a common outage every other node says so. */
    @Test
    void whatItCostsThatManyCouldNotHearGrowsWithThem() {
        Cost.assertLinear(1 << 15, count -> {
            Tails many = new Tails(time.execution(), Duration.ofMillis(10));
            for (int i = 0; i < count; i++) {
                many.said(new Tails.Due(channel("c" + i), time.now()));
                many.unheardSince(time.now());
            }
            assertEquals(count, many.takeDue().size());
        });
    }

    @Test
    void inTheEndAllAreTakenOnce() {
        tails.left(a);
        tails.left(b);
        assertEquals(List.of(a, b), due(tails.takeAll()));
        assertEquals(List.of(), due(tails.takeAll()));
    }

    @Test
    void whenTooManyOweATailTheLongestSilentOneGoesWithout() {
        int most = 1 << 16;
        tails.left(a);
        for (int i = 1; i < most; i++) {
            tails.left(channel("c" + i));
        }
        tails.left(b);
        List<OutChannel> all = due(tails.takeAll());
        assertEquals(most, all.size());
        assertEquals("c1", all.get(0).name());
        assertSame(b, all.get(most - 1));
    }

    private static List<OutChannel> due(List<Tails.Due> taken) {
        return taken.stream().map(Tails.Due::channel).toList();
    }

    private void pass(long millis) {
        time.pass(Duration.ofMillis(millis));
    }

    private static OutChannel channel(String name) {
        return new OutChannel(name, SELF, null, false, 1);
    }
}
