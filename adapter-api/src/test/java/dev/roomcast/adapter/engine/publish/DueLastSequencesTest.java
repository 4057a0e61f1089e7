package dev.roomcast.adapter.engine.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Incarnation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueLastSequencesTest {

    private static final Incarnation SELF = new Incarnation(1, 1);

    private final VirtualTime time = new VirtualTime(1);
    private final DueLastSequences dueLastSequences = new DueLastSequences(time.execution(), Duration.ofMillis(10));
    private final PublishChannel a = channel("a");
    private final PublishChannel b = channel("b");

    @Test
    void aChannelThatHasBeenSilentForLongEnoughIsDueOnce() {
        dueLastSequences.left(a);
        pass(9);
        assertEquals(List.of(), due(dueLastSequences.takeDue()));
        pass(1);
        assertEquals(List.of(a), due(dueLastSequences.takeDue()));
        assertEquals(List.of(), due(dueLastSequences.takeDue()));
    }

    @Test
    void whatLeavesBeginsTheSilenceAnew() {
        dueLastSequences.left(a);
        dueLastSequences.left(b);
        pass(5);
        dueLastSequences.left(a);
        pass(5);
        assertEquals(List.of(b), due(dueLastSequences.takeDue()));
        pass(5);
        assertEquals(List.of(a), due(dueLastSequences.takeDue()));
    }

    @Test
    void whatSomebodyCouldNotHearIsSaidOnceMore() {
        dueLastSequences.said(new DueLastSequences.Due(a, 0));
        pass(5);
        long then = time.now();
        dueLastSequences.said(new DueLastSequences.Due(b, 7));
        pass(5);
        dueLastSequences.unheardSince(then);
        assertEquals(List.of(b), due(dueLastSequences.takeDue()));
        assertEquals(List.of(), due(dueLastSequences.takeDue()));
    }

    /** After a common outage every other node says so. */
    @Test
    void whatItCostsThatManyCouldNotHearGrowsWithThem() {
        Cost.assertLinear(1 << 15, count -> {
            DueLastSequences many = new DueLastSequences(time.execution(), Duration.ofMillis(10));
            for (int i = 0; i < count; i++) {
                many.said(new DueLastSequences.Due(channel("c" + i), time.now()));
                many.unheardSince(time.now());
            }
            assertEquals(count, many.takeDue().size());
        });
    }

    @Test
    void inTheEndAllAreTakenOnce() {
        dueLastSequences.left(a);
        dueLastSequences.left(b);
        assertEquals(List.of(a, b), due(dueLastSequences.takeAll()));
        assertEquals(List.of(), due(dueLastSequences.takeAll()));
    }

    @Test
    void whenTooManyOweATailTheLongestSilentOneGoesWithout() {
        int most = 1 << 16;
        dueLastSequences.left(a);
        for (int i = 1; i < most; i++) {
            dueLastSequences.left(channel("c" + i));
        }
        dueLastSequences.left(b);
        List<PublishChannel> all = due(dueLastSequences.takeAll());
        assertEquals(most, all.size());
        assertEquals("c1", all.get(0).name());
        assertSame(b, all.get(most - 1));
    }

    private static List<PublishChannel> due(List<DueLastSequences.Due> taken) {
        return taken.stream().map(DueLastSequences.Due::channel).toList();
    }

    private void pass(long millis) {
        time.pass(Duration.ofMillis(millis));
    }

    private static PublishChannel channel(String name) {
        return new PublishChannel(name, SELF, null, false, 1);
    }
}
