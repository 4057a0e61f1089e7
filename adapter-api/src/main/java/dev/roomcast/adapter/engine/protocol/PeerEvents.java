package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.VersionNegotiation;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports to the node, and logs, how the other nodes stand. On the inbox's turn. */
final class PeerEvents implements Peers.Listener {

    /** What other parts do about nodes that end. On the inbox's turn. */
    interface Endings {

        /** It said goodbye, or timed out. */
        void gone(Incarnation node);

        /** It timed out. What it has sent since its last frame came may be lost. */
        void timedOut(Incarnation node, PeerInfo known, long cameLast);

        /** Nothing of it is remembered any more. */
        void forgotten(Incarnation node);
    }

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final LocalIdentity identity;
    private final VersionNegotiation versions;
    private final Protocol.Listener listener;
    private final Endings endings;
    private final RateLimitedLog incompatible;

    PeerEvents(
            LocalIdentity identity,
            VersionNegotiation versions,
            ProtocolSchedule schedule,
            Protocol.Listener listener,
            Endings endings) {
        this.identity = identity;
        this.versions = versions;
        this.listener = listener;
        this.endings = endings;
        this.incompatible = new RateLimitedLog(log, schedule.execution());
    }

    @Override
    public void changed(PeerInfo node) {
        if (node.status() == Status.INCOMPATIBLE) {
            incompatible.warn(
                    "node " + node + " does not support version " + versions.common()
                            + " of the wire, as the cluster does: it takes no part until it runs a release that does",
                    null);
        }
        listener.nodeChanged(node);
    }

    @Override
    public void spokenChanged() {
        log.info("node {} uses version {} of the wire now", identity.name(), versions.spoken());
        listener.changed();
    }

    @Override
    public void gone(Incarnation node) {
        endings.gone(node);
    }

    @Override
    public void givenUp(Incarnation node, PeerInfo known, long cameLast) {
        endings.timedOut(node, known, cameLast);
    }

    @Override
    public void forgotten(Incarnation node) {
        endings.forgotten(node);
    }
}
