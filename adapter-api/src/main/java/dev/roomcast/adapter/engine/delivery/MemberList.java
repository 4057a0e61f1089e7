package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of a room, as a dense array in chunks. A reader iterates over a snapshot without a lock; a writer, under
 * the index's lock, copies only the chunks that it changes. So a delivery reaches each member once that is in the list
 * all the time.
 *
 * <p>Adding writes beyond the size of every snapshot taken so far, in place. Removing puts the last member into the
 * gap.
 *
 * <p>Beside each member its outlet is stored. A delivery reads only the outlets, one after the other, and never the
 * members, whose objects are scattered in memory.
 */
public final class MemberList {

    public static final int CHUNK = 64;
    private static final int SMALLEST_CHUNK = 2;
    private static final Chunk NO_CHUNK = new Chunk(0);
    /** Nobody. */
    static final Snapshot EMPTY = new Snapshot(new Chunk[0], 0);

    private volatile Snapshot now = EMPTY;

    Snapshot snapshot() {
        return now;
    }

    public int size() {
        return now.size;
    }

    /** Returns the slot that the member got. */
    int add(LocalMember member) {
        int slot = now.size;
        int offset = slot % CHUNK;
        Chunk[] chunks = withRoomFor(now.chunks, slot / CHUNK, offset);
        chunks[slot / CHUNK].put(offset, member);
        now = new Snapshot(chunks, slot + 1);
        return slot;
    }

    private static Chunk[] withRoomFor(Chunk[] before, int c, int offset) {
        Chunk[] chunks = before;
        if (c == chunks.length) {
            chunks = Arrays.copyOf(before, Math.max(1, c * 2));
            Arrays.fill(chunks, c, chunks.length, NO_CHUNK);
        }
        if (offset == chunks[c].length()) {
            if (offset > 0) {
                // Readers of the chunk must not meet the new one before its content: hence a new spine.
                chunks = chunks.clone();
            }
            int length = c > 0 ? CHUNK : Math.max(SMALLEST_CHUNK, Math.min(CHUNK, offset * 2));
            chunks[c] = new Chunk(chunks[c], length);
        }
        return chunks;
    }

    /** Empties a slot; returns the member that was put into it, if there was another. */
    @Nullable
    LocalMember removeAt(int slot) {
        int last = now.size - 1;
        if (last == 0) {
            now = EMPTY;
            return null;
        }
        LocalMember moved = now.member(last);
        Chunk[] chunks = now.chunks.clone();
        int offset = last % CHUNK;
        chunks[last / CHUNK] = offset == 0 ? NO_CHUNK : new Chunk(chunks[last / CHUNK], offset);
        if (slot != last) {
            // A second copy, if both slots lie in one chunk, is harmless.
            putAnew(chunks, slot, moved);
        }
        now = new Snapshot(chunks, last);
        return slot == last ? null : moved;
    }

    /** The member in this slot has another outlet. */
    void refresh(int slot) {
        Chunk[] chunks = now.chunks.clone();
        putAnew(chunks, slot, now.member(slot));
        now = new Snapshot(chunks, now.size);
    }

    private static void putAnew(Chunk[] chunks, int slot, LocalMember member) {
        Chunk before = chunks[slot / CHUNK];
        Chunk after = new Chunk(before, before.length());
        after.put(slot % CHUNK, member);
        chunks[slot / CHUNK] = after;
    }

    void clear() {
        now = EMPTY;
    }

    /** Members and, at the same places, their outlets. */
    private static final class Chunk {

        private final LocalMember[] members;
        private final Connection[] outlets;

        Chunk(int length) {
            members = new LocalMember[length];
            outlets = new Connection[length];
        }

        Chunk(Chunk before, int length) {
            members = Arrays.copyOf(before.members, length);
            outlets = Arrays.copyOf(before.outlets, length);
        }

        int length() {
            return members.length;
        }

        void put(int offset, LocalMember member) {
            members[offset] = member;
            outlets[offset] = member.outlet();
        }
    }

    /** The members at one moment. */
    static final class Snapshot {

        private final Chunk[] chunks;
        private final int size;

        private Snapshot(Chunk[] chunks, int size) {
            this.chunks = chunks;
            this.size = size;
        }

        int size() {
            return size;
        }

        LocalMember member(int slot) {
            return chunks[slot / CHUNK].members[slot % CHUNK];
        }

        /** Where packets for the members of the {@value #CHUNK} slots around this one go, from a multiple of that on. */
        Connection[] outlets(int slot) {
            return chunks[slot / CHUNK].outlets;
        }
    }
}
