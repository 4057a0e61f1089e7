package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.query.PresenceSource;
import dev.roomcast.adapter.engine.query.PresenceWatcher;
import dev.roomcast.adapter.engine.query.ScatterGather;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What a node uses to take part in its cluster. A method without a remark about threads belongs to the inbox's turn.
 */
public interface Protocol {

    /** Takes reports of what happens in the cluster. On the inbox's turn. */
    interface Listener {

        /** Another node has come, has gone, or stands otherwise. */
        void nodeChanged(PeerInfo node);

        /** Packets were lost, or may have been. */
        void lost(Loss loss);

        /** {@link #hasMetAll}, {@link #isLeftOut} or {@link #impairment} may have changed. */
        void changed();

        /** The broker refuses a channel without which this node cannot take part. */
        void shutOut(String channel, Throwable why);
    }

    // ---- the beginning

    /** Wants the channels between nodes from now on. On the thread that opens the node, before the node is handed out. */
    void want();

    /** Begins to exchange messages. */
    void start();

    /** Begins without others: there can be none. On the thread that opens the node, instead of {@link #want} and {@link #start}. */
    void startAlone();

    // ---- channels

    /**
     * The owner of a subscription to the channel of a room or user. On any thread.
     *
     * @param target the room or user
     * @param onRefused takes why the broker refuses the channel; on the inbox's turn
     */
    Subscription.Owner roomChannel(String channel, Target target, Consumer<Throwable> onRefused);

    /** The channel that all nodes receive; once it is wanted. On any thread. */
    Subscription namespaceChannel();

    /** The broker takes frames again: what was due meanwhile is sent now. */
    void publishingResumed();

    // ---- packets

    /**
     * Publishes a packet to other nodes. On any thread.
     *
     * @return completes when the broker has it
     */
    CompletionStage<Published> broadcast(Target target, Packet packet);

    /** Publishes a packet to the servers of all other nodes; as {@link #broadcast}. On any thread. */
    CompletionStage<Published> emit(Packet packet);

    // ---- queries and presence

    /** Queries of this node to the others. */
    ScatterGather scatterGather();

    /** Reports to other nodes who is in rooms of this one. */
    PresenceSource presenceSource();

    /** Follows who is in rooms of other nodes. */
    PresenceWatcher presenceWatcher();

    // ---- what is known

    /** The other nodes. On any thread. */
    Set<PeerInfo> knownPeers();

    /** Whether all other nodes have been met since this one receives. */
    boolean hasMetAll();

    /** Whether this node has met all others, and does not share their version of the wire. On any thread. */
    boolean isLeftOut();

    /** Why it is left out, if it is. On any thread. */
    Throwable whyLeftOut();

    /** What is wrong although all nodes have been met: they receive on different channels, or do not receive this node. */
    Optional<String> impairment();

    /** The memory that the numbers of other nodes' frames took at the last heartbeat, in bytes. On any thread. */
    long sequenceBytes();

    // ---- the end

    /** Announces to the others that this node ends. The stage completes when that has left, or after a bounded time. */
    CompletionStage<Void> close();
}
