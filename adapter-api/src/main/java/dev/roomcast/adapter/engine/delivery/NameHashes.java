package dev.roomcast.adapter.engine.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hashes of the names of this node's rooms, members and users. A frame whose header selects none of them is dropped
 * before its messages are decoded.
 */
final class NameHashes {

    /** How many names there are of each hash: different names may share one. */
    private final Map<Integer, Integer> counts = new ConcurrentHashMap<>();

    void add(String name) {
        counts.merge(name.hashCode(), 1, Integer::sum);
    }

    void remove(String name) {
        counts.computeIfPresent(name.hashCode(), (hash, count) -> count == 1 ? null : count - 1);
    }

    void clear() {
        counts.clear();
    }

    boolean containsAny(int[] hashes) {
        for (int hash : hashes) {
            if (counts.containsKey(hash)) {
                return true;
            }
        }
        return false;
    }
}
