package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Named;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One hello and the answers to it. The round is complete under two conditions: a short wait has passed since the hello
 * came back to its sender, and every node that was known before, or that an answer names, has sent a frame itself, has
 * left or has timed out. An answer names nodes, or gives the hash of a set of nodes; then all nodes of that set must be
 * known by name. A complete round stays complete. On the inbox's turn.
 */
public final class HelloRound {

    private final long id;
    private final Set<Incarnation> answered = new HashSet<>();
    private final Set<Incarnation> awaited = new HashSet<>();
    private final AnsweredSets sets;
    private boolean echoed;
    private boolean settled;
    private boolean isInDoubt;
    private boolean isRepeated;

    public HelloRound(long id) {
        this.id = id;
        this.sets = new AnsweredSets(id);
    }

    public long id() {
        return id;
    }

    /** Returns whether this is the first echo. */
    public boolean echo() {
        boolean first = !echoed;
        echoed = true;
        return first;
    }

    public boolean isEchoed() {
        return echoed;
    }

    public void settle() {
        settled = true;
        clearIfComplete();
    }

    /** A node has been heard itself. */
    public void answer(Incarnation from) {
        awaited.remove(from);
        if (!isComplete()) {
            answered.add(from);
        }
        clearIfComplete();
    }

    /** What is named after the round is complete is no reason to doubt it again. */
    public void named(Incarnation node) {
        if (!isComplete() && !answered.contains(node)) {
            awaited.add(node);
        }
    }

    /** This node knows a set of nodes, each of which is awaited or has been heard. */
    public void know(long hash) {
        if (!isComplete()) {
            sets.know(hash);
            clearIfComplete();
        }
    }

    /** A node has answered with the hash of the nodes that it receives, and with the names of some or all of them if it was asked for them. */
    public void answer(Incarnation from, long hash, List<Named> names, long now) {
        if (!isComplete()) {
            sets.answer(from, hash, names, now);
            clearIfComplete();
        }
    }

    public void gone(Incarnation node) {
        if (!isComplete()) {
            awaited.remove(node);
            answered.remove(node);
            isInDoubt |= sets.gone(node);
            clearIfComplete();
        }
    }

    /**
     * Whether another hello is to be said: a node that is gone has answered with a set that nobody can name any more; or, once, there are more
     * sets without names than nodes are asked one by one, because these have met while they answered.
     */
    public boolean needsAnother(int mostAsked) {
        return settled && (isInDoubt || !isRepeated && sets.size() > mostAsked);
    }

    /** Another hello is said, with its own echo and its own wait. */
    public void repeat() {
        echoed = false;
        settled = false;
        isInDoubt = false;
        isRepeated = true;
    }

    /** Whether a node is to be asked for the names that it knows. */
    public boolean lacksNames() {
        return settled && sets.size() > 0 && !sets.isAsking();
    }

    /** Whom to ask, who counts as asked from now on. */
    public Optional<Incarnation> ask() {
        return settled ? sets.ask() : Optional.empty();
    }

    /** Whether a node was asked last, and its set is still open. */
    public boolean isAsking(Incarnation node) {
        return sets.isAsking(node);
    }

    /** Sets of which no node tells the names for so long are waited for no more. */
    public void expire(long now, long patience) {
        if (!isComplete()) {
            sets.expire(now, patience);
            clearIfComplete();
        }
    }

    /** This node itself stood still for so long. */
    public void forgive(long nanos) {
        sets.forgive(nanos);
    }

    /** A set that need not be named any more. */
    public long known() {
        return sets.latest();
    }

    public boolean isComplete() {
        return settled && awaited.isEmpty() && sets.size() == 0 && !isInDoubt;
    }

    /** The round stays for as long as this node can hear, and many more may come and go meanwhile. */
    private void clearIfComplete() {
        if (isComplete()) {
            answered.clear();
            sets.clear();
        }
    }
}
