package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.engine.NoObserver;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.Wire;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is given up where more threads than may are held. */
class StalledSendsTest {

    private static final Duration BOUND = Duration.ofMillis(100);

    private final VirtualTime time = new VirtualTime(1);
    private final Wire wire = new Wire(time.execution(), 1 << 20, Duration.ofMillis(50), BOUND);
    private final RoomIndex index = new RoomIndex(new NoObserver(), 1);
    private final LocalNode node = new LocalNode(index, wire.delivery(), new Counters());
    private final List<LocalMember> members = new ArrayList<>();

    @Test
    void whoHasMovedLatelyIsNotGivenUp() {
        hold(StalledSends.MOST + 1);
        assertEquals(0, givenUp());
    }

    @Test
    void whoeverIsNoLongerCountedIsDisconnectedAlsoIfALaneHasToWaitAllTheSame() {
        // One too many, as all have moved: so there is no place yet when the first of them is given up.
        hold(StalledSends.MOST + 1);
        time.pass(BOUND.multipliedBy(2));
        wire.stalledSends().drain(node.lane(member()));
        time.pass(Duration.ofMillis(1));
        assertEquals(1, givenUp());
    }

    private void hold(int count) {
        for (int i = 0; i < count; i++) {
            node.hold(member(), Thread.currentThread());
        }
    }

    private LocalMember member() {
        String id = "m" + members.size();
        LocalMember member = new LocalMember(index, Connection.of(id, packet -> {}, why -> {}), id, null, Map.of());
        index.add(member);
        members.add(member);
        return member;
    }

    private long givenUp() {
        Thread.interrupted();
        return members.stream().filter(member -> !member.isPresent()).count();
    }
}
