package dev.roomcast.adapter.spi;

import java.time.Duration;

/**
 * One life of one of a transport's subscribe connections. Implemented by the engine; a call on a link that is down does nothing,
 * so that nothing of an earlier life can disturb a later one.
 *
 * <p><b>Threading.</b> May be called from any thread; no method blocks or throws.
 */
public interface Link {

    /**
     * A frame came.
     *
     * @param channel on which it came
     * @param bytes the frame, which the transport does not touch again
     */
    void frame(String channel, byte[] bytes);

    /**
     * The broker confirmed a channel: what anyone publishes on it from now on comes on this link.
     *
     * @param channel as it was asked for
     */
    void subscribed(String channel);

    /**
     * The broker confirmed that a channel was given up.
     *
     * @param channel as it was given up
     */
    void unsubscribed(String channel);

    /**
     * The broker took away a confirmed channel that nobody gave up, such as one that has moved to another server. The engine asks for it
     * again if it is wanted, and says that something may have been missed since whatever came last on this link: so this is to be called
     * behind all that came before (Rule 4.18). Of a channel that is just being given up it says the same as {@link #unsubscribed}, which
     * may follow or not.
     *
     * @param channel as it was asked for
     * @param why for people
     */
    void dropped(String channel, String why);

    /**
     * As {@link #dropped(String, String)}, of a channel on which something may have been missed for a while before although other
     * things came on this link: its messages went to another server already.
     *
     * @param channel as it was asked for
     * @param why for people
     * @param deafFor for how long at the most, until now
     */
    default void dropped(String channel, String why, Duration deafFor) {
        dropped(channel, why);
    }

    /**
     * The connection is gone, and with it all its subscriptions.
     *
     * @param why the cause
     */
    void down(Throwable why);

    /**
     * As {@link #down(Throwable)}, of a connection to a server that may have been cut off from what was published for a while before,
     * although it answered, and something came.
     *
     * @param why the cause
     * @param deafFor for how long at the most, until now
     */
    default void down(Throwable why, Duration deafFor) {
        down(why);
    }
}
