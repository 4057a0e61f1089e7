package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.runtime.IntervalLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what concerns many parts at once: the control channels, the hello rounds and the other nodes. On the inbox's turn. */
final class ProtocolEvents implements ControlChannel.Listener, Peers.Listener {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");

    private final ProtocolParts parts;
    private final ProtocolWire wire;
    private final LocalIdentity identity;
    private final Protocol.Listener listener;
    private final IntervalLog incompatible;

    /** @param parts used from the first event on, and not before */
    ProtocolEvents(ProtocolParts parts, ProtocolWire wire, LocalIdentity identity, Protocol.Listener listener) {
        this.parts = parts;
        this.wire = wire;
        this.identity = identity;
        this.listener = listener;
        this.incompatible = new IntervalLog(log, wire.execution());
    }

    // ---- of the control channels

    @Override
    public void frame(ControlChannel on, byte[] bytes) {
        if (parts.receiver.isOwn(bytes)) {
            if (!parts.verifier.isGenuine(on.name(), bytes)) {
                return;
            }
            on.cameBack();
            if (on == parts.controls.namespace()) {
                parts.receipts.echoed();
            }
        }
        parts.receiver.received(parts.arrivals.frame(on.name(), bytes, null));
    }

    @Override
    public void accepted(ControlChannel on, long sent) {
        if (on == parts.controls.namespace()) {
            parts.receipts.accepted(sent);
        }
    }

    @Override
    public void confirmed(ControlChannel on, long at) {
        parts.lossDetector.confirmed(on.name(), on.standsFor(), at);
        if (!parts.schedule.isClosed() && parts.controls.confirmed(on)) {
            parts.peers.listenAnew();
            parts.rounds.begin();
            parts.sequences.announce();
            listener.changed();
        }
    }

    @Override
    public void lost(ControlChannel on, Throwable why, long lastAlive) {
        long receivedUntil = parts.selfReception.receivedUntil(lastAlive);
        parts.lossDetector.lost(on.name(), parts.arrivals.beforeAnyPause(receivedUntil));
        if (parts.schedule.isClosed()) {
            return;
        }
        parts.controls.lost(on);
        parts.rounds.end();
        parts.meeting.interrupted();
        parts.peers.allSuspect();
        parts.receipts.deaf();
        parts.scatterGather.cutAll(why);
        listener.changed();
    }

    @Override
    public void refused(ControlChannel on, Throwable why) {
        listener.shutOut(on.name(), why);
    }

    // ---- of the hello rounds

    /** All nodes have been met since this one receives; told each time it is found. */
    void metAll() {
        boolean hadMetAll = parts.meeting.hasMetAll();
        if (parts.controls.areConfirmed()) {
            parts.meeting.metAll();
        } else {
            parts.meeting.interrupted();
        }
        // What has waited for that.
        wire.publisher().run();
        parts.scatterGather.met();
        if (!hadMetAll) {
            parts.watcher.metAll();
        }
        listener.changed();
    }

    // ---- of the other nodes

    @Override
    public void changed(PeerInfo node) {
        if (node.status() == Status.INCOMPATIBLE) {
            incompatible.warn(
                    "node " + node + " does not speak version " + parts.versionNegotiation.common()
                            + " of the wire, as the cluster does: it takes no part until it runs a release that does",
                    null);
        }
        listener.nodeChanged(node);
    }

    @Override
    public void spokenChanged() {
        log.info("node {} speaks version {} of the wire now", identity.name(), parts.versionNegotiation.spoken());
        listener.changed();
    }

    @Override
    public void gone(Incarnation node) {
        parts.modes.gone(node);
        parts.receipts.gone(node);
        parts.scatterGather.gone(node);
        parts.source.gone(node);
        parts.watcher.gone(node);
        parts.rounds.gone(node);
    }

    @Override
    public void givenUp(Incarnation node, PeerInfo known, long lastHeard) {
        parts.lossDetector.givenUp(node, known, lastHeard);
    }

    @Override
    public void forgotten(Incarnation node) {
        parts.lossDetector.forget(node);
        parts.readers.forget(node);
        parts.authenticator.forget(node);
    }
}
