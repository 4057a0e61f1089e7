package dev.roomcast.adapter.engine.subscribe;

import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.spi.Link;
import java.time.Duration;

/** One life of a subscribe connection. All its calls enter the inbox. After it is down, late calls have no effect. */
public final class WireLink implements Link {

    /** Is told what a link brings. On the inbox's turn. */
    public interface Events {

        void frame(WireLink link, String channel, byte[] bytes);

        void subscribed(WireLink link, String channel);

        void unsubscribed(WireLink link, String channel);

        void dropped(WireLink link, String channel, String why, long lastAlive);

        void down(WireLink link, Throwable why);
    }

    private final Execution execution;
    private final Inbox inbox;
    private final Events events;
    private final String name;
    /** On the inbox's turn. */
    private boolean down;

    /** On the inbox's turn. */
    private long lastAlive;

    /** On the inbox's turn. */
    private boolean doubted;

    public WireLink(Execution execution, Inbox inbox, Events events, String name) {
        this.execution = execution;
        this.inbox = inbox;
        this.events = events;
        this.name = name;
        this.lastAlive = execution.now();
    }

    String name() {
        return name;
    }

    @Override
    public void frame(String channel, byte[] bytes) {
        long now = execution.now();
        inbox.frame(bytes.length, () -> {
            if (!down) {
                alive(now);
                events.frame(this, channel, bytes);
            }
        });
    }

    @Override
    public void subscribed(String channel) {
        long now = execution.now();
        ifAlive(() -> {
            alive(now);
            events.subscribed(this, channel);
        });
    }

    @Override
    public void unsubscribed(String channel) {
        ifAlive(() -> events.unsubscribed(this, channel));
    }

    @Override
    public void dropped(String channel, String why) {
        dropped(channel, why, Duration.ZERO);
    }

    @Override
    public void dropped(String channel, String why, Duration deafFor) {
        long heard = execution.now() - deafFor.toNanos();
        ifAlive(() -> events.dropped(this, channel, why, Execution.earlier(heard, lastAlive)));
    }

    @Override
    public void down(Throwable why) {
        down(why, Duration.ZERO);
    }

    @Override
    public void down(Throwable why, Duration deafFor) {
        long heard = execution.now() - deafFor.toNanos();
        ifAlive(() -> {
            down = true;
            lastAlive = Execution.earlier(heard, lastAlive);
            events.down(this, why);
        });
    }

    /**
     * What came later than that proves nothing: the link is deaf, if only in part. On the inbox's turn.
     *
     * @return whether that is news
     */
    public boolean doubt(long lastHeard) {
        boolean isNews = !doubted && !down;
        doubted = true;
        lastAlive = Execution.earlier(lastHeard, lastAlive);
        return isNews;
    }

    /** When anything came last that counts: until then nothing was lost. On the inbox's turn. */
    public long lastAlive() {
        return lastAlive;
    }

    private void alive(long now) {
        if (!doubted) {
            lastAlive = now;
        }
    }

    private void ifAlive(Runnable call) {
        inbox.run(() -> {
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
