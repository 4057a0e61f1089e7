package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.query.QueryHandler;
import dev.roomcast.adapter.engine.query.ScatterGather;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.runtime.Counters;

/** Hands over what applications send to each other: packets to deliver, queries to answer, and answers. On the inbox's turn. */
final class ApplicationMessages {

    private final LocalNode local;
    private final QueryHandler queryHandler;
    private final ScatterGather scatterGather;
    private final Peers peers;
    private final MessageSender sender;
    private final Counters counters;

    ApplicationMessages(
            LocalNode local,
            QueryHandler queryHandler,
            ScatterGather scatterGather,
            Peers peers,
            MessageSender sender,
            Counters counters) {
        this.local = local;
        this.queryHandler = queryHandler;
        this.scatterGather = scatterGather;
        this.peers = peers;
        this.sender = sender;
        this.counters = counters;
    }

    void broadcast(Broadcast broadcast) {
        counters.add(Counters.PACKETS_RECEIVED);
        local.received(broadcast.target(), broadcast.packet());
    }

    void emitted(Incarnation from, Emitted emitted) {
        peers.known(from).ifPresent(known -> local.inOrder(() -> queryHandler.emitted(known, emitted.packet())));
    }

    /** An unknown sender gets no answer: a node that may ask has sent a hello or a heartbeat. */
    void queryRequest(Incarnation from, QueryRequest request) {
        if (!peers.isNamed(from)) {
            return;
        }
        // Not the whole request, which may be large, for as long as it is open.
        long question = request.question();
        peers.known(from)
                .ifPresent(known -> queryHandler.received(
                        known,
                        request.query(),
                        (part, parts, result) ->
                                sender.sendLaterTo(from, new QueryResponse(question, part, parts, result))));
    }

    void queryResponse(Incarnation from, QueryResponse response) {
        scatterGather.found(response.question(), from, response.part(), response.parts(), response.queryResult());
    }
}
