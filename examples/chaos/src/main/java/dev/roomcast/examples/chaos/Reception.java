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

    private final BitSet numbers = new BitSet();
    /** The latest packet of each address; the packets of one room or user keep their order. */
    private final Map<Address, Integer> latest = new HashMap<>();

    private int latestOfAll = -1;
    private int latestBarrier = -1;

    Turn received(int number, Address to) {
        if (numbers.get(number)) {
            return Turn.AGAIN;
        }
        numbers.set(number);
        int before = to.isBarrier() ? latestOfAll : Math.max(latestBarrier, latest.getOrDefault(to, -1));
        latestOfAll = Math.max(latestOfAll, number);
        if (to.isBarrier()) {
            latestBarrier = Math.max(latestBarrier, number);
        } else {
            latest.merge(to, number, Math::max);
        }
        return number < before ? Turn.TOO_LATE : Turn.IN_ORDER;
    }

    boolean has(int number) {
        return numbers.get(number);
    }
}
