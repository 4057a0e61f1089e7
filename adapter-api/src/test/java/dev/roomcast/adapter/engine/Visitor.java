package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whoever is in the room for some of the time, or all of it: what it got, and what it had to get and may have got, by what the
 * broadcasters had begun and ended when it came and went. Comes and goes on one thread.
 *
 * <p>What it got is in plain fields, one set for each broadcaster: a broadcaster's packets are handed over one after the other, on
 * whichever threads.
 */
final class Visitor implements Connection {

    /** What a packet says. */
    record Stamp(int by, int number) {

        private static Stamp of(Packet packet) {
            int colon = packet.text().indexOf(':');
            return new Stamp(
                    Integer.parseInt(packet.text().substring(0, colon)),
                    Integer.parseInt(packet.text().substring(colon + 1)));
        }

        Packet packet() {
            return Packet.text(by + ":" + number);
        }
    }

    /** A time in the room, in numbers of packets, one for each broadcaster. */
    private static final class Stay {

        /** Up to these numbers they had ended before it began to come. */
        private final int[] endedBefore;
        /** Up to these they had begun when it was there. */
        private int[] begunWhenThere = {};
        /** Up to these they had ended before it began to go. Null while it stays. */
        private int @Nullable [] endedWhenThere;
        /** Up to these they had begun when it was gone. Null while it stays. */
        private int @Nullable [] begunAfter;

        Stay(int[] endedBefore) {
            this.endedBefore = endedBefore;
        }
    }

    private final String id;
    private final List<Broadcaster> broadcasters;
    private final List<Stay> stays = new ArrayList<>();
    private final BitSet[] got;
    private final int[] last;
    private final int[] wrong;
    private LocalMember member;

    Visitor(RoomIndex index, String id, List<Broadcaster> broadcasters) {
        this.id = id;
        this.broadcasters = broadcasters;
        this.got = new BitSet[broadcasters.size()];
        this.last = new int[broadcasters.size()];
        this.wrong = new int[broadcasters.size()];
        for (int b = 0; b < got.length; b++) {
            got[b] = new BitSet(broadcasters.get(b).packets());
            last[b] = -1;
        }
        this.member = newMember(index);
    }

    private LocalMember newMember(RoomIndex index) {
        return new LocalMember(index, this, id, null, Map.of());
    }

    /** A new connection of the same id. */
    void connect(RoomIndex index) {
        member = newMember(index);
        if (!index.add(member)) {
            throw new IllegalStateException(id + " is there already");
        }
    }

    LocalMember member() {
        return member;
    }

    /** Comes, by this. */
    void comes(Runnable coming) {
        Stay stay = new Stay(all(Broadcaster::ended));
        coming.run();
        stay.begunWhenThere = all(Broadcaster::begun);
        stays.add(stay);
    }

    /** Goes, by this. */
    void goes(Runnable going) {
        Stay stay = stays.get(stays.size() - 1);
        stay.endedWhenThere = all(Broadcaster::ended);
        going.run();
        stay.begunAfter = all(Broadcaster::begun);
    }

    boolean isThere() {
        return !stays.isEmpty() && stays.get(stays.size() - 1).begunAfter == null;
    }

    private int[] all(ToIntFunction<Broadcaster> of) {
        return broadcasters.stream().mapToInt(of).toArray();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void send(Packet packet) {
        Stamp stamp = packet.derived(Stamp.class, Stamp::of);
        int by = stamp.by();
        int number = stamp.number();
        if (number <= last[by]) {
            wrong[by]++;
        }
        last[by] = number;
        got[by].set(number);
    }

    @Override
    public void disconnect(String reason) {}

    /** How many packets came again, or after a later one. */
    int outOfOrder() {
        int sum = 0;
        for (int count : wrong) {
            sum += count;
        }
        return sum;
    }

    int received() {
        int sum = 0;
        for (BitSet packets : got) {
            sum += packets.cardinality();
        }
        return sum;
    }

    /** How many packets it had to get. */
    int required() {
        int sum = 0;
        for (int b = 0; b < got.length; b++) {
            sum += required(b).cardinality();
        }
        return sum;
    }

    /** How many of those it did not get. */
    int missing() {
        int sum = 0;
        for (int b = 0; b < got.length; b++) {
            BitSet missing = required(b);
            missing.andNot(got[b]);
            sum += missing.cardinality();
        }
        return sum;
    }

    /** How many packets it got that had ended before it came, or begun after it had gone. */
    int unwanted() {
        int sum = 0;
        for (int b = 0; b < got.length; b++) {
            BitSet unwanted = (BitSet) got[b].clone();
            unwanted.andNot(allowed(b));
            sum += unwanted.cardinality();
        }
        return sum;
    }

    private BitSet required(int by) {
        BitSet all = new BitSet();
        for (Stay stay : stays) {
            set(all, stay.begunWhenThere[by], stay.endedWhenThere, by);
        }
        return all;
    }

    private BitSet allowed(int by) {
        BitSet all = new BitSet();
        for (Stay stay : stays) {
            set(all, stay.endedBefore[by], stay.begunAfter, by);
        }
        return all;
    }

    /** Those above one number, up to another; to the end, if it has not gone. */
    private void set(BitSet all, int above, int @Nullable [] upTo, int by) {
        int end = upTo == null ? broadcasters.get(by).packets() : upTo[by] + 1;
        if (end > above + 1) {
            all.set(above + 1, end);
        }
    }
}
