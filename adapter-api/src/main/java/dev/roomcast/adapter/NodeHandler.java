package dev.roomcast.adapter;

import java.util.concurrent.CompletionStage;

/**
 * How a server answers when a node of its cluster, perhaps this one, asks the servers.
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
}
