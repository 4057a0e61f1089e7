package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.engine.codec.Incarnation;
import java.util.HashSet;
import java.util.Set;

/**
 * The other nodes that read messages with last sequence numbers: those that send such messages themselves. Earlier
 * releases do not, and learn of losses before a silence only by the last-sequence frames of channels. On the inbox's
 * turn.
 */
public final class LastSequencesReaders {

    private static final int MOST = 10_000;

    private final Set<Incarnation> readers = new HashSet<>();
    /** Nodes that are known, or were, and have said none. */
    private final Set<Incarnation> others = new HashSet<>();

    /** A node has said last numbers. */
    public void reads(Incarnation node) {
        others.remove(node);
        readers.add(node);
    }

    /** A node that is not known yet has. Against a flood of invented nodes: where many have, it has to say them again once it is known. */
    public void unknownReads(Incarnation node) {
        if (readers.size() < MOST) {
            reads(node);
        }
    }

    /** Returns whether one of these nodes is new and reads none: what was said to it before it was known, it has not read. */
    public boolean addsOther(Set<Incarnation> known) {
        boolean isNew = false;
        for (Incarnation node : known) {
            isNew |= !readers.contains(node) && others.add(node);
        }
        return isNew;
    }

    /** Whether all nodes that may hear this one read them. */
    public boolean areAll() {
        return others.isEmpty();
    }

    /** A node does not come back. */
    public void forget(Incarnation node) {
        others.remove(node);
        readers.remove(node);
    }
}
