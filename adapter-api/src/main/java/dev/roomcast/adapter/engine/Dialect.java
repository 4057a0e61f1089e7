package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.Message.Versions;
import java.util.Collection;

/**
 * The version of the wire that this node's cluster speaks: the highest that all nodes speak. Where there is none, the one that most of
 * them speak, and of those the lowest: who comes with what nobody else speaks is to be left out, and not those who were there before.
 * The same nodes lead every one of them to the same version. Reviewed on the inbox's turn, and read on any thread.
 */
final class Dialect {

    private static final int VERSIONS = 256;

    private final Versions own;
    private volatile int common;

    /** Of a node that has heard nobody: whoever hears it may be the oldest that it can speak with. */
    Dialect(Versions own) {
        this.own = own;
        this.common = own.least();
    }

    Versions own() {
        return own;
    }

    /** The version of the cluster, whether this node speaks it or not. */
    int common() {
        return common;
    }

    /** What this node's frames are written in. */
    int spoken() {
        return Math.max(own.least(), Math.min(own.most(), common));
    }

    /** Whether a node that speaks these takes part. */
    boolean isSharedBy(Versions versions) {
        return versions.include(common);
    }

    /** Whether this node does. */
    boolean isShared() {
        return isSharedBy(own);
    }

    /** The other nodes speak these. Returns whether the version of the cluster is another one now. */
    boolean review(Collection<Versions> others) {
        int before = common;
        common = others.isEmpty() ? own.least() : common(others);
        return common != before;
    }

    private int common(Collection<Versions> others) {
        int[] speakers = new int[VERSIONS];
        count(speakers, own);
        others.forEach(other -> count(speakers, other));
        int everybody = others.size() + 1;
        int best = VERSIONS - 1;
        for (int version = best - 1; version >= 0; version--) {
            boolean isAsGood = speakers[version] == speakers[best] && speakers[best] < everybody;
            if (speakers[version] > speakers[best] || isAsGood) {
                best = version;
            }
        }
        return best;
    }

    private static void count(int[] speakers, Versions versions) {
        for (int version = versions.least(); version <= versions.most(); version++) {
            speakers[version]++;
        }
    }
}
