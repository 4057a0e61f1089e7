package dev.roomcast.adapter.redis;

/**
 * Counts in a stream how often certain bytes occur, also across the reads that it comes in.
 *
 * <p><i>Threading:</i> of one stream, by one thread.
 */
final class MarkerCount {

    private final byte[] marker;
    /** The last bytes of what came before, one fewer than the marker has at most. */
    private byte[] before = {};

    MarkerCount(byte[] marker) {
        this.marker = marker.clone();
    }

    /** Takes what was read, and returns how many markers end in it. */
    int in(byte[] read, int length) {
        byte[] stream = new byte[before.length + length];
        System.arraycopy(before, 0, stream, 0, before.length);
        System.arraycopy(read, 0, stream, before.length, length);
        int found = 0;
        for (int at = 0; at + marker.length <= stream.length; at++) {
            if (isAt(stream, at)) {
                found++;
            }
        }
        int kept = Math.min(stream.length, marker.length - 1);
        before = new byte[kept];
        System.arraycopy(stream, stream.length - kept, before, 0, kept);
        return found;
    }

    private boolean isAt(byte[] stream, int at) {
        for (int i = 0; i < marker.length; i++) {
            if (stream[at + i] != marker[i]) {
                return false;
            }
        }
        return true;
    }
}
