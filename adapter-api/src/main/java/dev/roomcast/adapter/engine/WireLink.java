package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.cluster.Link;
import java.time.Duration;

/** One life of a subscribe connection. All its calls enter the inbox; once it is down, what comes late is of no effect. */
final class WireLink implements Link {

    private final Wire wire;
    private final String name;
    /** On the inbox's turn. */
    private boolean down;

    /** On the inbox's turn. */
    private long lastAlive;

    /** On the inbox's turn. */
    private boolean doubted;

    WireLink(Wire wire, String name) {
        this.wire = wire;
        this.name = name;
        this.lastAlive = wire.execution().now();
    }

    String name() {
        return name;
    }

    @Override
    public void frame(String channel, byte[] bytes) {
        long now = wire.execution().now();
        wire.inbox().frame(bytes.length, () -> {
            if (!down) {
                alive(now);
                wire.subscriptions().frame(this, channel, bytes);
            }
        });
    }

    @Override
    public void subscribed(String channel) {
        long now = wire.execution().now();
        ifAlive(() -> {
            alive(now);
            wire.subscriptions().subscribed(this, channel);
            wire.changed();
        });
    }

    @Override
    public void unsubscribed(String channel) {
        ifAlive(() -> wire.subscriptions().unsubscribed(this, channel));
    }

    @Override
    public void dropped(String channel, String why) {
        dropped(channel, why, Duration.ZERO);
    }

    @Override
    public void dropped(String channel, String why, Duration deafFor) {
        long heard = wire.execution().now() - deafFor.toNanos();
        ifAlive(() -> wire.dropped(this, channel, why, earlier(heard, lastAlive)));
    }

    @Override
    public void down(Throwable why) {
        down(why, Duration.ZERO);
    }

    @Override
    public void down(Throwable why, Duration deafFor) {
        long heard = wire.execution().now() - deafFor.toNanos();
        ifAlive(() -> {
            down = true;
            lastAlive = earlier(heard, lastAlive);
            wire.linkDown(this, why);
        });
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    /**
     * What came later than that proves nothing: the link is deaf, if only in part. On the inbox's turn.
     *
     * @return whether that is news
     */
    boolean doubt(long lastHeard) {
        boolean isNews = !doubted && !down;
        doubted = true;
        lastAlive = earlier(lastHeard, lastAlive);
        return isNews;
    }

    /** When anything came last that counts: until then nothing was lost. On the inbox's turn. */
    long lastAlive() {
        return lastAlive;
    }

    private void alive(long now) {
        if (!doubted) {
            lastAlive = now;
        }
    }

    private void ifAlive(Runnable call) {
        wire.inbox().run(() -> {
            if (!down) {
                call.run();
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
