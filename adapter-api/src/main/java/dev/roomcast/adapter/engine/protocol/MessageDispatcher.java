package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.Emitted;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import dev.roomcast.adapter.engine.codec.Message.LastSequenceRequest;
import dev.roomcast.adapter.engine.codec.Message.LastSequences;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Probe;
import dev.roomcast.adapter.engine.codec.Message.Proof;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.QueryResponse;
import dev.roomcast.adapter.engine.codec.Message.Receipt;
import dev.roomcast.adapter.engine.codec.Message.ReceiptRequest;
import dev.roomcast.adapter.engine.codec.Message.ResendLastSequences;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Unreceived;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchListRequest;
import dev.roomcast.adapter.engine.codec.Message.WatchVersion;
import dev.roomcast.adapter.engine.codec.Message.Welcome;

/**
 * Passes each decoded message to the object that handles its kind. The context of the visitor is the sender's incarnation. On the
 * inbox's turn.
 */
final class MessageDispatcher implements Message.Visitor<Incarnation> {

    private final ApplicationMessages applications;
    private final PeerIntroductions introductions;
    private final ReceiptExchange receipts;
    private final ReceivedSequences sequences;
    private final PresenceReceiver presence;

    MessageDispatcher(
            ApplicationMessages applications,
            PeerIntroductions introductions,
            ReceiptExchange receipts,
            ReceivedSequences sequences,
            PresenceReceiver presence) {
        this.applications = applications;
        this.introductions = introductions;
        this.receipts = receipts;
        this.sequences = sequences;
        this.presence = presence;
    }

    @Override
    public void broadcast(Incarnation from, Broadcast message) {
        applications.broadcast(message);
    }

    @Override
    public void hello(Incarnation from, Hello message) {
        introductions.hello(from, message);
    }

    @Override
    public void welcome(Incarnation from, Welcome message) {
        introductions.welcome(from, message);
    }

    @Override
    public void heartbeat(Incarnation from, Heartbeat message) {
        introductions.heartbeat(from, message);
        receipts.heartbeat(from, message);
    }

    @Override
    public void goodbye(Incarnation from, Goodbye message) {
        sequences.goodbye(from);
    }

    @Override
    public void queryRequest(Incarnation from, QueryRequest message) {
        applications.queryRequest(from, message);
    }

    @Override
    public void queryResponse(Incarnation from, QueryResponse message) {
        applications.queryResponse(from, message);
    }

    @Override
    public void emitted(Incarnation from, Emitted message) {
        applications.emitted(from, message);
    }

    @Override
    public void watch(Incarnation from, Watch message) {
        presence.watch(from, message);
    }

    @Override
    public void watchList(Incarnation from, WatchList message) {
        presence.watchList(from, message);
    }

    @Override
    public void watchVersion(Incarnation from, WatchVersion message) {
        presence.watchVersion(from, message);
    }

    @Override
    public void watchListRequest(Incarnation from, WatchListRequest message) {
        presence.watchListRequest(from);
    }

    @Override
    public void roomPresence(Incarnation from, RoomPresence message) {
        presence.roomPresence(from, message);
    }

    @Override
    public void challenge(Incarnation from, Challenge message) {
        introductions.challenge(from, message);
    }

    @Override
    public void proof(Incarnation from, Proof message) {
        // Of a node that is verified already.
    }

    @Override
    public void probe(Incarnation from, Probe message) {
        // Of interest to its sender alone.
    }

    @Override
    public void resendLastSequences(Incarnation from, ResendLastSequences message) {
        sequences.resendLastSequences(from, message);
    }

    @Override
    public void receiptRequest(Incarnation from, ReceiptRequest message) {
        receipts.receiptRequest(from);
    }

    @Override
    public void receipt(Incarnation from, Receipt message) {
        receipts.receipt(from);
    }

    @Override
    public void unreceived(Incarnation from, Unreceived message) {
        receipts.unreceived(from, message);
    }

    @Override
    public void namesRequest(Incarnation from, NamesRequest message) {
        introductions.namesRequest(from, message);
    }

    @Override
    public void lastSequence(Incarnation from, LastSequence message) {
        // Only the number of its frame matters.
    }

    @Override
    public void lastSequences(Incarnation from, LastSequences message) {
        sequences.lastSequences(from, message);
    }

    @Override
    public void lastSequenceRequest(Incarnation from, LastSequenceRequest message) {
        sequences.lastSequenceRequest(from, message);
    }
}
