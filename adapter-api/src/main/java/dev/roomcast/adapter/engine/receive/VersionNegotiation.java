package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Message.Versions;

/**
 * The version of the wire that this node's cluster uses: the highest that all nodes support. If there is none, it is
 * the version that most of them support, and of those the lowest. So a new node with an unsupported version is
 * excluded, and not the nodes that were there before. The same set of nodes gives the same version on every node.
 * Updated on the inbox's turn, and read on any thread.
 */
public final class VersionNegotiation {

    private static final int VERSIONS = 256;

    private final Versions own;
    /** Of each version, how many of the other nodes speak it: a count, so that a flood of nodes costs no more than each of them. */
    private final int[] speakers = new int[VERSIONS];

    private int others;
    private volatile int common;
    /** Of the versions that as many speak as the common one, the lowest. */
    private volatile int lowest;

    private volatile boolean metAll;

    /** Of a node that has heard nobody: whoever hears it may be the oldest that it can speak with. */
    public VersionNegotiation(Versions own) {
        this.own = own;
        this.common = own.least();
        this.lowest = own.least();
    }

    public Versions own() {
        return own;
    }

    /** The version of the cluster, whether this node speaks it or not. */
    public int common() {
        return common;
    }

    /**
     * What this node's frames are written in. Until it has met everyone, those that it knows may speak more than those that hear it too, and
     * are as old as it, or older.
     */
    public int spoken() {
        return Math.max(own.least(), Math.min(own.most(), metAll ? common : lowest));
    }

    /** This node has met everyone. */
    public void metAll() {
        metAll = true;
    }

    /** Whether a node that speaks these takes part. */
    boolean isSharedBy(Versions versions) {
        return versions.include(common);
    }

    /** Whether this node does. */
    public boolean isShared() {
        return isSharedBy(own);
    }

    /** One more of the other nodes speaks these. */
    void joined(Versions versions) {
        count(versions, 1);
        others++;
    }

    /** One of the other nodes that spoke these counts no more. */
    void left(Versions versions) {
        count(versions, -1);
        others--;
    }

    /** Returns whether the version of the cluster is another one now. */
    boolean review() {
        int before = common;
        common = others == 0 ? own.least() : bestSpoken();
        lowest = lowestSpokenAsMuchAs(common);
        return common != before;
    }

    private int bestSpoken() {
        int everybody = others + 1;
        int best = VERSIONS - 1;
        for (int version = best - 1; version >= 0; version--) {
            boolean isAsGood = speakers(version) == speakers(best) && speakers(best) < everybody;
            if (speakers(version) > speakers(best) || isAsGood) {
                best = version;
            }
        }
        return best;
    }

    private int lowestSpokenAsMuchAs(int best) {
        int version = Math.min(own.least(), best);
        while (speakers(version) < speakers(best)) {
            version++;
        }
        return version;
    }

    private int speakers(int version) {
        return speakers[version] + (own.include(version) ? 1 : 0);
    }

    private void count(Versions versions, int change) {
        for (int version = versions.least(); version <= versions.most(); version++) {
            speakers[version] += change;
        }
    }
}
