package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.receive.HelloRound;
import dev.roomcast.adapter.engine.receive.Peers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks who is there whenever this node begins to receive, and follows the answers until all nodes have been met. On the inbox's turn. */
final class HelloRounds {

    /** So many nodes, and a part of all, are asked for names one by one; where more disagree all are asked for another answer. */
    private static final int MOST_ASKED = 32;

    private static final int MOST_ASKED_PART = 16;

    private final LocalIdentity identity;
    private final Peers peers;
    private final MessageSender sender;
    private final ProtocolSchedule schedule;
    private final Runnable onComplete;
    /** The last one, since this node receives. */
    private @Nullable HelloRound round;

    /** @param onComplete runs each time it is found that all nodes have been met */
    HelloRounds(
            LocalIdentity identity, Peers peers, MessageSender sender, ProtocolSchedule schedule, Runnable onComplete) {
        this.identity = identity;
        this.peers = peers;
        this.sender = sender;
        this.schedule = schedule;
        this.onComplete = onComplete;
    }

    /** This node receives from now on: all nodes are asked. */
    void begin() {
        HelloRound begun = new HelloRound(schedule.execution().random().getAsLong());
        round = begun;
        peers.snapshot().keySet().forEach(begun::named);
        peersChanged();
        sender.sendToAll(identity.hello(begun.id()));
    }

    /** This node does not receive any more. */
    void end() {
        round = null;
    }

    /** Whether all nodes have been met since this node receives. */
    boolean isComplete() {
        return round != null && round.isComplete();
    }

    /** Sends the hello of a round that is not complete again: another node may not have received when it was sent first. */
    boolean repeat() {
        HelloRound now = round;
        boolean isDue = now != null && !now.isComplete();
        if (now != null && isDue) {
            sender.sendToAll(identity.hello(now.id()));
        }
        return isDue;
    }

    /** This process stood still for so many nanoseconds. */
    void forgive(long nanos) {
        if (round != null) {
            round.forgive(nanos);
        }
    }

    /** Whether the hello of this node has yet to come back. */
    boolean awaitsEcho() {
        return round != null && !round.isEchoed();
    }

    /** A hello of this node came back. What was sent before has reached all that receive, and a short wait for their answers begins. */
    void cameBack(Hello hello) {
        HelloRound asked = round;
        if (asked != null && hello.round() == asked.id() && asked.echo()) {
            schedule.after(schedule.timing().helloWait(), () -> {
                asked.settle();
                review(asked);
            });
        }
    }

    /** Awaits the nodes that an answer names. Returns these. */
    List<Named> named(Welcome welcome) {
        HelloRound now = round;
        // A late answer to an earlier round names no nodes. Otherwise its set would count as named here, and none of
        // its
        // nodes would be awaited.
        if (now == null || now.id() != welcome.round()) {
            return List.of();
        }
        for (Named other : welcome.known()) {
            boolean isSelf = other.incarnation().equals(identity.incarnation());
            if (!isSelf && peers.named(other.incarnation(), other.name())) {
                now.named(other.incarnation());
            }
        }
        return welcome.known();
    }

    /** A node that counts has answered, perhaps with the hash of the nodes that it receives. */
    void answered(Incarnation from, Welcome welcome, List<Named> named) {
        HelloRound now = round;
        if (now != null) {
            welcome.received().ifPresent(hash -> now.answer(from, hash, named, schedule.now()));
        }
    }

    /** A node that counts has introduced itself. Any such message stands for its answer to a hello. */
    void introduced(Incarnation from) {
        HelloRound now = round;
        if (now != null) {
            now.answer(from);
            review(now);
        }
    }

    /** A node is gone, and is waited for no more. */
    void gone(Incarnation node) {
        HelloRound now = round;
        if (now != null) {
            now.gone(node);
            peersChanged();
            review(now);
        }
    }

    /** The set of nodes that this node knows is another one. */
    void peersChanged() {
        if (round != null) {
            round.know(identity.addedTo(peers.knownHash()));
        }
    }

    private void review(HelloRound reviewed) {
        if (reviewed != round) {
            return;
        }
        if (reviewed.needsAnother(MOST_ASKED + peers.size() / MOST_ASKED_PART)) {
            reviewed.repeat();
            repeat();
        } else if (reviewed.lacksNames()) {
            askForNames(reviewed);
        } else if (reviewed.isComplete()) {
            onComplete.run();
        }
    }

    /** Asks one node after the other, while there are nodes that know others than this node does. */
    private void askForNames(HelloRound asking) {
        asking.ask().ifPresent(node -> {
            sender.sendTo(node, new NamesRequest(asking.id(), asking.known()));
            schedule.after(schedule.timing().watch(), () -> {
                asking.expire(schedule.now(), schedule.timing().silence().toNanos());
                if (asking == round && asking.isAsking(node)) {
                    askForNames(asking);
                } else {
                    review(asking);
                }
            });
        });
    }
}
