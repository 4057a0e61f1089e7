package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.ChannelSequence;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import dev.roomcast.adapter.engine.publish.DueLastSequences;
import dev.roomcast.adapter.engine.publish.DueLastSequences.Due;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.receive.LastSequencesReaders;
import dev.roomcast.adapter.engine.runtime.Parts;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Publishes up to which number frames of this node have left on each channel. A node that has not received them all learns of it.
 * On the inbox's turn.
 */
final class LastSequenceSender {

    private final DueLastSequences dueLastSequences;
    private final LastSequencesReaders readers;
    private final MessageSender sender;
    private final ChannelProbes channelProbes;
    private final ProtocolSchedule schedule;
    /** Whether the last heartbeat sent the numbers of those channels alone that had been silent. */
    private boolean busyIsDue;
    /** Whether a node is new, and does not know that this node reads last numbers. */
    private boolean isNewToSomebody;

    LastSequenceSender(
            DueLastSequences dueLastSequences,
            LastSequencesReaders readers,
            MessageSender sender,
            ChannelProbes channelProbes,
            ProtocolSchedule schedule) {
        this.dueLastSequences = dueLastSequences;
        this.readers = readers;
        this.sender = sender;
        this.channelProbes = channelProbes;
        this.schedule = schedule;
    }

    /** Announces to all nodes that this one reads last numbers. */
    void announce() {
        sender.sendToAll(new LastSequences(List.of()));
        isNewToSomebody = true;
    }

    /** A node is new: the next heartbeat announces it to that node as well. */
    void newcomer() {
        isNewToSomebody = true;
    }

    /**
     * A heartbeat's time has passed, and the broker takes frames. Sends the numbers of channels that have been silent since frames left, and
     * every other time those of all, so that a node that receives nothing on a busy channel learns of that. Where there are earlier
     * releases, each channel's number is sent on that channel as well.
     *
     * @param known the other nodes
     */
    void beat(Set<Incarnation> known) {
        if (readers.addsOther(known)) {
            dueLastSequences.unheardSince(
                    schedule.now() - heartbeat().multipliedBy(2).toNanos());
        }
        List<Due> due = busyIsDue ? dueLastSequences.takeAll() : dueLastSequences.takeDue();
        due.forEach(one -> channelProbes.left(
                one.channel().name(), one.leftAt() - heartbeat().dividedBy(2).toNanos()));
        busyIsDue = !busyIsDue;
        if (!due.isEmpty() || isNewToSomebody) {
            isNewToSomebody = false;
            Parts.of(due, one -> ChannelSequence.BYTES, sender.frameBudget()).forEach(this::sendTogether);
        }
        if (!readers.areAll()) {
            due.forEach(this::send);
        }
    }

    private Duration heartbeat() {
        return schedule.timing().heartbeat();
    }

    private void sendTogether(List<Due> due) {
        long now = schedule.now();
        List<ChannelSequence> numbers = due.stream()
                .map(one -> new ChannelSequence(
                        one.channel().hash(),
                        one.channel().stream(),
                        one.channel().lastLeft(),
                        Duration.ofNanos(now - one.leftAt()).toMillis()))
                .toList();
        sender.publish(sender.namespace(), new LastSequences(numbers))
                .whenComplete((done, failure) -> due.forEach(one -> sent(one, failure == null)));
    }

    /** On the channel itself. */
    private void send(Due due) {
        sender.publish(due.channel(), new LastSequence()).whenComplete((done, failure) -> sent(due, failure == null));
    }

    /** What may not have been published is due again. On any thread. */
    private void sent(Due due, boolean isPublished) {
        if (isPublished) {
            dueLastSequences.said(due);
        } else {
            dueLastSequences.left(due.channel());
        }
    }

    /** Sends the numbers of these streams once more, as far as they are remembered. */
    void resend(List<Long> streams) {
        dueLastSequences.said(Set.copyOf(streams)).forEach(this::send);
    }

    /** A node has received nothing since that moment: what was sent since a little before is sent once more with the next heartbeat. */
    void resendSince(long moment) {
        dueLastSequences.unheardSince(moment - heartbeat().toNanos());
    }

    /**
     * The node ends: sends all numbers that are due, since no heartbeat will.
     *
     * @param inFlight channels on which frames are under way
     */
    void sendAll(Collection<PublishChannel> inFlight) {
        Set<PublishChannel> unsent = new LinkedHashSet<>();
        dueLastSequences.takeAll().forEach(due -> unsent.add(due.channel()));
        unsent.addAll(inFlight);
        unsent.forEach(channel -> send(new Due(channel, schedule.now())));
    }
}
