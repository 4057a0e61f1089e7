package dev.roomcast.adapter.spi;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Moves frames over channels. It does not encode, count, batch, probe, re-subscribe or remember: the engine does.
 *
 * <p><b>Threading.</b> Called by one thread at a time, never before {@link TransportProvider#open} has returned, and
 * never on a thread on which the transport calls the engine: a write on an event loop of the transport could overtake
 * earlier frames. No method may block, or throw because of the broker or the network: results are reported by {@link
 * Outgoing}, {@link Receiver} and {@link Link}, from any thread, also from within the call.
 *
 * <p><b>Channels</b> are named in {@code [A-Za-z0-9._-]} and are at most {@link TransportCapabilities#maxChannelBytes()} long.
 */
public interface Transport {

    /**
     * What this transport can do.
     *
     * @return the same each time
     */
    TransportCapabilities capabilities();

    /**
     * Publishes frames, in this order as far as the broker keeps any, to all subscribers of their channels, this
     * process's own subscriptions included: a link on which a node's own frames do not come back counts as one that
     * receives nothing, and {@linkplain #reset reset} (Rule 4.17). Each frame is answered exactly once. A frame without
     * an answer fails as unknown after a while, and its connection is ended ({@link #resetPublishing}, Rule 2.27).
     *
     * @param pass what has been waiting for all channels: best made one write of
     */
    void publish(List<? extends Outgoing> pass);

    /**
     * Asks for channels. Each is answered exactly once: {@link Link#subscribed}, {@link Receiver#refused}, or
     * {@link Receiver#unavailable}, which is also the answer when the link on which it was asked for has died.
     *
     * @param channels at most {@link TransportCapabilities#subscribeBatch()}, none of them subscribed or asked for
     */
    void subscribe(Collection<String> channels);

    /**
     * Gives channels up. Each is answered by {@link Link#unsubscribed}, unless its link dies or the broker has
     * {@linkplain Link#dropped dropped} it.
     *
     * @param channels at most {@link TransportCapabilities#subscribeBatch()}, all of them subscribed
     */
    void unsubscribe(Collection<String> channels);

    /**
     * Ends a link, because the engine does not trust it any more: {@link Link#down} follows, and a new link as soon as possible. A
     * connection of its own that frames are published on is best made anew as well, to where the new link leads: the engine also
     * resets a link when other nodes do not receive what is published (Rule 4.19).
     *
     * @param link as {@link Receiver#linkUp} returned it; nothing happens if it is down already
     * @param reason for people
     */
    void reset(Link link, String reason);

    /**
     * Ends the connections on which frames of these channels were published, because the transport has not answered them within twice
     * {@link TransportCapabilities#confirmWithin()}. The engine has taken them for {@linkplain Outgoing#unknown unknown}, and later answers to them change
     * nothing. Frames that are handed over from now on leave on a new connection. Nothing is to be done by a transport that has no
     * connection to end, which is what the default does.
     *
     * @param channels those of the frames without an answer
     * @param reason for people
     */
    default void resetPublishing(Collection<String> channels, String reason) {}

    /**
     * Ends everything that the transport began.
     *
     * @return a stage that completes when no thread or connection of the transport remains
     */
    CompletionStage<Void> close();

    /**
     * The transport of a node that is alone: nothing is published, encoded or subscribed, and the node is up at once.
     *
     * @return a transport that the engine never has to call, with {@link TransportCapabilities#isAlone()}
     */
    static Transport none() {
        return NoTransport.NONE;
    }
}
