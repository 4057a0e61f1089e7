package org.example.crier;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

/** Where criers hear each other. One thing happens at a time. */
final class Square {

    private final Map<String, Set<CrierTransport>> listeners = new ConcurrentHashMap<>();

    synchronized void listen(String channel, CrierTransport who) {
        listeners.computeIfAbsent(channel, c -> new CopyOnWriteArraySet<>()).add(who);
        who.listens(channel);
    }

    synchronized void forget(String channel, CrierTransport who) {
        listeners.getOrDefault(channel, Set.of()).remove(who);
        who.listensNoMore(channel);
    }

    synchronized void leave(CrierTransport who) {
        listeners.values().forEach(all -> all.remove(who));
    }

    synchronized void cry(String channel, byte[] words) {
        listeners.getOrDefault(channel, Set.of()).forEach(who -> who.hears(channel, words));
    }
}
