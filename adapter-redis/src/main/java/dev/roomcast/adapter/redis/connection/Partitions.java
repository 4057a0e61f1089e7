package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.cluster.SlotHash;

/**
 * Divides the channels of a Cluster into partitions, each of which is in one slot.
 *
 * <p>One command can only name channels of one slot, and there are 16,384 slots: 100,000 rooms would need about 16,000
 * commands after an outage. So a channel is called {@code {tag}channel} on the wire. The tag, and so the slot, belongs
 * to one of {@value #COUNT} partitions, spread evenly over all slots. This is part of the wire format: nodes that
 * differ here do not receive each other's frames.
 */
public final class Partitions {

    public static final int COUNT = 256;

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
    public static int of(String channel) {
        int hash = channel.hashCode() * 0x9E3779B9;
        return (hash ^ hash >>> 15) >>> 7 & COUNT - 1;
    }

    /** Where a partition lives. */
    public static int slot(int partition) {
        return SLOTS[partition];
    }

    /** What the name of a channel begins with on the wire. */
    static String prefix(int partition) {
        return PREFIXES[partition];
    }
}
