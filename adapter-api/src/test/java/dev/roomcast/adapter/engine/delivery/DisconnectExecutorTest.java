package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.engine.CapturedLog;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** In virtual time: a call that lets time pass blocks its worker meanwhile. */
@Isolated("captures the log of the JVM")
class DisconnectExecutorTest {

    private static final DisconnectReason WHY = new DisconnectReason(Kind.TOO_SLOW, "too slow");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime(1);
    private final Counters counters = new Counters();
    private final DisconnectExecutor executor = new DisconnectExecutor(time.execution(), counters);
    private final RoomIndex index = new RoomIndex(new NoObserver(), 1);
    private final List<String> begun = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private int inside;
    private int mostInside;

    @Test
    void theMemberIsRemovedAtOnceAndItsConnectionClosedElsewhere() {
        List<DisconnectReason> reasons = new ArrayList<>();
        LocalMember member = member("m", reasons::add);
        assertTrue(executor.disconnect(member, WHY));
        assertFalse(member.isPresent());
        assertEquals(List.of(), reasons);
        time.pass(SECOND);
        assertEquals(List.of(WHY), reasons);
    }

    @Test
    void whoWasRemovedBeforeIsLeftAlone() {
        LocalMember gone = member("gone", why -> {});
        index.remove(gone);
        LocalMember told = member("told", why -> {});
        assertFalse(executor.disconnect(gone, WHY, () -> done.add("gone")));
        assertEquals(List.of("gone"), done, "there is nothing to wait for");
        assertTrue(executor.disconnect(told, WHY));
        assertFalse(executor.disconnect(told, WHY));
        time.pass(SECOND);
        assertEquals(List.of("told"), begun);
    }

    @Test
    void callsAreFewAtOnceAndAllOfThemAreMade() {
        int count = 200;
        for (int i = 0; i < count; i++) {
            disconnect("m" + i, why -> time.pass(Duration.ofMillis(1)));
        }
        time.pass(SECOND);
        assertEquals(DisconnectExecutor.MOST_AT_ONCE, mostInside);
        assertEquals(count, Set.copyOf(begun).size());
        assertEquals(count, done.size());
        assertEquals(0, stalled());
    }

    @Test
    void oneThatBlocksHoldsOnePlace() {
        List<String> meanwhile = new ArrayList<>();
        disconnect("stuck", why -> {
            time.pass(Duration.ofSeconds(9));
            meanwhile.addAll(done);
        });
        IntStream.range(0, 20).forEach(i -> disconnect("m" + i, why -> {}));
        time.pass(SECOND);
        assertEquals(20, meanwhile.size());
        assertTrue(done.contains("stuck"));
        assertEquals(0, stalled());
    }

    @Test
    void thoseThatTakeTooLongAreInterruptedAndReplaced() {
        List<Boolean> interrupted = new ArrayList<>();
        for (int i = 0; i < DisconnectExecutor.MOST_AT_ONCE; i++) {
            disconnect("stuck" + i, why -> {
                time.pass(Duration.ofSeconds(60));
                interrupted.add(Thread.currentThread().isInterrupted());
            });
        }
        List<List<String>> doneAfter = new ArrayList<>();
        time.after(SECOND, () -> disconnect("m", why -> {}));
        time.after(Duration.ofSeconds(9), () -> doneAfter.add(List.copyOf(done)));
        time.after(Duration.ofSeconds(11), () -> doneAfter.add(List.copyOf(done)));
        log(() -> time.pass(SECOND));
        assertEquals(List.of(List.of(), List.of("m")), doneAfter);
        assertEquals(DisconnectExecutor.MOST_AT_ONCE, stalled());
        assertEquals(DisconnectExecutor.MOST_AT_ONCE + 1, done.size());
        assertTrue(interrupted.contains(true));
        assertFalse(Thread.currentThread().isInterrupted(), "it was meant for the calls");
        mostInside = 0;
        IntStream.range(0, 20).forEach(i -> disconnect("n" + i, why -> time.pass(Duration.ofMillis(1))));
        time.pass(SECOND);
        assertEquals(DisconnectExecutor.MOST_AT_ONCE, mostInside, "the places are there again, and no more of them");
    }

    @Test
    void notAllThatTakeTooLongAreReplaced() {
        int count = 100;
        for (int i = 0; i < count; i++) {
            disconnect("stuck" + i, why -> time.pass(Duration.ofHours(1)));
        }
        log(() -> time.pass(SECOND));
        assertEquals(DisconnectExecutor.MOST_AT_ONCE + DisconnectExecutor.MOST_LATE, mostInside);
    }

    @Test
    void oneThatTakesTooLongIsNamedAtIntervals() {
        List<String> lines = log(() -> {
            disconnect("stuck", why -> time.pass(Duration.ofSeconds(35)));
            time.pass(Duration.ofSeconds(40));
        });
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(
                lines.get(0)
                        .startsWith(
                                "the connection of member stuck has not returned from disconnect for 10 s; its thread"
                                        + " is interrupted"),
                lines::toString);
        assertEquals(1, stalled());
    }

    @Test
    void oneThatThrowsIsCounted() {
        disconnect("bad", why -> {
            throw new IllegalStateException("thrown by the test's connection");
        });
        disconnect("good", why -> {});
        log(() -> time.pass(SECOND));
        assertEquals(Set.of("bad", "good"), Set.copyOf(done));
        assertEquals(1, counters.of(Counters.DISCONNECTS_FAILED).sum());
    }

    @Test
    void whenItIsClosedWhatWaitsIsNotCalledAndWhatBlocksIsInterrupted() {
        List<Boolean> interrupted = new ArrayList<>();
        for (int i = 0; i < DisconnectExecutor.MOST_AT_ONCE; i++) {
            disconnect("stuck" + i, why -> {
                time.pass(Duration.ofSeconds(5));
                interrupted.add(Thread.currentThread().isInterrupted());
            });
        }
        disconnect("waits", why -> {});
        List<String> lines = log(() -> {
            time.after(SECOND, executor::close);
            time.pass(Duration.ofSeconds(20));
        });
        assertTrue(lines.get(0).startsWith("8 disconnects have not returned when the adapter closes"), lines::toString);
        assertFalse(begun.contains("waits"));
        assertTrue(interrupted.contains(true));
        disconnect("late", why -> {});
        time.pass(SECOND);
        assertFalse(begun.contains("late"));
    }

    /** Rule 5.3: the server's connections are left alone. */
    @Test
    void whenItIsClosedWhatHasNoThreadYetIsNotCalled() {
        disconnect("late", why -> {});
        executor.close();
        time.pass(SECOND);
        assertEquals(List.of(), begun);
    }

    private void disconnect(String id, Connection.Closer closer) {
        executor.disconnect(member(id, closer), WHY, () -> done.add(id));
    }

    private LocalMember member(String id, Connection.Closer closer) {
        Connection connection = Connection.of(id, packet -> {}, why -> {
            begun.add(id);
            mostInside = Math.max(mostInside, ++inside);
            try {
                closer.close(why);
            } finally {
                inside--;
            }
        });
        LocalMember member = new LocalMember(index, connection, id, null, Map.of());
        index.add(member);
        return member;
    }

    private long stalled() {
        return counters.of(Counters.DISCONNECTS_STALLED).sum();
    }

    private static List<String> log(Runnable action) {
        return CapturedLog.of(DisconnectExecutor.class, action);
    }
}
