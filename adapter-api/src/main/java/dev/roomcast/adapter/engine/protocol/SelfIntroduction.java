package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Naming;
import dev.roomcast.adapter.engine.codec.Message.Proof;
import dev.roomcast.adapter.engine.publish.PublishChannel;
import dev.roomcast.adapter.engine.receive.Coalescer;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.runtime.Parts;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * Introduces this node to the others: answers hellos, requests for names and challenges. Many hellos at once are answered together. On
 * the inbox's turn, but for {@link #publish}.
 */
final class SelfIntroduction {

    /** In an answer to a hello of an earlier release: the others name themselves. */
    private static final int MOST_NAMED = 1_000;
    /** Whole lists of nodes between two heartbeats. Requests are spread over all nodes; a node that gets no list asks another one. */
    private static final int MOST_LISTS = 64;

    private final LocalIdentity identity;
    private final Peers peers;
    private final MessageSender sender;
    private final FrameWriter frameWriter;
    private final ProtocolSchedule schedule;
    private final Coalescer answers;
    /** Whether nodes that are known have not been answered yet. Written on the turn. */
    private volatile boolean isDue;
    /** Whether the answer to a hello could not be published. */
    private boolean isAnswerOwed;

    /** Of nodes, since the last heartbeat. */
    private int listsSent;

    SelfIntroduction(
            LocalIdentity identity,
            Peers peers,
            MessageSender sender,
            FrameWriter frameWriter,
            ProtocolSchedule schedule) {
        this.identity = identity;
        this.peers = peers;
        this.sender = sender;
        this.frameWriter = frameWriter;
        this.schedule = schedule;
        this.answers =
                new Coalescer(schedule.execution(), schedule.inbox(), schedule.window(), peers::size, this::answerAll);
    }

    /** A heartbeat's time has passed. */
    void beat() {
        listsSent = 0;
    }

    /** The hash of the nodes that this node receives, itself among them. */
    long receivedHash() {
        return identity.addedTo(peers.receivedHash());
    }

    // ---- answers to hellos

    /** A hello came. Returns whether it is answered by itself; if not, it is answered soon, together with others. */
    boolean isAnsweredAlone(Hello hello) {
        boolean isAlone = hello.naming() == Naming.LIST || answers.isAlone();
        isDue |= !isAlone;
        return isAlone;
    }

    /** Answers a hello that is answered by itself. */
    void answer(Incarnation from, Hello hello) {
        if (hello.naming() == Naming.LIST) {
            list(from, hello.round(), peers.received(MOST_NAMED), OptionalLong.empty());
        } else if (sender.canPublish()) {
            Message answer = identity.welcome(hello.round(), List.of(), OptionalLong.of(receivedHash()));
            sender.ifNotPublished(sender.publish(sender.node(from), answer), this::oweAnswer);
        } else {
            oweAnswer();
        }
    }

    /** All are answered as soon as the broker takes frames: the node would take this one for unknown until its next heartbeat. */
    private void oweAnswer() {
        isAnswerOwed = true;
        isDue = true;
    }

    /** Answers the hellos of many nodes. */
    private void answerAll() {
        if (!sender.canPublish()) {
            oweAnswer();
            return;
        }
        isAnswerOwed = false;
        if (!schedule.isClosed()) {
            sender.sendToAll(identity.welcome(0, List.of(), OptionalLong.of(receivedHash())));
        }
        isDue = false;
    }

    /** Sends the answers that could not be published before. */
    void answerOwed() {
        if (isAnswerOwed) {
            answerAll();
        }
    }

    // ---- other answers

    /** Names the nodes that this node receives, unless the sender of the request knows just these. */
    void answer(Incarnation from, NamesRequest request) {
        long hash = receivedHash();
        if (request.known() == hash) {
            sender.sendTo(from, identity.welcome(request.round(), List.of(), OptionalLong.of(hash)));
        } else if (listsSent < MOST_LISTS) {
            listsSent++;
            list(from, request.round(), peers.received(Integer.MAX_VALUE), OptionalLong.of(hash));
        }
    }

    /** In as many messages as it takes. */
    private void list(Incarnation to, long round, List<Named> named, OptionalLong hash) {
        for (List<Named> part : Parts.of(named, one -> 3 * one.name().length() + 32, sender.frameBudget())) {
            sender.sendTo(to, identity.welcome(round, part, hash));
        }
    }

    /** Shows that this node lives. */
    void answer(Incarnation from, Challenge challenge) {
        sender.sendTo(from, new Proof(challenge.number(), frameWriter.departures()));
    }

    // ---- on any thread

    /** Publishes a message behind an introduction, if one is due: a node that has not been answered yet would ignore the message. */
    CompletionStage<?> publish(PublishChannel channel, Message message) {
        introduceOn(channel);
        return sender.publish(channel, message);
    }

    /** Introduces this node on a channel, if that is due. */
    void introduceOn(PublishChannel channel) {
        if (isDue && sender.canPublish()) {
            sender.publish(channel, identity.welcome(0, List.of(), OptionalLong.empty()));
        }
    }
}
