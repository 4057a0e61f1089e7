package dev.roomcast.adapter.spi;

import java.util.Optional;

/**
 * Receives the events of a transport. Implemented by the engine.
 *
 * <p><b>Threading.</b> May be called from any thread; no method blocks or throws. All calls of this and of {@link Link}
 * enter one queue, in order.
 */
public interface Receiver {

    /**
     * A subscribe connection is up, and channels may be asked for.
     *
     * @param name for people: where it leads, without secrets
     * @return what the transport calls for this life of the connection, and for no other
     */
    Link linkUp(String name);

    /**
     * An attempt to bring a link up, or to make publishing possible, has failed. The transport tries again by itself.
     *
     * @param why the cause, whose message says where it was tried, why it failed and what to do, without secrets
     */
    void linkFailed(Throwable why);

    /**
     * Whether frames can be published. Until the first call they cannot. While they cannot, the engine hands over none.
     *
     * @param down why they cannot, or empty if they can
     */
    void publishing(Optional<Throwable> down);

    /**
     * Something that people should know although frames can be published and received: it is logged, at intervals at most, and is a part
     * of the reason of a node's health while that is UP.
     *
     * @param subject what it is about, in a word: a later remark on the same subject replaces this one
     * @param remark one clause without secrets, or empty when it holds no longer
     */
    default void remark(String subject, Optional<String> remark) {}

    /**
     * The broker refused a channel, and will again until its configuration is changed.
     *
     * @param channel as it was asked for
     * @param why what the broker said
     */
    void refused(String channel, Throwable why);

    /**
     * A channel could not be asked for now, or its link has died before it was confirmed. The engine asks again as soon as a link
     * is up.
     *
     * @param channel as it was asked for
     * @param why the cause
     */
    void unavailable(String channel, Throwable why);
}
