package dev.roomcast.adapter.tck;

import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The faults of one transport that a {@link FaultyProvider} opened. They can be set and repaired at any time. Towards
 * the engine the transport always keeps its contract: each frame and each channel is answered once (but for {@link
 * #leaveUnanswered()}), and a link that is down stays dead.
 *
 * <p><b>Threading.</b> May be used from any thread, but not from within an observer. A fault is in force when its
 * method returns.
 */
public final class Faults {

    private final FaultyTransport transport;

    Faults(FaultyTransport transport) {
        this.transport = transport;
    }

    /**
     * Cuts the node off, as the engine sees it: the links are down with all their subscriptions, nothing can be published, and
     * channels are unavailable. The links of the transport within are reset, and what comes of them waits for
     * {@link #restore()}.
     *
     * @throws IllegalStateException if the transport is {@linkplain #hold() held}
     */
    public void cut() {
        transport.cutOff();
    }

    /**
     * Ends a {@link #cut()}: the transport's links are up again, with no channel subscribed.
     *
     * @throws IllegalStateException if the transport is {@linkplain #hold() held}
     */
    public void restore() {
        transport.restore();
    }

    /**
     * Has channels refused, from the next time that they are asked for; what is subscribed stays.
     *
     * @param channels says which; {@code channel -> false} ends it
     */
    public void refuse(Predicate<? super String> channels) {
        transport.refuse(channels);
    }

    /**
     * Makes the broker end the subscription of a channel without a request. The engine learns of it as soon as the
     * inner transport has unsubscribed.
     *
     * @param channel one of {@link #subscribed()}; nothing happens if it is not
     * @throws IllegalStateException if the transport is {@linkplain #hold() held}
     */
    public void drop(String channel) {
        transport.drop(channel);
    }

    /**
     * Has the broker lose the subscription of a channel, unnoticed: its frames are dropped until the engine asks for it again.
     *
     * @param channel one of {@link #subscribed()}
     */
    public void lose(String channel) {
        transport.lose(channel);
    }

    /** Drops the frames that come in, unnoticed, until {@link #thaw()}. Confirmations still come. */
    public void deafen() {
        transport.deafen();
    }

    /**
     * Drops the next frames that come in, unnoticed.
     *
     * @param frames how many
     * @param channels of which channels
     */
    public void dropNext(int frames, Predicate<? super String> channels) {
        transport.comesNext(frames, channels, 0);
    }

    /**
     * Has the next frames come in twice.
     *
     * @param frames how many
     * @param channels of which channels
     */
    public void doubleNext(int frames, Predicate<? super String> channels) {
        transport.comesNext(frames, channels, 2);
    }

    /** Drops the frames that go out, and says that the broker accepted them, until {@link #thaw()}. */
    public void mute() {
        transport.mute();
    }

    /**
     * Has the frames that go out accepted and handed back to this transport alone, as by a broker that was demoted while all others
     * moved to its successor. What others publish still comes in. Ends when a link of the transport comes up, or by {@link #thaw()}.
     */
    public void strand() {
        transport.strand();
    }

    /** Drops the frames that go out, and never answers them, against the contract of transports, until {@link #thaw()}. */
    public void leaveUnanswered() {
        transport.leaveUnanswered();
    }

    /** Freezes the node, as others see it: {@link #deafen()} and {@link #mute()}. Its link looks well. */
    public void freeze() {
        deafen();
        mute();
    }

    /**
     * Ends {@link #deafen()}, {@link #mute()}, {@link #strand()}, {@link #leaveUnanswered()} and {@link #freeze()}.
     * What was dropped is lost.
     */
    public void thaw() {
        transport.thaw();
    }

    /** Holds everything back, in both directions: frames, questions for channels, and their answers, until {@link #release()}. */
    public void hold() {
        transport.hold();
    }

    /** Lets everything go on that is held, in its order. Closing the transport does so too, but sends no frame then. */
    public void release() {
        transport.release();
    }

    /**
     * Hands the engine a frame, as if it had come from the broker.
     *
     * @param channel on which it comes, subscribed or not
     * @param bytes anything
     * @throws IllegalStateException if the transport is {@linkplain #hold() held}
     */
    public void inject(String channel, byte[] bytes) {
        transport.inject(channel, bytes);
    }

    /**
     * Observes the frames that are published from now on.
     *
     * @param observer is called with channel and frame, in order, before the frame is handed on; must not write to the frame
     */
    public void onPublish(BiConsumer<? super String, ? super byte[]> observer) {
        transport.onPublish(observer);
    }

    /**
     * The channels that are subscribed now, as the engine sees it.
     *
     * @return a snapshot
     */
    public Set<String> subscribed() {
        return Set.copyOf(transport.subscribed());
    }

    /**
     * The channels that the engine ever asked for, whatever became of that.
     *
     * @return a snapshot
     */
    public Set<String> asked() {
        return transport.asked().everAsked();
    }
}
