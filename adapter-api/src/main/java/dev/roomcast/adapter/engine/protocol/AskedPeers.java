package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.query.ScatterGather;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.runtime.Failures;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The other nodes as those that queries are sent to. */
final class AskedPeers implements ScatterGather.Others {

    private final Peers peers;
    private final MeetingState meeting;
    private final SelfIntroduction introduction;
    private final MessageSender sender;
    private final ProtocolSchedule schedule;
    private final BrokerLinks links;

    AskedPeers(
            Peers peers,
            MeetingState meeting,
            SelfIntroduction introduction,
            MessageSender sender,
            ProtocolSchedule schedule,
            BrokerLinks links) {
        this.peers = peers;
        this.meeting = meeting;
        this.introduction = introduction;
        this.sender = sender;
        this.schedule = schedule;
        this.links = links;
    }

    @Override
    public @Nullable Map<Incarnation, PeerInfo> met() {
        return meeting.hasMetAll() ? peers.snapshot() : null;
    }

    @Override
    public Map<Incarnation, PeerInfo> known() {
        return peers.snapshot();
    }

    @Override
    public int count() {
        return peers.size();
    }

    @Override
    public boolean isKnown(Incarnation node) {
        return peers.isKnown(node);
    }

    @Override
    public @Nullable Throwable trouble() {
        Throwable trouble = links.hasWorked() ? links.trouble() : null;
        return trouble == null && meeting.isLeftOut() ? meeting.whyLeftOut() : trouble;
    }

    @Override
    public CompletionStage<?> say(Message message) {
        // It may come back before this returns.
        long before = schedule.now();
        CompletionStage<?> published = publish(sender.namespace(), message);
        sender.expectBack(before, published);
        return published;
    }

    @Override
    public CompletionStage<?> say(Incarnation to, Message message) {
        return publish(sender.node(to), message);
    }

    /** What cannot be sent is no failed packet of the application's. */
    private CompletionStage<?> publish(PublishChannel channel, Message message) {
        Throwable why = sender.refusal();
        return why == null
                ? introduction.publish(channel, message)
                : CompletableFuture.failedStage(Failures.notSent(channel.name(), why));
    }
}
