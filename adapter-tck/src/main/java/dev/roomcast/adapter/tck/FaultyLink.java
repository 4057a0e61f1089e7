package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.cluster.Link;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One link of the transport within. What it says goes to the engine's link on the transport's turn, as long as there is one. */
final class FaultyLink implements Link {

    private final FaultyTransport transport;
    private final String name;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();

    /** Null before the link is up and after it is down, for the engine. */
    private volatile @Nullable Link engine;

    FaultyLink(FaultyTransport transport, String name) {
        this.transport = transport;
        this.name = name;
    }

    String name() {
        return name;
    }

    boolean isOf(Link link) {
        return engine == link;
    }

    boolean isUp() {
        return engine != null;
    }

    Set<String> subscribed() {
        return subscribed;
    }

    void up(Link ofEngine) {
        engine = ofEngine;
    }

    /** Ends the engine's link, once. */
    void end(Throwable why) {
        Link ended = engine;
        engine = null;
        subscribed.clear();
        if (ended != null) {
            ended.down(why);
        }
    }

    /** Hands a frame to the engine, as if it had come from the broker. */
    void hand(String channel, byte[] bytes) {
        Link to = engine;
        if (to != null) {
            to.frame(channel, bytes);
        }
    }

    @Override
    public void frame(String channel, byte[] bytes) {
        transport.incoming(() -> {
            for (int i = transport.copies(channel); i > 0; i--) {
                hand(channel, bytes);
            }
        });
    }

    @Override
    public void subscribed(String channel) {
        transport.incoming(() -> {
            Link to = engine;
            if (transport.answered(channel) && to != null) {
                subscribed.add(channel);
                to.subscribed(channel);
            }
        });
    }

    @Override
    public void unsubscribed(String channel) {
        transport.incoming(() -> {
            Link to = engine;
            if (subscribed.remove(channel) && to != null) {
                to.unsubscribed(channel);
            }
        });
    }

    @Override
    public void down(Throwable why) {
        transport.incoming(() -> {
            transport.forget(this);
            end(why);
        });
    }
}
