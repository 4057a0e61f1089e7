package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.ResendLastSequences;
import dev.roomcast.adapter.engine.receive.Coalescer;
import dev.roomcast.adapter.engine.receive.LossDetector;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Parts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks other nodes for the last numbers of their frames, which show whether some are missing here. On the inbox's turn. */
final class LastSequenceRequester implements LossDetector.LastSequenceRequests {

    /** How often all nodes are asked after an outage. */
    private static final int REQUESTS_PER_OUTAGE = 2;

    /** The last numbers that a node has sent since a moment are to be requested. */
    private record RequestOfOne(long since, Runnable onNotSent) {}

    private final Peers peers;
    private final MessageSender sender;
    private final LastSequenceSender ownSequences;
    private final ChannelProbes channelProbes;
    private final ProtocolSchedule schedule;
    private final Runnable reviewAwaited;
    private final Coalescer requests;
    /** To many nodes, which are asked together. */
    private final List<RequestOfOne> collected = new ArrayList<>();
    /** Since when last numbers of others may not have come. */
    private long unreceivedSince;
    /** How often that is still to be sent. */
    private int requestsDue;

    /** @param reviewAwaited looks at what the loss detector awaits */
    LastSequenceRequester(
            Peers peers,
            MessageSender sender,
            LastSequenceSender ownSequences,
            ChannelProbes channelProbes,
            ProtocolSchedule schedule,
            Runnable reviewAwaited) {
        this.peers = peers;
        this.sender = sender;
        this.ownSequences = ownSequences;
        this.channelProbes = channelProbes;
        this.schedule = schedule;
        this.reviewAwaited = reviewAwaited;
        this.requests = new Coalescer(
                schedule.execution(), schedule.inbox(), schedule.window(), peers::size, this::requestOfAll);
    }

    // ---- after an outage

    /**
     * Channels are back that were lost. All nodes are asked now, and again with the next heartbeat: a node that has come back from the same
     * outage a moment later did not receive the first request. What was sent to this node meanwhile needs no repetition, and what
     * this node has sent may not have been received either.
     */
    void outageEnded(long since) {
        unreceivedSince = requestsDue > 0 ? Execution.earlier(unreceivedSince, since) : since;
        requestsDue = REQUESTS_PER_OUTAGE;
        ownSequences.resendSince(since);
        sendDue();
    }

    /** Sends the request that is due after an outage, if the broker takes frames. */
    void sendDue() {
        if (requestsDue > 0 && sender.canPublish()) {
            requestsDue--;
            sender.sendToAll(resendSince(unreceivedSince));
        }
    }

    private ResendLastSequences resendSince(long moment) {
        return new ResendLastSequences(Duration.ofNanos(schedule.now() - moment).toMillis());
    }

    // ---- for the loss detector

    @Override
    public void request(Incarnation node, long since, Runnable onNotSent) {
        if (!peers.isKnown(node)) {
            return;
        }
        if (!sender.canPublish()) {
            onNotSent.run();
            return;
        }
        if (requests.isAlone()) {
            sender.ifNotPublished(sender.publish(sender.node(node), resendSince(since)), onNotSent);
        } else {
            collected.add(new RequestOfOne(since, onNotSent));
        }
    }

    private void requestOfAll() {
        List<RequestOfOne> all = List.copyOf(collected);
        collected.clear();
        if (schedule.isClosed()) {
            return;
        }
        Runnable onNotSent = () -> all.forEach(one -> one.onNotSent().run());
        if (!sender.canPublish()) {
            onNotSent.run();
            return;
        }
        long since = all.stream()
                .mapToLong(RequestOfOne::since)
                .reduce(Execution::earlier)
                .orElseThrow();
        sender.ifNotPublished(sender.publishToAll(resendSince(since)), onNotSent);
    }

    @Override
    public boolean isKnown(Incarnation node) {
        return peers.isKnown(node);
    }

    @Override
    public boolean request(Incarnation node, List<Long> streams) {
        boolean canSend = sender.refusal() == null;
        if (canSend) {
            Parts.of(streams, stream -> ChannelSequence.BYTES, sender.frameBudget())
                    .forEach(part -> sender.sendTo(node, new LastSequenceRequest(part)));
        }
        return canSend;
    }

    @Override
    public void suspect(String channel) {
        channelProbes.suspect(channel);
    }

    @Override
    public void reviewLater(Duration moment) {
        schedule.after(moment, () -> {
            if (!schedule.isClosed()) {
                reviewAwaited.run();
            }
        });
    }
}
