package dev.roomcast.adapter;

import java.util.Set;

/**
 * The answers of several nodes, of which some may be missing. The caller chooses explicitly: {@link #all()} or
 * {@link #some()}.
 *
 * @param <T> the type of the combined answers
 */
public interface Gathered<T> {

    /**
     * The answer, if it is complete.
     *
     * @return the answers of all nodes
     * @throws AdapterException as {@link AdapterException.Outcome#INCOMPLETE}, naming the missing nodes, if it is not
     *     complete
     */
    T all();

    /**
     * The part of the answer that has arrived.
     *
     * @return this node's part and those of the nodes that answered
     */
    T some();

    /**
     * The nodes whose answers are missing. An answer may be incomplete although no node is named: until the first hello
     * round is complete, this node does not know which nodes to ask.
     *
     * @return an immutable set, empty if the answer is complete
     */
    Set<NodeInfo> missing();
}
