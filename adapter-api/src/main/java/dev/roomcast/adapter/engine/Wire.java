package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.delivery.DeliveryContext;
import dev.roomcast.adapter.engine.delivery.DisconnectExecutor;
import dev.roomcast.adapter.engine.delivery.StalledSends;
import dev.roomcast.adapter.engine.protocol.ProtocolWire;
import dev.roomcast.adapter.engine.publish.AnswerWatch;
import dev.roomcast.adapter.engine.publish.Backlog;
import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.FailureLog;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.engine.runtime.RateLimitedLogs;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.runtime.Watchdog;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's side of one transport, shared by the nodes of all namespaces: publishing ({@link Publisher}), wanted
 * channels ({@link Subscriptions}), and the one ordered queue of received frames and events ({@link Inbox}).
 */
public final class Wire implements Receiver, ProtocolWire {

    /** A node of this wire. Called on the inbox's turn. */
    interface Observer {

        /** The broker takes frames again. */
        void publishingResumed();

        /** Something on which health depends may have changed. */
        void review();
    }

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    /** One is on its way while the next one is made. */
    private static final int MOST_PASSES = 2;

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Execution execution;
    private final Counters counters = new Counters();
    private final Duration unsubscribeDelay;
    private final Stages stages;
    private final Inbox inbox;
    private final DeliveryQueue deliveryQueue;
    private final Watchdog watchdog;
    private final StalledSends stalledSends;
    private final DisconnectExecutor disconnects;
    private final Publisher publisher;
    private final AnswerWatch answers;
    private final RateLimitedLog droppedChannels;
    private final RateLimitedLog refusedChannels;
    private final RateLimitedLog deafChannels;
    private final RateLimitedLogs heardLinks;
    private final RateLimitedLogs lostLinks;
    private final RateLimitedLogs deafLinks;
    private final RateLimitedLogs unreceivedLinks;
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    /** Set once, by open; before that nothing is handed to the transport. */
    private volatile @Nullable Transport transport;

    private volatile @Nullable Subscriptions subscriptions;

    private volatile boolean linkIsUp;

    // On the inbox's turn.
    private final Set<WireLink> links = new LinkedHashSet<>();
    private final TransportRemarks transportRemarks;
    private @Nullable Throwable linkLoss;
    private boolean hasWorked;
    private boolean reviewIsDue;
    private final AtomicLong failedInARow = new AtomicLong();
    private @Nullable Throwable lastFailure;
    private final FailureLog failureLog = new FailureLog(log);

    /** Whether frames can be heard and published, as it was last looked at. */
    private boolean isConnected;
    /** Whether that has lasted: if so, what failed before it counts no more, and its end is no failed attempt. */
    private boolean isProven;

    private long connectedSpells;
    private long spellAtLastRetry;

    /** On which nothing waits for the end of an outage. */
    public Wire(Execution execution, int maxQueuedBytes, Duration unsubscribeDelay, Duration sendBound) {
        this(execution, maxQueuedBytes, unsubscribeDelay, sendBound, Backlog.Limits.NONE);
    }

    Wire(
            Execution execution,
            int maxQueuedBytes,
            Duration unsubscribeDelay,
            Duration sendBound,
            Backlog.Limits backlog) {
        this.unsubscribeDelay = unsubscribeDelay;
        this.execution = execution;
        this.deliveryQueue = new DeliveryQueue(execution, maxQueuedBytes);
        this.inbox = new Inbox(execution, deliveryQueue, maxQueuedBytes, counters);
        this.watchdog = new Watchdog(execution, sendBound);
        this.stages = new Stages(execution, watchdog, counters);
        this.stalledSends = new StalledSends(execution, sendBound);
        this.disconnects = new DisconnectExecutor(execution, counters);
        this.droppedChannels = new RateLimitedLog(log, execution);
        this.refusedChannels = new RateLimitedLog(log, execution);
        this.deafChannels = new RateLimitedLog(log, execution);
        this.heardLinks = new RateLimitedLogs(log, execution);
        this.lostLinks = new RateLimitedLogs(log, execution);
        this.deafLinks = new RateLimitedLogs(log, execution);
        this.unreceivedLinks = new RateLimitedLogs(log, execution);
        this.transportRemarks = new TransportRemarks(execution);
        this.publisher = new Publisher(execution, counters, stages, new Backlog(backlog), maxQueuedBytes, MOST_PASSES);
        this.answers = new AnswerWatch(execution, counters, publisher, () -> inbox.run(this::answersChanged));
    }

    /** Begins to work with a transport, which may have called already: its calls wait in the inbox. */
    public void open(Transport opened) {
        Subscriptions wanted = new Subscriptions(
                execution, inbox::run, publisher::run, opened.capabilities().confirmWithin(), unsubscribeDelay, stages);
        subscriptions = wanted;
        transport = opened;
        publisher.open(opened, () -> wanted.flush(opened));
        inbox.open();
        retryLater();
        answers.begin(opened);
    }

    /** Asks again, at intervals, for what the broker has refused. */
    private void retryLater() {
        execution
                .scheduler()
                .after(
                        RETRY,
                        () -> inbox.run(() -> {
                            try {
                                subscriptions().retry();
                                lookAtConnectedSpell();
                            } finally {
                                retryLater();
                            }
                        }));
    }

    @Override
    public Execution execution() {
        return execution;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public Stages stages() {
        return stages;
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    public DeliveryQueue deliveryQueue() {
        return deliveryQueue;
    }

    public Watchdog watchdog() {
        return watchdog;
    }

    public StalledSends stalledSends() {
        return stalledSends;
    }

    public DeliveryContext delivery() {
        return new DeliveryContext(execution, deliveryQueue, watchdog, stalledSends, disconnects);
    }

    public DisconnectExecutor disconnects() {
        return disconnects;
    }

    @Override
    public Publisher publisher() {
        return publisher;
    }

    @Override
    public Subscriptions subscriptions() {
        return Objects.requireNonNull(subscriptions, "not open yet");
    }

    @Override
    public TransportCapabilities capabilities() {
        return Objects.requireNonNull(transport, "not open yet").capabilities();
    }

    void add(Observer observer) {
        observers.add(observer);
    }

    void remove(Observer observer) {
        observers.remove(observer);
    }

    @Override
    public Link linkUp(String name) {
        WireLink link = new WireLink(execution, inbox, new LinkEvents(), name);
        inbox.run(() -> {
            links.add(link);
            linkLoss = null;
            hasWorked = true;
            lookAtConnection();
            heardLinks.at(name).info("Roomcast receives from " + name);
            subscriptions().linkUp();
            changed();
        });
        return link;
    }

    /** Those that are up. On the inbox's turn. */
    @Override
    public Set<WireLink> links() {
        return links;
    }

    private final class LinkEvents implements WireLink.Events {

        @Override
        public void frame(WireLink link, String channel, byte[] bytes) {
            subscriptions().frame(link, channel, bytes);
        }

        @Override
        public void subscribed(WireLink link, String channel) {
            subscriptions().subscribed(link, channel);
            changed();
        }

        @Override
        public void unsubscribed(WireLink link, String channel) {
            subscriptions().unsubscribed(link, channel);
        }

        @Override
        public void dropped(WireLink link, String channel, String why, long lastAlive) {
            String what = "the broker took channel " + channel + " away: " + why;
            if (subscriptions().dropped(link, channel, new IllegalStateException(what), lastAlive)) {
                counters.add(Counters.CHANNELS_DROPPED);
                // A server of many channels that moves takes them all.
                droppedChannels.warn(what + "; it is asked for again where it is wanted", null);
                changed();
            }
        }

        @Override
        public void down(WireLink link, Throwable why) {
            links.remove(link);
            linkLoss = why;
            counters.add(Counters.LINKS_LOST);
            lostLinks
                    .at(link.toString())
                    .warn("Roomcast no longer receives from " + link + ": " + Failures.text(why), null);
            subscriptions().linkDown(link, why, !links.isEmpty());
            lookAtConnection();
            changed();
        }
    }

    /**
     * A channel gives nothing back: its link is replaced, unless it is being replaced. On the inbox's turn.
     *
     * @param lastHeard the last proof that the channel was heard
     */
    @Override
    public void replaceLinkOf(Subscription channel, long lastHeard, String what) {
        WireLink link = subscriptions().linkOf(channel);
        if (link != null && link.doubt(lastHeard)) {
            counters.add(Counters.LINKS_DEAF);
            deafLinks
                    .at(link.toString())
                    .warn(
                            "Roomcast is connected to " + link + ", but receives nothing, and resets the link: " + what,
                            null);
            subscriptions().reset(link, what);
        }
    }

    /**
     * A channel alone gives nothing back, and its link is well: it is asked for again, or, if that has not helped before, its link replaced. On the
     * inbox's turn.
     */
    @Override
    public void renew(Subscriptions.Heard heard, String what) {
        if (subscriptions().renew(heard.channel(), heard.link())) {
            counters.add(Counters.CHANNELS_DEAF);
            deafChannels.warn(what + "; it is given up and asked for again", null);
            changed();
        } else {
            replaceLinkOf(heard.channel(), heard.lastHeard(), what);
        }
    }

    /** Other nodes do not receive what is published: the connections are made anew, and may lead elsewhere then. On the inbox's turn. */
    @Override
    public void unreceived(WireLink link, String why) {
        counters.add(Counters.LINKS_UNRECEIVED);
        unreceivedLinks.at(link.toString()).warn("Roomcast resets its connections to " + link + ": " + why, null);
        subscriptions().reset(link, why);
    }

    @Override
    public void linkFailed(Throwable why) {
        inbox.run(() -> {
            failed(why);
            failureLog.failed(why);
            changed();
        });
    }

    private void failed(Throwable why) {
        failedInARow.incrementAndGet();
        lastFailure = why;
    }

    @Override
    public void publishing(Optional<Throwable> down) {
        // At once, not on the inbox's turn: from now on calls fail fast.
        publisher.down(down.orElse(null));
        inbox.run(() -> {
            lookAtConnection();
            if (down.isEmpty()) {
                observers.forEach(Observer::publishingResumed);
            }
            changed();
        });
    }

    private void answersChanged() {
        lookAtConnection();
        changed();
    }

    /** A connection that ends before it was of any use is a failed attempt: one that comes and goes would else never count as failing. */
    private void lookAtConnection() {
        Throwable trouble = trouble();
        boolean wasConnected = isConnected;
        isConnected = trouble == null;
        if (isConnected && !wasConnected) {
            connectedSpells++;
            isProven = false;
        } else if (trouble != null && wasConnected && !isProven) {
            failed(trouble);
        }
    }

    /** The connections have been of use: a node has met its cluster on them, or they have lasted. On the inbox's turn. */
    void proven() {
        if (isConnected && !isProven) {
            isProven = true;
            failureLog.succeeded();
            lastFailure = null;
            if (failedInARow.getAndSet(0) > 0) {
                changed();
            }
        }
    }

    private void lookAtConnectedSpell() {
        if (spellAtLastRetry == connectedSpells) {
            proven();
        }
        spellAtLastRetry = connectedSpells;
    }

    @Override
    public void remark(String subject, Optional<String> remark) {
        inbox.run(() -> {
            if (transportRemarks.set(subject, remark)) {
                changed();
            }
        });
    }

    /** On the inbox's turn. */
    TransportRemarks transportRemarks() {
        return transportRemarks;
    }

    @Override
    public void refused(String channel, Throwable why) {
        inbox.run(() -> {
            counters.add(Counters.CHANNELS_REFUSED);
            if (subscriptions().refused(channel, why)) {
                refusedChannels.warn("the broker refused channel " + channel + ": " + Failures.text(why), null);
            }
            changed();
        });
    }

    @Override
    public void unavailable(String channel, Throwable why) {
        inbox.run(() -> {
            subscriptions().unavailable(channel, why);
            changed();
        });
    }

    /** How the own connections to the broker stand, as 0 or 1, and how many packets wait for them. */
    void copyGaugesTo(Map<String, Long> gauges) {
        gauges.put("link.up", linkIsUp ? 1L : 0L);
        gauges.put("publishing.up", publisher.down() == null ? 1L : 0L);
        gauges.put("messages.waiting", (long) publisher.inBacklog());
        gauges.put("callbacks.held", (long) stages.held());
        gauges.put("deliveries.bytes", deliveryQueue.bytes());
    }

    /** Something on which a node's health depends may have changed: it is looked at once for all that waits now. On the inbox's turn. */
    void changed() {
        linkIsUp = !links.isEmpty();
        if (!reviewIsDue) {
            reviewIsDue = true;
            inbox.run(() -> {
                reviewIsDue = false;
                observers.forEach(Observer::review);
            });
        }
    }

    /** Why nothing can be heard or said, or null if it can. On the inbox's turn. */
    @Override
    public @Nullable Throwable trouble() {
        if (links.isEmpty()) {
            return linkLoss != null ? linkLoss : Failures.notReachedYet();
        }
        Throwable down = publisher.down();
        return down != null ? down : answers.silence();
    }

    /** Whether frames could once be heard: if so, not being able to is an outage, and not merely the beginning. */
    @Override
    public boolean hasWorked() {
        return hasWorked;
    }

    /** How many attempts have failed since both connections were of use. On any thread. */
    long failedInARow() {
        return failedInARow.get();
    }

    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** Ends the transport; the nodes have ended before. */
    public CompletionStage<Void> close() {
        subscriptions().close();
        publisher.close();
        return Objects.requireNonNull(transport, "not open yet").close();
    }
}
