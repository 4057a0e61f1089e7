package dev.roomcast.adapter;

import java.util.concurrent.CompletionStage;

/**
 * Answers the requests that a node of the cluster, perhaps this one, sends to the servers.
 *
 * <p><b>Threading.</b> Called on a thread of the adapter, one call after the other; work that takes long must be done
 * on other threads.
 */
@FunctionalInterface
public interface NodeHandler {

    /**
     * Answers a {@linkplain Cluster#request request}.
     *
     * @param from the node that asks
     * @param request the request
     * @return the answer; if it fails, or this throws, the asking node receives the reason, and counts this node as
     *     missing
     * @throws Exception if it cannot answer
     */
    CompletionStage<Packet> handle(NodeInfo from, Packet request) throws Exception;
}
