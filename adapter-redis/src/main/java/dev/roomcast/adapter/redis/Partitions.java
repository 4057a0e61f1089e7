package dev.roomcast.adapter.redis;

import io.lettuce.core.cluster.SlotHash;

/**
 * The parts into which the channels of a Cluster are put, each of which lives in one slot.
 *
 * <p>Redis takes channels of one slot only in one command, and there are 16,384 slots: 100,000 rooms would come back by 16,000
 * commands after an outage. So a channel is called {@code {tag}channel} on the wire, where the tag, and with it the slot, is that of
 * one of {@value #COUNT} partitions, spread evenly over all slots. Part of the wire format: nodes that differ here do not hear each
 * other.
 */
final class Partitions {

    static final int COUNT = 256;

    private static final String[] PREFIXES = new String[COUNT];
    private static final int[] SLOTS = new int[COUNT];

    static {
        int slotsOfEach = SlotHash.SLOT_COUNT / COUNT;
        int found = 0;
        for (int tag = 0; found < COUNT; tag++) {
            int slot = SlotHash.getSlot(Integer.toString(tag));
            if (PREFIXES[slot / slotsOfEach] == null) {
                PREFIXES[slot / slotsOfEach] = "{" + tag + "}";
                SLOTS[slot / slotsOfEach] = slot;
                found++;
            }
        }
    }

    private Partitions() {}

    /** That of a channel. The hash of a string is the same in every Java. */
    static int of(String channel) {
        int hash = channel.hashCode() * 0x9E3779B9;
        return (hash ^ hash >>> 15) >>> 7 & COUNT - 1;
    }

    /** Where a partition lives. */
    static int slot(int partition) {
        return SLOTS[partition];
    }

    /** What the name of a channel begins with on the wire. */
    static String prefix(int partition) {
        return PREFIXES[partition];
    }
}
