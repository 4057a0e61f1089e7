package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchVersion;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.query.PresenceSource;
import dev.roomcast.adapter.engine.query.PresenceWatcher;
import dev.roomcast.adapter.engine.receive.Peers;
import java.util.Optional;

/** Takes what concerns presence, from this node and from others that are known by name. On the inbox's turn. */
final class PresenceReceiver {

    private final LocalIdentity identity;
    private final Peers peers;
    private final PresenceSource source;
    private final PresenceWatcher watcher;

    PresenceReceiver(LocalIdentity identity, Peers peers, PresenceSource source, PresenceWatcher watcher) {
        this.identity = identity;
        this.peers = peers;
        this.source = source;
        this.watcher = watcher;
    }

    void roomPresence(Incarnation from, RoomPresence presence) {
        named(from).ifPresent(known -> watcher.heard(from, known, presence));
    }

    void watch(Incarnation from, Watch watch) {
        named(from).ifPresent(known -> source.watch(from, watch));
    }

    void watchList(Incarnation from, WatchList list) {
        named(from).ifPresent(known -> source.list(from, list));
    }

    void watchVersion(Incarnation from, WatchVersion version) {
        named(from).ifPresent(known -> source.watching(from, version.version()));
    }

    void watchListRequest(Incarnation from) {
        named(from).ifPresent(known -> watcher.list(from));
    }

    private Optional<PeerInfo> named(Incarnation from) {
        if (from.equals(identity.incarnation())) {
            return Optional.of(new PeerInfo(from.toString(), identity.name(), Status.ALIVE));
        }
        return peers.known(from).filter(known -> peers.isNamed(from));
    }
}
