package dev.roomcast.adapter.spi;

/**
 * One frame on its way out. The transport answers it exactly once, from any thread: {@link #accepted}, {@link #notSent} or
 * {@link #unknown}.
 */
public interface Outgoing {

    /**
     * Where it goes.
     *
     * @return the channel
     */
    String channel();

    /**
     * The frame, encoded on first use: a transport without a subscriber for it need not call this method.
     *
     * @return at most {@link TransportCapabilities#maxFrameBytes()}; nobody may write to it
     */
    byte[] bytes();

    /** The broker has it. */
    void accepted();

    /**
     * It was never written: no other node got it.
     *
     * @param why the cause
     */
    void notSent(Throwable why);

    /**
     * It was written and not answered: the other nodes may have got it. The transport never sends it again.
     *
     * @param why the cause
     */
    void unknown(Throwable why);
}
