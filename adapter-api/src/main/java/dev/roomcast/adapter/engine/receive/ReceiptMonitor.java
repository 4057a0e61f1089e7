package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Detects that other nodes do not receive this node's frames. A broker may accept frames and deliver them to no other
 * node. A master does so that was demoted while other nodes moved to its successor: they declare this node gone, and
 * this node continues to receive them.
 *
 * <p>A heartbeat carries a hash of the nodes that its sender receives. A hash that equals this node's own proves that
 * this node is among them. If it differs, this node requests a receipt from that peer. A peer that sends none for
 * {@code roomcast.heartbeat.timeout}, and whose heartbeats go on with another hash, does not receive this node.
 *
 * <p>On the inbox's turn, but for {@link #trouble} and {@link #publishes}.
 */
public final class ReceiptMonitor {

    /** What the monitor has done. On the inbox's turn. */
    public interface Listener {

        /** Asks a peer for a receipt; the stage completes when the broker has accepted that. */
        CompletionStage<?> request(Incarnation peer);

        /** The connections are to be made anew, since they may lead to another broker then. */
        void reconnect(String why);

        /** Peers receive this node again: what it has published since then may not have reached them. */
        void receivedAgain(long since);

        /** {@link #trouble} is another one. */
        void changed();
    }

    /** Per heartbeat, so that the requests of a cluster grow with its nodes and not with their square. */
    private static final int MOST_REQUESTS = 16;
    /** Against a flood of invented nodes: about 2 MB. */
    private static final int MOST_DEPARTED = 10_000;
    /** One may be lost like any frame. */
    private static final int LEAST_UNANSWERED = 2;
    /** Reconnecting in vain becomes rarer, up to this many timeouts. */
    private static final int LONGEST_PAUSE = 4;
    /** How often it is said that this node is received again: a node that comes back a moment later did not hear it. */
    private static final int ANNOUNCEMENTS = 2;

    /** Against a flood of recorded heartbeats. */
    private static final int MOST_UNVERIFIED = 256;
    /** Recorded heartbeats look like those of a node that lives, so the pauses grow up to this. */
    private static final long LONGEST_UNVERIFIED_PAUSE = Duration.ofHours(1).toNanos();

    /** Heartbeats of a node that does not answer challenges. */
    private static final class Unverified {
        long since;
        long cameLast;
        long order;

        Unverified(long since) {
            this.since = since;
            this.cameLast = since;
        }
    }

    private static final class Peer {
        final String name;
        /** When it was last proven that it receives this node. */
        long receivedAt;
        /** When the first request was accepted that it has not answered. */
        OptionalLong requestedAt = OptionalLong.empty();

        int unanswered;
        /** The same of any request since the last proof, whatever has happened to this node's own connections since. */
        OptionalLong doubtedAt = OptionalLong.empty();

        Peer(String name, long receivedAt) {
            this.name = name;
            this.receivedAt = receivedAt;
        }

        void forgetRequests() {
            requestedAt = OptionalLong.empty();
            unanswered = 0;
        }
    }

    private final Execution execution;
    private final Inbox inbox;
    private final ProtocolTiming protocolTiming;
    private final LongSupplier ownHash;
    private final BooleanSupplier hears;
    private final Listener listener;
    private final Map<Incarnation, Peer> peers = new HashMap<>();
    /** Those that do not receive this node. */
    private final Set<Peer> missing = new LinkedHashSet<>();
    /**
     * Those that said goodbye or were given up, the oldest first. Kept for as long as there is room, also when this node has forgotten them
     * otherwise: where brokers were apart for long, this is what tells how far back a loss may reach.
     */
    private final Map<Incarnation, Peer> departed = new LinkedHashMap<>();

    private final Map<Incarnation, Unverified> unverified = new LinkedHashMap<>();
    private long unverifiedPause;
    private long nextUnverified;

    /** When the first packet was published, if one was: nothing before can have been missed. */
    private long firstPublishedAt;

    private volatile boolean hasPublished;
    /** When a frame of this node to all came back last, and whether one has been accepted since. */
    private long echoedAt;

    private boolean isEchoAwaited;
    private volatile @Nullable String trouble;
    private int requests;
    private int reconnections;
    private long nextReconnection;
    /** Since when something may not have been received, until all peers have been told. */
    private OptionalLong unreceivedSince = OptionalLong.empty();

    private int announcementsDue;

    /**
     * Of a node that has met nobody.
     *
     * @param ownHash of the nodes that this node receives, itself among them
     * @param hears whether this node receives what it publishes itself: if not, it cannot judge others
     */
    public ReceiptMonitor(
            Execution execution,
            Inbox inbox,
            ProtocolTiming protocolTiming,
            LongSupplier ownHash,
            BooleanSupplier hears,
            Listener listener) {
        this.execution = execution;
        this.inbox = inbox;
        this.protocolTiming = protocolTiming;
        this.ownHash = ownHash;
        this.hears = hears;
        this.listener = listener;
        long begunAt = execution.now();
        this.nextReconnection = begunAt;
        this.nextUnverified = begunAt;
        this.unverifiedPause = protocolTiming.silence().toNanos();
        this.echoedAt = begunAt;
    }

    /** A packet is about to be published. On any thread. */
    public void publishes() {
        if (!hasPublished) {
            markPublished();
        }
    }

    private synchronized void markPublished() {
        if (!hasPublished) {
            firstPublishedAt = execution.now();
            hasPublished = true;
        }
    }

    /** Why packets of this node do not reach all others, or null. On any thread. */
    @Nullable
    public String trouble() {
        return trouble;
    }

    /** A peer has introduced itself: from then on it should receive this node. */
    public void met(Incarnation from, String name) {
        Peer known = departed.remove(from);
        peers.computeIfAbsent(from, node -> known == null ? new Peer(name, execution.now()) : known);
        if (unverified.remove(from) != null) {
            unverifiedPause = protocolTiming.silence().toNanos();
        }
    }

    /**
     * A signed heartbeat came of a node that has not answered a challenge yet, although it receives itself. If that goes on, it may not
     * receive this node. Or its heartbeats were recorded: so reconnecting becomes ever rarer, and health says nothing.
     *
     * @param order the frame's place among all of its sender
     */
    public void unverified(Incarnation from, long order) {
        long now = execution.now();
        Unverified node = unverified.get(from);
        if (!hears.getAsBoolean() || node != null && order <= node.order) {
            unverified.remove(from);
            return;
        }
        if (node == null || now - node.cameLast > 2 * protocolTiming.heartbeat().toNanos()) {
            node = new Unverified(now);
            unverified.put(from, node);
            if (unverified.size() > MOST_UNVERIFIED) {
                unverified.remove(unverified.keySet().iterator().next());
            }
        }
        node.cameLast = now;
        node.order = order;
        if (now - node.since >= protocolTiming.silence().toNanos() && now - nextUnverified >= 0) {
            nextUnverified = now + unverifiedPause;
            unverifiedPause = Math.min(2 * unverifiedPause, LONGEST_UNVERIFIED_PAUSE);
            listener.reconnect(
                    "node " + from + " does not answer this node, although its heartbeats come: check that all nodes"
                            + " use the same broker, that it is no replica, and who else publishes there");
        }
    }

    /**
     * A heartbeat came of a peer that was met.
     *
     * @param hash of the nodes that it receives; empty if it does not say so, or is not sure itself
     */
    public void heartbeat(Incarnation from, OptionalLong hash) {
        Peer peer = peers.get(from);
        if (peer == null) {
            return;
        }
        if (hash.isEmpty()) {
            peer.forgetRequests();
        } else if (hash.getAsLong() == ownHash.getAsLong()) {
            received(from);
        } else if (hears.getAsBoolean()) {
            review(peer);
            request(from, peer);
        }
    }

    private void review(Peer peer) {
        long now = execution.now();
        boolean isSilent = peer.requestedAt.isPresent()
                && now - peer.requestedAt.getAsLong()
                        >= protocolTiming.silence().toNanos();
        if (isSilent && peer.unanswered >= LEAST_UNANSWERED) {
            missing(peer);
            if (now - nextReconnection >= 0) {
                reconnections = Math.min(reconnections + 1, LONGEST_PAUSE);
                nextReconnection = now
                        + protocolTiming.silence().multipliedBy(reconnections).toNanos();
                listener.reconnect(String.valueOf(trouble));
            }
        }
    }

    private void missing(Peer peer) {
        if (missing.add(peer)) {
            missingChanged();
        }
    }

    /**
     * What this node has published since the last proof may not have reached a peer, which may have forgotten its numbers too. A hash
     * that proves it was on its way for a while, and holds whoever was heard within the timeout.
     */
    private void mayHaveMissed(Peer peer) {
        mayHaveMissed(peer.receivedAt
                - protocolTiming
                        .silence()
                        .plus(protocolTiming.watch())
                        .plus(protocolTiming.heartbeat())
                        .toNanos());
    }

    private void mayHaveMissed(long from) {
        if (!hasPublished) {
            return;
        }
        long since = Execution.later(firstPublishedAt, from);
        unreceivedSince = OptionalLong.of(
                unreceivedSince.isPresent() ? Execution.earlier(unreceivedSince.getAsLong(), since) : since);
        announcementsDue = ANNOUNCEMENTS;
    }

    private void request(Incarnation to, Peer peer) {
        if (requests < MOST_REQUESTS) {
            requests++;
            listener.request(to).whenComplete((done, failure) -> {
                if (failure == null) {
                    inbox.run(() -> requested(peer));
                }
            });
        }
    }

    private void requested(Peer peer) {
        peer.unanswered++;
        if (peer.requestedAt.isEmpty()) {
            peer.requestedAt = OptionalLong.of(execution.now());
        }
        if (peer.doubtedAt.isEmpty()) {
            peer.doubtedAt = peer.requestedAt;
        }
    }

    /** A peer has shown that it receives this node. */
    public void received(Incarnation from) {
        Peer peer = peers.get(from);
        if (peer != null) {
            endDoubt(peer);
            peer.receivedAt = execution.now();
            peer.forgetRequests();
        }
    }

    private void endDoubt(Peer peer) {
        boolean wasDoubted = isDoubted(peer);
        peer.doubtedAt = OptionalLong.empty();
        if (wasDoubted) {
            mayHaveMissed(peer);
            announce();
        }
        if (missing.remove(peer)) {
            missingChanged();
        }
    }

    private boolean isDoubted(Peer peer) {
        return peer.doubtedAt.isPresent()
                && execution.now() - peer.doubtedAt.getAsLong()
                        > protocolTiming.heartbeat().toNanos();
    }

    /** The broker has accepted what was sent to all nodes at that moment. */
    public void accepted(long sent) {
        isEchoAwaited |= sent - echoedAt > 0;
    }

    /**
     * What was sent to all nodes has come back. If nothing did for long, the connections may have led to two brokers meanwhile, so that
     * nobody else received it either.
     */
    public void echoed() {
        long now = execution.now();
        boolean wasLost =
                isEchoAwaited && now - echoedAt > protocolTiming.silence().toNanos();
        long before = echoedAt;
        echoedAt = now;
        isEchoAwaited = false;
        if (wasLost) {
            mayHaveMissed(before - protocolTiming.heartbeat().toNanos());
            announce();
        }
    }

    /** A heartbeat's time has passed. */
    public void beat() {
        requests = 0;
        announce();
    }

    /**
     * This node ends, and awaits no proof any more. A peer may have received it again a moment ago, and have forgotten its numbers before that:
     * what the proof would have announced is announced now.
     */
    public void ends() {
        peers.values().stream().filter(this::isDoubted).forEach(this::mayHaveMissed);
        announce();
    }

    private void announce() {
        if (announcementsDue > 0 && unreceivedSince.isPresent()) {
            announcementsDue--;
            listener.receivedAgain(unreceivedSince.getAsLong());
            if (announcementsDue == 0) {
                unreceivedSince = OptionalLong.empty();
            }
        }
    }

    /** A peer said goodbye, or was given up. If it comes back, it may not have received this node since it last proved that it did. */
    public void gone(Incarnation node) {
        Peer peer = peers.remove(node);
        if (peer != null) {
            endDoubt(peer);
            peer.forgetRequests();
            peer.doubtedAt = OptionalLong.of(peer.receivedAt);
            departed.put(node, peer);
            if (departed.size() > MOST_DEPARTED) {
                departed.remove(departed.keySet().iterator().next());
            }
        }
    }

    /** This node cannot hear: an answer may be lost. */
    public void deaf() {
        peers.values().forEach(Peer::forgetRequests);
        unverified.clear();
    }

    /** This process stood still for so long. */
    public void forgive(long nanos) {
        peers.values().stream()
                .filter(peer -> peer.requestedAt.isPresent())
                .forEach(peer -> peer.requestedAt = OptionalLong.of(peer.requestedAt.getAsLong() + nanos));
        unverified.values().forEach(node -> node.since += nanos);
    }

    private void missingChanged() {
        if (missing.isEmpty()) {
            trouble = null;
            reconnections = 0;
        } else {
            trouble = "node " + missing.iterator().next().name
                    + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more do" : " does")
                    + " not receive what this node publishes, although the broker accepts it: check that all nodes use the"
                    + " same broker, and that it is no replica";
        }
        listener.changed();
    }
}
