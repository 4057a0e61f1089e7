package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.RoomListener;
import dev.roomcast.adapter.Rooms;
import dev.roomcast.adapter.Target;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** An adapter around another, to break one promise of it. */
abstract class WrappedAdapter implements Adapter {

    /** Whether the present thread is in a broadcast: what is sent on it goes to own members. */
    private static final ThreadLocal<Boolean> BROADCASTING = ThreadLocal.withInitial(() -> false);

    final Adapter within;

    WrappedAdapter(Adapter within) {
        this.within = within;
    }

    /** Hands over a packet of this node. */
    void sendOwn(Connection to, Packet packet) throws Exception {
        to.send(packet);
    }

    /** Hands over a packet of another node. */
    void sendForeign(Connection to, Packet packet) throws Exception {
        to.send(packet);
    }

    @Override
    public Member add(Connection connection) {
        return within.add(wrapped(connection));
    }

    @Override
    public Member replace(Connection connection) {
        return within.replace(wrapped(connection));
    }

    private Connection wrapped(Connection connection) {
        return new WrappedConnection(connection) {
            @Override
            public void send(Packet packet) throws Exception {
                if (BROADCASTING.get()) {
                    sendOwn(connection, packet);
                } else {
                    sendForeign(connection, packet);
                }
            }
        };
    }

    @Override
    public CompletionStage<Void> join(Member member, String room) {
        return within.join(member, room);
    }

    @Override
    public CompletionStage<Void> join(Member member, Collection<String> rooms) {
        return within.join(member, rooms);
    }

    @Override
    public void leave(Member member, String room) {
        within.leave(member, room);
    }

    @Override
    public void leave(Member member, Collection<String> rooms) {
        within.leave(member, rooms);
    }

    @Override
    public void remove(Member member) {
        within.remove(member);
    }

    @Override
    public CompletionStage<Published> broadcast(Target target, Packet packet) {
        BROADCASTING.set(true);
        try {
            return within.broadcast(target, packet);
        } finally {
            BROADCASTING.set(false);
        }
    }

    @Override
    public Rooms rooms() {
        return within.rooms();
    }

    @Override
    public CompletionStage<Set<String>> allRooms() {
        return within.allRooms();
    }

    @Override
    public Registration onRoomEvent(RoomListener listener) {
        return within.onRoomEvent(listener);
    }

    @Override
    public WrappedCluster cluster() {
        return new WrappedCluster(within.cluster());
    }

    @Override
    public Health health() {
        return within.health();
    }

    @Override
    public CompletionStage<Void> ready() {
        return within.ready();
    }

    @Override
    public CompletionStage<Void> drain(int perSecond, DisconnectReason reason) {
        return within.drain(perSecond, reason);
    }

    @Override
    public void close() {
        within.close();
    }

    /** With other connections than the server's. */
    static Adapter connecting(Adapter adapter, Function<Connection, Connection> breaking) {
        return new WrappedAdapter(adapter) {
            @Override
            public Member add(Connection connection) {
                return super.add(breaking.apply(connection));
            }
        };
    }

    /** With another cluster. */
    static Adapter with(Adapter adapter, Function<Cluster, WrappedCluster> breaking) {
        return new WrappedAdapter(adapter) {
            private final WrappedCluster broken = breaking.apply(within.cluster());

            @Override
            public WrappedCluster cluster() {
                return broken;
            }
        };
    }
}
