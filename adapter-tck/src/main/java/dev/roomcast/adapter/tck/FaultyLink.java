package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One link of the inner transport. Its events go to the engine's link on the transport's serial executor, as long as
 * that link exists.
 */
final class FaultyLink implements Link {

    private final FaultyTransport transport;
    private final String name;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    /** Unsubscribed within because of a fault; the engine is notified when that is confirmed. */
    private final Set<String> beingDropped = ConcurrentHashMap.newKeySet();

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

    /** Begins to drop a channel; whether there is one. */
    boolean drop(String channel) {
        return subscribed.contains(channel) && beingDropped.add(channel);
    }

    boolean isBeingDropped(String channel) {
        return beingDropped.contains(channel);
    }

    void up(Link ofEngine) {
        engine = ofEngine;
    }

    /** Ends the engine's link, once. */
    void end(Throwable why) {
        end(why, Duration.ZERO);
    }

    private void end(Throwable why, Duration deafFor) {
        Link ended = engine;
        engine = null;
        subscribed.clear();
        beingDropped.clear();
        if (ended != null) {
            ended.down(why, deafFor);
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
            boolean byAFault = beingDropped.remove(channel);
            if (subscribed.remove(channel) && to != null) {
                if (byAFault) {
                    to.dropped(channel, "dropped by the test");
                } else {
                    to.unsubscribed(channel);
                }
            }
        });
    }

    @Override
    public void dropped(String channel, String why) {
        dropped(channel, why, Duration.ZERO);
    }

    @Override
    public void dropped(String channel, String why, Duration deafFor) {
        transport.incoming(() -> {
            Link to = engine;
            beingDropped.remove(channel);
            if (subscribed.remove(channel) && to != null) {
                to.dropped(channel, why, deafFor);
            }
        });
    }

    @Override
    public void down(Throwable why) {
        down(why, Duration.ZERO);
    }

    @Override
    public void down(Throwable why, Duration deafFor) {
        transport.incoming(() -> {
            transport.forget(this);
            end(why, deafFor);
        });
    }
}
