package dev.roomcast.adapter.cluster;

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
     * The connection is gone, and with it all its subscriptions.
     *
     * @param why the cause
     */
    void down(Throwable why);
}
