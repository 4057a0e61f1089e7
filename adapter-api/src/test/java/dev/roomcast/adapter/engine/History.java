package dev.roomcast.adapter.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** What happened in a run: a hash of everything, and the last of it to read. */
final class History {

    /** Of no node, or of all. */
    static final int WORLD = -1;

    /** The engine fails what is pending at its end in no certain order. */
    private static final String WITHOUT_ORDER = " CLOSED";

    private static final int KEPT = 20_000;

    /** One event; the room is empty where it concerns none. */
    record Event(long time, int host, String room, String what, long number) {

        @Override
        public String toString() {
            return String.format(
                    "%12.6f  %-8s %-8s %s %d", time / 1e9, host == WORLD ? "" : "node-" + host, room, what, number);
        }
    }

    private final VirtualTime time;
    private final Deque<Event> last = new ArrayDeque<>();
    private long hash;
    private long others;

    History(VirtualTime time) {
        this.time = time;
    }

    void add(int host, String room, String what, long number) {
        Event event = new Event(time.now(), host, room, what, number);
        long code = 0;
        for (long part : new long[] {event.time(), host, room.hashCode(), what.hashCode(), number}) {
            code = mixed(code ^ part);
        }
        if (what.endsWith(WITHOUT_ORDER)) {
            others += code;
        } else {
            hash = mixed(hash ^ code);
        }
        last.add(event);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    private static long mixed(long part) {
        long product = part * 0x9E3779B97F4A7C15L;
        return product ^ product >>> 29;
    }

    /** The same for the same seed, in every run of the same code. */
    long hash() {
        return hash ^ others;
    }

    List<Event> last(int most, Predicate<Event> relevant) {
        List<Event> all = new ArrayList<>(last.stream().filter(relevant).toList());
        return all.subList(Math.max(0, all.size() - most), all.size());
    }
}
