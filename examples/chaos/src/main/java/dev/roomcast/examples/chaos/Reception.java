package dev.roomcast.examples.chaos;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What one member was handed of one sender's packets, looked at as it comes. */
final class Reception {

    /** How a packet came. */
    enum Turn {
        IN_ORDER,
        AGAIN,
        TOO_LATE
    }

    private final PacketOrder order;
    private final BitSet numbers = new BitSet();
    /** The latest packet of each address; the packets of one room or user keep their order. */
    private final Map<Address, Integer> latest = new HashMap<>();

    private int latestOfAll = -1;
    private int latestBarrier = -1;

    Reception(PacketOrder order) {
        this.order = order;
    }

    Turn received(int number, Address to) {
        if (numbers.get(number)) {
            return Turn.AGAIN;
        }
        numbers.set(number);
        int before = lastBefore(to);
        latestOfAll = Math.max(latestOfAll, number);
        if (to.isBarrier()) {
            latestBarrier = Math.max(latestBarrier, number);
        } else {
            latest.merge(to, number, Math::max);
        }
        return number < before ? Turn.TOO_LATE : Turn.IN_ORDER;
    }

    /** The latest packet that must not come after one for these. */
    private int lastBefore(Address to) {
        if (to.isBarrier()) {
            return order == PacketOrder.ACROSS_CHANNELS ? latestOfAll : latestBarrier;
        }
        int inItsChannel = latest.getOrDefault(to, -1);
        return order == PacketOrder.ACROSS_CHANNELS ? Math.max(latestBarrier, inItsChannel) : inItsChannel;
    }

    boolean has(int number) {
        return numbers.get(number);
    }
}
