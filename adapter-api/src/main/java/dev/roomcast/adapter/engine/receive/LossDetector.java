package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.receive.AwaitedFrames.Awaited;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Detects lost frames by sequence numbers, by outages of links, and by peers that time out. Lost or possibly lost
 * packets are reported as losses. On the inbox's turn.
 *
 * <p>A channel is identified by its scope: a room, a user, everyone, or none (the node's own channel).
 */
public final class LossDetector {

    private static final Target NOBODY = Target.rooms(List.of());
    /** Of so many nodes a doubt is told apart; that of others is anyone's. */
    private static final int MOST_IN_DOUBT = 16;
    /** Nodes whose tails may not have come, at most. */
    private static final int MOST_UNPROVEN = 10_000;
    /** A request may be lost, so it is repeated with the next heartbeat. */
    private static final int REQUESTS = 2;

    private final Execution execution;
    private final Function<Incarnation, Optional<NodeInfo>> nodes;
    private final HeartbeatHistory heartbeatHistory;
    private final SequenceTracker sequenceTracker;
    private final Losses losses;
    private final LongAdder repeated;
    private final Map<String, Target> channels = new HashMap<>();
    /** The same channels by the short hashes of their names. */
    private final Map<Long, String> byHash = new HashMap<>();
    /** Since when each is heard without a break; what was sent before is another window's, or was no promise. */
    private final Map<String, Long> confirmedAt = new HashMap<>();
    /** Channels that were lost with their link, and since when they may have missed something. */
    private final Map<String, Long> lost = new HashMap<>();
    /** Channels that were lost although their link was not, since when: told by themselves, since they may have been silent for long. */
    private final Map<String, Long> lostAlone = new HashMap<>();
    /** Of those lost with their link, the ones that are confirmed again, and not told yet. */
    private final Map<String, Long> back = new HashMap<>();

    /** Channels that were lost and are back: tails that came meanwhile were not heard. */
    private final Map<String, Outage> outages = new HashMap<>();

    /** @param before the one before, if it was so short a time ago that it may still matter */
    private record Outage(long since, long until, @Nullable Outage before) {}

    /** Frames that came and could not be read, until they are told: at the next heartbeat, since there may be many. */
    private final Map<Unread, Unreadable> unread = new LinkedHashMap<>();

    private record Unread(String channel, Incarnation from) {}

    private record Unreadable(long frames, long since) {

        Unreadable plus(Unreadable more) {
            return new Unreadable(frames + more.frames, Execution.earlier(since, more.since));
        }
    }

    /** What the namespace's gaps leave in doubt, of each node, until it is told at the next heartbeat. */
    private final Map<Optional<Incarnation>, Doubt> doubts = new LinkedHashMap<>();

    private boolean hasDoubted;

    private record Doubt(long lastBeat, long since) {

        Doubt plus(Doubt more) {
            boolean noBeat = lastBeat == HeartbeatHistory.NEVER || more.lastBeat == HeartbeatHistory.NEVER;
            return new Doubt(
                    noBeat ? HeartbeatHistory.NEVER : Execution.earlier(lastBeat, more.lastBeat),
                    Execution.earlier(since, more.since));
        }
    }

    /**
     * Nodes of which frames for the namespace did not come. Tails that they sent on other channels meanwhile may not have come either, and
     * have no numbers that would show it.
     */
    private final Map<Incarnation, Unproven> unproven = new LinkedHashMap<>();

    private static final class Unproven {
        /** When the last frame came before the first gap. */
        final long since;
        /** When the first gap was seen, and the last one. */
        final long firstGap;

        long lastGap;
        /** When the last frame of the node came, on whatever channel. */
        long cameLast;
        /** Requests for tails that are still to be sent; at most one between two heartbeats. */
        int requestsDue;

        Unproven(long since, long firstGap) {
            this.since = since;
            this.firstGap = firstGap;
            this.lastGap = firstGap;
            this.cameLast = firstGap;
        }
    }

    /** Requests tails that may not have come. */
    public interface LastSequenceRequests {

        /**
         * Asks a node to say again what it has said since then about its last numbers.
         *
         * @param notSaid is called, on the inbox's turn, if that could not be sent
         */
        void request(Incarnation node, long since, Runnable notSaid);

        /** Whether a node is there, and can be asked. */
        boolean isKnown(Incarnation node);

        /** Asks a node for the tails of these streams. Returns false if nothing can be sent now. */
        boolean request(Incarnation node, List<Long> streams);

        /** A channel may bring nothing, although its link does. */
        void suspect(String channel);

        /** Sees to it that {@link #reviewAwaited} is called once more, after a moment. */
        void reviewLater(Duration moment);
    }

    private final Duration lateTail;
    private final Duration silence;
    private final BiConsumer<String, Incarnation> lacking;
    private final LastSequenceRequests lastSequenceRequests;
    private final LongConsumer unheardSince;
    private final AwaitedFrames awaited;
    private final Duration moment;
    private long backAt;
    /** When a channel was confirmed for the first time. */
    private @Nullable Long begunAt;

    /**
     * Nothing heard yet.
     *
     * @param mostBytes that the numbers of other nodes' frames may take
     * @param lateTail how long after a frame its tail comes at the latest
     * @param silence after which a node is given up
     * @param lacking is told of each channel on which frames of a node did not come
     * @param tailRequests asks nodes for tails that may not have come
     * @param unheardSince is told, when lost channels are back, since when tails may not have come
     */
    public LossDetector(
            Execution execution,
            Counters counters,
            long mostBytes,
            Duration lateTail,
            Duration silence,
            Function<Incarnation, Optional<NodeInfo>> nodes,
            Consumer<Loss> listener,
            BiConsumer<String, Incarnation> lacking,
            LastSequenceRequests lastSequenceRequests,
            LongConsumer unheardSince) {
        this.execution = execution;
        this.lateTail = lateTail;
        this.silence = silence;
        this.lacking = lacking;
        this.lastSequenceRequests = lastSequenceRequests;
        this.unheardSince = unheardSince;
        this.nodes = nodes;
        this.heartbeatHistory = new HeartbeatHistory();
        this.sequenceTracker = new SequenceTracker(execution, heartbeatHistory, counters, mostBytes);
        this.losses = new Losses(execution, counters, listener);
        this.repeated = counters.of(Counters.FRAMES_REPEATED);
        this.moment = lateTail.dividedBy(8);
        this.awaited = new AwaitedFrames(execution, moment, new Lacking());
    }

    /** A node says up to which numbers frames of it have left. */
    public void told(Incarnation from, List<ChannelSequence> numbers) {
        boolean isNews = false;
        for (ChannelSequence last : numbers) {
            String channel = byHash.get(last.channel());
            if (channel != null) {
                long leftAt = execution.now() - Duration.ofMillis(last.millis()).toNanos();
                isNews |= awaited.told(channel, from, last, leftAt);
            }
        }
        if (isNews) {
            lastSequenceRequests.reviewLater(moment);
        }
    }

    /** A moment has passed since somebody said what has left, and has not come here. */
    public void reviewAwaited() {
        awaited.review();
    }

    /** What is said of frames that have left, against what has come. */
    private final class Lacking implements AwaitedFrames.Listener {

        @Override
        public boolean isLacking(Awaited frames) {
            return sequenceTracker.lacks(
                    frames.channel(), frames.from(), frames.stream(), frames.number(), frames.leftAt());
        }

        @Override
        public boolean isHeard(String channel) {
            return confirmedAt.containsKey(channel);
        }

        @Override
        public boolean isThere(Incarnation node) {
            return lastSequenceRequests.isKnown(node);
        }

        @Override
        public boolean request(Incarnation node, List<Awaited> frames) {
            return lastSequenceRequests.request(
                    node, frames.stream().map(Awaited::stream).toList());
        }

        @Override
        public void suspect(String channel) {
            lastSequenceRequests.suspect(channel);
        }

        @Override
        public void givenUp(Incarnation node, List<Awaited> frames) {
            long since = frames.stream()
                    .map(one -> sequenceTracker.completeUntil(one.channel(), node, one.stream()))
                    .min((a, b) -> Long.signum(a - b))
                    .orElseThrow();
            Set<String> concerned = frames.stream().map(Awaited::channel).collect(Collectors.toSet());
            missed(node, concerned, since);
            concerned.forEach(channel -> lacking.accept(channel, node));
        }
    }

    /**
     * A frame of another node came. Returns whether its messages are news.
     *
     * @param cameAt when, at the earliest
     */
    public boolean takes(String channel, Frame header, long cameAt) {
        SequenceTracker.Verdict verdict = sequenceTracker.heard(channel, header, cameAt);
        Unproven inQuestion = unproven.get(header.from());
        if (inQuestion != null) {
            inQuestion.cameLast = execution.now();
        }
        if (verdict instanceof SequenceTracker.Repeated) {
            repeated.increment();
            return false;
        }
        if (verdict instanceof SequenceTracker.Gap gap) {
            gap(channel, header.from(), gap.frames(), gap.since());
            if (channels.getOrDefault(channel, NOBODY).isEveryone()) {
                doubt(header.from(), new Doubt(heartbeatHistory.last(header.from()), gap.since()));
                requestTailsAfterGap(header.from(), gap.since());
            }
        }
        return !header.isTail();
    }

    /**
     * Frames for the namespace did not come, and may have held heartbeats: with those that came, marks say nothing on channels that are
     * younger. These may be many, and anyone can leave out a number: the first is told at once, and what follows with the next heartbeat.
     */
    private void doubt(Incarnation from, Doubt doubt) {
        Optional<Incarnation> whose = Optional.of(from);
        if (hasDoubted) {
            boolean isOneTooMany = doubts.size() >= MOST_IN_DOUBT && !doubts.containsKey(whose);
            doubts.merge(isOneTooMany ? Optional.empty() : whose, doubt, Doubt::plus);
        } else {
            hasDoubted = true;
            tell(whose, doubt);
        }
    }

    private void tell(Optional<Incarnation> whose, Doubt doubt) {
        List<Target> young = standFor(sequenceTracker.subscribedSince(doubt.lastBeat())).stream()
                .filter(target -> !target.isEveryone())
                .toList();
        if (!young.isEmpty()) {
            losses.possible(young, whose.map(this::known), doubt.since(), execution.now());
        }
    }

    private void tellWhatIsInDoubt() {
        doubts.forEach(this::tell);
        doubts.clear();
        hasDoubted = false;
    }

    /**
     * Frames of a node for the namespace did not come. The node is asked for its tails, which show by numbers what is missing. If the gaps
     * do not end, its tails are not waited for.
     */
    private void requestTailsAfterGap(Incarnation from, long since) {
        long now = execution.now();
        Unproven known = unproven.get(from);
        if (known != null && now - known.firstGap > lateTail.plus(silence).toNanos()) {
            tellUnproven(from);
            known = null;
        }
        if (known == null) {
            known = new Unproven(since, now);
            unproven.put(from, known);
            if (unproven.size() > MOST_UNPROVEN) {
                tellUnproven(unproven.keySet().iterator().next());
            }
        }
        known.lastGap = now;
        boolean isRequested = known.requestsDue > 0;
        known.requestsDue = REQUESTS;
        if (!isRequested) {
            requestTails(from, known);
        }
    }

    private void requestTails(Incarnation from, Unproven what) {
        what.requestsDue--;
        lastSequenceRequests.request(from, what.since, () -> what.requestsDue++);
    }

    /** The tails of a node will not come: what they would have shown is a possible loss on all channels. */
    private void tellUnproven(Incarnation from) {
        Unproven what = unproven.remove(from);
        if (what != null && (what.requestsDue > 0 || execution.now() - what.lastGap < lateTail.toNanos())) {
            doubt(from, new Doubt(HeartbeatHistory.NEVER, what.since - lateTail.toNanos()));
        }
    }

    private void reviewUnproven() {
        long now = execution.now();
        // Later gaps belong to the first one for so long.
        long memory = lateTail.plus(silence).toNanos();
        unproven.entrySet().removeIf(one -> now - one.getValue().lastGap > memory && isSettled(one));
        unproven.forEach((from, what) -> {
            if (what.requestsDue > 0) {
                requestTails(from, what);
            }
        });
    }

    /**
     * Whether the node was heard for long enough after its last gap, or will never be given up. A node that fell silent before that may be
     * given up late: while this node receives nothing, it gives up nobody.
     */
    private boolean isSettled(Map.Entry<Incarnation, Unproven> one) {
        Unproven what = one.getValue();
        boolean isAnswered = what.requestsDue == 0 && what.cameLast - what.lastGap >= lateTail.toNanos();
        return isAnswered || nodes.apply(one.getKey()).isEmpty();
    }

    /** A node has said goodbye. It sends no tails any more. */
    public void left(Incarnation node) {
        tellUnproven(node);
    }

    /** A frame of another node came, and cannot be read: what it said is lost here. Returns whether that is news. */
    public boolean takesUnread(String channel, Frame outline, long cameAt) {
        Long last = sequenceTracker.cameLast(channel, outline);
        long before = last != null ? last : confirmedAt.getOrDefault(channel, cameAt);
        boolean isNews = takes(channel, outline, cameAt);
        if (isNews) {
            unread.merge(
                    new Unread(channel, outline.from()),
                    new Unreadable(1, Execution.earlier(before, cameAt)),
                    Unreadable::plus);
        }
        return isNews;
    }

    private void tellWhatIsUnread() {
        unread.forEach((which, frames) -> gap(which.channel(), which.from(), frames.frames(), frames.since()));
        unread.clear();
    }

    private void gap(String channel, Incarnation from, long frames, long since) {
        Target concerned = channels.getOrDefault(channel, NOBODY);
        losses.gap(concerned, Optional.of(known(from)), frames, since);
        lacking.accept(channel, from);
    }

    /** A sender whose name is not known (yet, or any more) has an identity all the same. */
    private NodeInfo known(Incarnation node) {
        return nodes.apply(node).orElseGet(() -> new PeerInfo(node.toString(), "?", NodeInfo.Status.SUSPECT));
    }

    /** A frame with a heartbeat came on the namespace's channel, for the first time, then. */
    public void beat(Frame header, long at) {
        heartbeatHistory.heard(header.from(), header.number(), at);
    }

    public void confirmed(String channel, Target standsFor, long at) {
        if (channels.put(channel, standsFor) == null) {
            byHash.put(ChannelNames.shortHash(channel), channel);
        }
        confirmedAt.put(channel, at);
        begunAt = begunAt == null ? at : begunAt;
        sequenceTracker.confirmed(channel, at);
        Long alone = lostAlone.remove(channel);
        if (alone != null) {
            outages.merge(channel, new Outage(alone, at, null), this::joined);
            losses.possible(List.of(standsFor), Optional.empty(), alone, at);
        }
        Long since = lost.remove(channel);
        if (since != null) {
            back.put(channel, since);
            outages.merge(channel, new Outage(since, at, null), this::joined);
            backAt = at;
            if (lost.isEmpty()) {
                tellWhatIsBack();
            }
        }
    }

    /** Between two outages that follow each other soon there was no time for tails to be said again. */
    private Outage joined(Outage before, Outage now) {
        long between = now.since() - before.until();
        if (between < lateTail.toNanos()) {
            return new Outage(before.since(), now.until(), before.before());
        }
        // A node that was heard between them last may not have been given up yet.
        boolean matters = between < lateTail.plus(silence).toNanos();
        return new Outage(now.since(), now.until(), matters ? before : null);
    }

    public void lost(String channel, long lastAlive) {
        tellWhatIsBack();
        Long confirmed = confirmedAt.remove(channel);
        lost.putIfAbsent(channel, confirmed == null ? lastAlive : Execution.later(confirmed, lastAlive));
    }

    /** A channel brought nothing since then, although its link did. */
    public void lostAlone(String channel, long lastHeard) {
        Long confirmed = confirmedAt.remove(channel);
        lostAlone.put(channel, confirmed == null ? lastHeard : Execution.later(confirmed, lastHeard));
    }

    /** The channel was given up. */
    public void forget(String channel) {
        unread.keySet().removeIf(which -> which.channel().equals(channel));
        sequenceTracker.forget(channel);
        if (channels.remove(channel) != null) {
            byHash.remove(ChannelNames.shortHash(channel));
        }
        confirmedAt.remove(channel);
        lost.remove(channel);
        lostAlone.remove(channel);
        back.remove(channel);
        outages.remove(channel);
    }

    /** Whether numbers of other nodes' frames are forgotten for lack of room. Asked once per heartbeat. */
    public boolean isShort() {
        return sequenceTracker.isShort();
    }

    /** What the numbers of other nodes' frames take. */
    public long bytes() {
        return sequenceTracker.bytes();
    }

    /** A heartbeat's time has passed: what is back is told, whether the rest is or not. */
    public void beat() {
        tellWhatIsBack();
        tellWhatIsUnread();
        tellWhatIsInDoubt();
        reviewUnproven();
        reviewAwaited();
    }

    private void tellWhatIsBack() {
        if (!back.isEmpty()) {
            long since =
                    back.values().stream().min((a, b) -> Long.signum(a - b)).orElseThrow();
            losses.possible(standFor(back.keySet()), Optional.empty(), since, backAt);
            back.clear();
            unheardSince.accept(since);
        }
    }

    /** A node was silent for too long. With it may have died the tails of what it had sent just before. */
    public void givenUp(Incarnation node, NodeInfo known, long lastHeard) {
        Map<String, Long> heardOn = sequenceTracker.completeUntil(node);
        long provenBy = withoutGapUntil(unproven.remove(node), lastHeard);
        long since = heardOn.entrySet().stream()
                .map(heard -> Execution.later(heard.getValue(), provenUntil(heard.getKey(), provenBy)))
                .min((a, b) -> Long.signum(a - b))
                .orElse(lastHeard);
        losses.possible(
                standFor(heardOn.keySet()), Optional.of(known), Execution.earlier(since, lastHeard), execution.now());
    }

    /** Until when a node's tails came, if it was heard last then: those after a gap may not have been sent again. */
    private long withoutGapUntil(@Nullable Unproven what, long lastHeard) {
        boolean isUnanswered = what != null && what.lastGap - (lastHeard - lateTail.toNanos()) > 0;
        return what != null && isUnanswered ? Execution.earlier(what.since, lastHeard) : lastHeard;
    }

    /** Until when the tails of a node, which was heard last then, would have shown that something lacks on a channel. */
    private long provenUntil(String channel, long lastHeard) {
        Long lostSince = lost.get(channel);
        long heard = lostSince == null ? lastHeard : Execution.earlier(lostSince, lastHeard);
        for (Outage outage = outages.get(channel); outage != null; outage = outage.before()) {
            if (outage.until() - (heard - lateTail.toNanos()) > 0) {
                heard = Execution.earlier(heard, outage.since());
            }
        }
        return heard - lateTail.toNanos();
    }

    /** A node does not come back. */
    public void forget(Incarnation node) {
        unproven.remove(node);
        sequenceTracker.forget(node);
    }

    /** This process stood still for so long that others may have given it up. */
    public void stoodStill(long since) {
        losses.possible(List.of(Target.everyone()), Optional.empty(), since, execution.now());
    }

    /** Frames of a node that nobody could vouch for were dropped. */
    public void missed(Incarnation from, Set<String> names, long since) {
        losses.possible(standFor(names), Optional.of(known(from)), since, execution.now());
    }

    /** When this node began to listen, whatever outages there have been since. */
    public long begunAt() {
        return begunAt == null ? execution.now() : begunAt;
    }

    /** What a node has sent since then may not have come, on whatever channel. */
    public void missed(Incarnation from, long since) {
        missed(from, channels.keySet(), since);
    }

    /** Since when the channel is heard that has been heard for the longest; what left before is nobody's here. */
    public long listensSince() {
        long now = execution.now();
        return now
                - confirmedAt.values().stream().mapToLong(at -> now - at).max().orElse(0);
    }

    private List<Target> standFor(Collection<String> names) {
        return names.stream().map(channels::get).filter(Objects::nonNull).toList();
    }
}
