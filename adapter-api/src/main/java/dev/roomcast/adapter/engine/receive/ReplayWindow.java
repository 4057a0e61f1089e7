package dev.roomcast.adapter.engine.receive;

import java.util.BitSet;

/**
 * The replay window of a node: records which frames have arrived, by their places among all frames of their sender.
 * Each is accepted once, and not at all if it is older than the window. So frames of several channels may overtake each
 * other, as they do on several servers. It is the window of RFC 6479, with bits in a ring. If frames cannot overtake
 * each other, only a higher place is fresh.
 */
final class ReplayWindow {

    private final int window;
    private final long floor;
    private final BitSet came = new BitSet();
    private long highest;

    /**
     * Nothing came yet.
     *
     * @param window how far behind the highest place one is fresh; 1 is not at all
     * @param floor up to which place none is
     */
    ReplayWindow(int window, long floor) {
        this.window = window;
        this.floor = floor;
        this.highest = floor;
    }

    /** Takes a frame. Returns whether it is fresh. */
    boolean take(long place) {
        if (place > highest) {
            forgetUpTo(place);
        } else if (place <= floor || highest - place >= window || came.get(bit(place))) {
            return false;
        }
        came.set(bit(place));
        return true;
    }

    /** The highest place that was taken. */
    long highest() {
        return highest;
    }

    private void forgetUpTo(long place) {
        if (place - highest >= window) {
            came.clear();
        } else {
            for (long skipped = highest + 1; skipped < place; skipped++) {
                came.clear(bit(skipped));
            }
        }
        highest = place;
    }

    private int bit(long place) {
        return (int) (place % window);
    }
}
