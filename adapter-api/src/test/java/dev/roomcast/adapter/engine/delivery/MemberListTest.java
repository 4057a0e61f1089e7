package dev.roomcast.adapter.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.engine.NoObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a list takes, and what a snapshot keeps. */
class MemberListTest {

    private final MemberList list = new MemberList();
    private final List<LocalMember> members = new ArrayList<>();

    @Test
    void aSmallRoomIsSmallAndALargeOneGrowsByWholeChunks() {
        List<Integer> lengths = new ArrayList<>();
        for (int slot = 0; slot <= MemberList.CHUNK; slot++) {
            assertEquals(slot, add());
            lengths.add(list.snapshot().outlets(slot).length);
        }
        assertEquals(List.of(2, 2, 4, 4, 8), lengths.subList(0, 5));
        assertEquals(MemberList.CHUNK, lengths.get(63));
        assertEquals(MemberList.CHUNK, lengths.get(64), "the first of the second chunk");
    }

    @Test
    void whatIsRemovedTakesNoRoom() {
        for (int slot = 0; slot < 2 * MemberList.CHUNK; slot++) {
            add();
        }
        for (int slot = 2 * MemberList.CHUNK - 1; slot > 0; slot--) {
            assertNull(list.removeAt(slot));
            assertEquals((slot - 1) % MemberList.CHUNK + 1, list.snapshot().outlets(slot - 1).length);
        }
        assertNull(list.removeAt(0));
        assertEquals(0, list.size());
        assertSame(list.snapshot(), new MemberList().snapshot(), "what is empty is shared");
    }

    @Test
    void aSnapshotKeepsWhoWasThere() {
        for (int slot = 0; slot < 5; slot++) {
            add();
        }
        MemberList.Snapshot before = list.snapshot();
        assertSame(members.get(4), list.removeAt(1));
        add();
        for (int slot = 0; slot < 5; slot++) {
            assertSame(members.get(slot), before.member(slot));
        }
        assertSame(members.get(4), list.snapshot().member(1));
        assertSame(members.get(5), list.snapshot().member(4));
    }

    private int add() {
        String id = "m" + members.size();
        Connection connection = Connection.of(id, packet -> {}, why -> {});
        LocalMember member = new LocalMember(new RoomIndex(new NoObserver(), 1), connection, id, null, Map.of());
        members.add(member);
        return list.add(member);
    }
}
