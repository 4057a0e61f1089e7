package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The subscription to one of the two channels that a node must receive: the namespace's channel, on which all nodes publish, or the
 * node's own channel. It also detects when the node's own frames do not come back on the channel. On the inbox's turn, except for {@link
 * #expectBack}.
 */
final class ControlChannel {

    /** Takes what comes on the channel. On the inbox's turn. */
    interface Frames {

        void frame(ControlChannel on, byte[] bytes);

        /** The broker has accepted a frame that this node published here at that moment. */
        void accepted(ControlChannel on, long sent);
    }

    /** Follows how the channel stands with the broker. On the inbox's turn. */
    interface States {

        /** @param at before what waited for the channel is completed */
        void confirmed(ControlChannel on, long at);

        /** @param lastAlive when anything came on its link last */
        void lost(ControlChannel on, Throwable why, long lastAlive);

        void refused(ControlChannel on, Throwable why);
    }

    private final String name;
    private final Target standsFor;
    private final Subscriptions subscriptions;
    private final ProtocolSchedule schedule;
    private final SelfProbe selfProbe;
    /** Set before the node is handed out. */
    private volatile @Nullable Subscription subscription;

    private volatile @Nullable Frames frames;
    /** When the last frame came, whoever sent it. */
    private long lastFrame;

    ControlChannel(String name, Target standsFor, Subscriptions subscriptions, ProtocolSchedule schedule) {
        this.name = name;
        this.standsFor = standsFor;
        this.subscriptions = subscriptions;
        this.schedule = schedule;
        this.selfProbe = new SelfProbe(schedule.execution(), schedule.timing().silence());
        this.lastFrame = schedule.now();
    }

    String name() {
        return name;
    }

    /** The target whose packets come here. */
    Target standsFor() {
        return standsFor;
    }

    void want(Frames frames, States states) {
        this.frames = frames;
        subscription = subscriptions.want(name, new Owner(frames, states));
    }

    /** Null before it is wanted. On any thread. */
    @Nullable
    Subscription subscription() {
        return subscription;
    }

    /** The subscription, once it is wanted. On any thread. */
    Subscription wanted() {
        return Objects.requireNonNull(subscription, "not wanted yet");
    }

    /** The link that carries it, or null. */
    @Nullable
    WireLink link() {
        Subscription wanted = subscription;
        return wanted == null ? null : subscriptions.linkOf(wanted);
    }

    /** When the last frame came, whoever sent it. */
    long lastFrame() {
        return lastFrame;
    }

    /** Something was published here, and must come back once its stage says that the broker has it. On any thread. */
    void expectBack(long sent, CompletionStage<?> stage) {
        stage.whenComplete((done, failure) -> {
            if (failure == null) {
                schedule.run(() -> {
                    selfProbe.accepted(sent);
                    Frames taking = frames;
                    if (taking != null) {
                        taking.accepted(this, sent);
                    }
                });
            }
        });
    }

    /** The frame that came last is this node's own. */
    void cameBack() {
        selfProbe.came(lastFrame);
    }

    /** Whether something waits to come back, be it for a moment. */
    boolean isAwaited() {
        return selfProbe.isAwaited();
    }

    /** Reports the channel if nothing comes back on it, not counting a time in which nothing could. */
    void check(long forgiven, String nodeName, BrokerLinks links) {
        selfProbe.forgive(forgiven);
        Subscription wanted = subscription;
        if (wanted != null && selfProbe.isOverdue()) {
            String what = "nothing that node " + nodeName + " has published on channel " + name + " for "
                    + schedule.timing().silence() + " has come back, although the broker accepted it";
            links.replaceLinkOf(wanted, selfProbe.lastHeard(), what);
        }
    }

    /** When what is being handed over now came; not now, since it may have waited. */
    private long cameAt() {
        WireLink link = link();
        return link == null ? schedule.now() : link.lastAlive();
    }

    private final class Owner implements Subscription.Owner {

        private final Frames frames;
        private final States states;

        Owner(Frames frames, States states) {
            this.frames = frames;
            this.states = states;
        }

        @Override
        public boolean comesFirst() {
            return true;
        }

        @Override
        public void frame(byte[] bytes) {
            lastFrame = cameAt();
            frames.frame(ControlChannel.this, bytes);
        }

        @Override
        public void confirmed(long at) {
            lastFrame = cameAt();
            selfProbe.confirmed(lastFrame);
            states.confirmed(ControlChannel.this, at);
        }

        @Override
        public void lost(Throwable why, long lastAlive) {
            selfProbe.lost();
            states.lost(ControlChannel.this, why, lastAlive);
        }

        @Override
        public void refused(Throwable why) {
            states.refused(ControlChannel.this, why);
        }
    }
}
