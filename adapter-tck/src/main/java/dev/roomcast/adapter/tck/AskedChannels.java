package dev.roomcast.adapter.tck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The channels that the engine has requested and that are not answered yet. Each is answered exactly once, even if the
 * inner transport still answers requests that a cut has ended.
 */
final class AskedChannels {

    private final Set<String> open = new LinkedHashSet<>();
    private final Map<String, Integer> givenUp = new HashMap<>();
    private final Set<String> everAsked = new LinkedHashSet<>();
    private boolean cut;

    /** Whether the channel may be handed on; if not, it is unavailable. */
    synchronized boolean ask(String channel) {
        everAsked.add(channel);
        return !cut && open.add(channel);
    }

    /** Whether an answer from within is one that the engine waits for. */
    synchronized boolean answer(String channel) {
        if (givenUp.computeIfPresent(channel, (c, n) -> n - 1) != null) {
            givenUp.remove(channel, 0);
            return false;
        }
        return open.remove(channel);
    }

    /** Ends all open requests: the caller answers the engine that they are unavailable. */
    synchronized List<String> cut() {
        cut = true;
        List<String> unanswered = new ArrayList<>(open);
        open.clear();
        unanswered.forEach(channel -> givenUp.merge(channel, 1, Integer::sum));
        return unanswered;
    }

    synchronized void restore() {
        cut = false;
    }

    synchronized boolean isCut() {
        return cut;
    }

    synchronized Set<String> everAsked() {
        return Set.copyOf(everAsked);
    }
}
