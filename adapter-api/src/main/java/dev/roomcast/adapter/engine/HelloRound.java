package dev.roomcast.adapter.engine;

import java.util.HashSet;
import java.util.Set;

/**
 * One hello and the answers to it: complete when a short wait has passed since the hello's own echo, and every node that was known
 * before, or named in an answer, has been heard itself, left or timed out. Once complete, it stays so. On the inbox's turn.
 */
final class HelloRound {

    private final long id;
    private final Set<Incarnation> answered = new HashSet<>();
    private final Set<Incarnation> awaited = new HashSet<>();
    private boolean echoed;
    private boolean settled;

    HelloRound(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /** Returns whether this is the first echo. */
    boolean echo() {
        boolean first = !echoed;
        echoed = true;
        return first;
    }

    boolean isEchoed() {
        return echoed;
    }

    void settle() {
        settled = true;
    }

    void answer(Incarnation from) {
        awaited.remove(from);
        if (isComplete()) {
            // The round stays for as long as this node can hear, and many more may come and go meanwhile.
            answered.clear();
        } else {
            answered.add(from);
        }
    }

    /** What is named after the round is complete is no reason to doubt it again. */
    void named(Incarnation node) {
        if (!isComplete() && !answered.contains(node)) {
            awaited.add(node);
        }
    }

    void gone(Incarnation node) {
        awaited.remove(node);
        answered.remove(node);
    }

    boolean isComplete() {
        return settled && awaited.isEmpty();
    }
}
