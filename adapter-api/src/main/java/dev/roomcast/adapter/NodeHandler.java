package dev.roomcast.adapter;

import java.util.concurrent.CompletionStage;

/**
 * What a server does when a node of its cluster, perhaps this one, speaks to all servers.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one call after the other; what takes long is to be done elsewhere.
 */
@FunctionalInterface
public interface NodeHandler {

    /**
     * Answers a {@linkplain Cluster#request request}.
     *
     * @param from the node that asks
     * @param request what it asks
     * @return the answer; if it fails, or this throws, the asking node is told why, and counts this node as missing
     * @throws Exception what kept it from answering
     */
    CompletionStage<Packet> handle(NodeInfo from, Packet request) throws Exception;

    /**
     * Hears what was {@linkplain Cluster#emit emitted}, which nobody waits for. By default as a request whose answer is of no
     * interest.
     *
     * @param from the node that emitted it
     * @param packet what it said
     * @throws Exception is counted and logged
     */
    default void received(NodeInfo from, Packet packet) throws Exception {
        handle(from, packet);
    }
}
