package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.delivery.StalledQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One life of a connection, in the room for some of the time, or all of it: what it got, and what it had to get and may have got, by
 * what the broadcasters had begun and ended when it came and went. Comes and goes on one thread.
 *
 * <p>What it got is in plain fields, one set for each broadcaster: a broadcaster's packets are handed over one after the other, on
 * whichever threads.
 */
final class Visitor implements Connection {

    private static final Packet.Key<Stamp> STAMP = Packet.Key.named("stamp");

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
    private final LocalMember member;
    /** What had ended before its life: it keeps nothing of that. */
    private final int[] before;

    private final BitSet[] got;
    private final int[] last;
    private final int[] wrong;
    private final int[] early;
    /** Whether packets that waited for it ended with it. */
    private boolean isCut;

    Visitor(RoomIndex index, String id, List<Broadcaster> broadcasters) {
        this.id = id;
        this.broadcasters = broadcasters;
        this.member = new LocalMember(index, this, id, null, Map.of());
        this.before = all(Broadcaster::ended);
        this.got = new BitSet[before.length];
        Arrays.setAll(got, by -> new BitSet(0));
        this.last = before.clone();
        this.wrong = new int[before.length];
        this.early = new int[before.length];
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
        isCut = !member.isPresent() && member.outlet() instanceof StalledQueue;
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
        Stamp stamp = packet.derived(STAMP, Stamp::of);
        int by = stamp.by();
        int number = stamp.number();
        if (number <= before[by]) {
            early[by]++;
        } else {
            wrong[by] += number <= last[by] ? 1 : 0;
            last[by] = number;
            got[by].set(number - before[by] - 1);
        }
    }

    @Override
    public void disconnect(DisconnectReason reason) {}

    /** How many packets came again, or after a later one. */
    int outOfOrder() {
        return Arrays.stream(wrong).sum();
    }

    int received() {
        return Arrays.stream(got).mapToInt(BitSet::cardinality).sum();
    }

    /** How many packets it had to get. */
    int required() {
        int sum = 0;
        for (int b = 0; b < got.length; b++) {
            sum += required(b).cardinality();
        }
        return sum;
    }

    /** How many of those it did not get, if it lived to get them. */
    int missing() {
        int sum = 0;
        for (int b = 0; b < got.length && !isCut; b++) {
            BitSet missing = required(b);
            missing.andNot(got[b]);
            sum += missing.cardinality();
        }
        return sum;
    }

    /** How many packets it got that had ended before it came, or begun after it had gone. */
    int unwanted() {
        int sum = Arrays.stream(early).sum();
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
            all.set(above - before[by], end - before[by] - 1);
        }
    }
}
