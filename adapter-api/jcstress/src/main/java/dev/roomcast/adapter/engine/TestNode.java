package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.Recipients;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The local side of a node, where no time passes and no thread runs but the test's: a worker's task is done by whoever has it to do. */
final class TestNode implements RoomIndex.Observer {

    static final Execution EXECUTION = new Execution(
            () -> 0, Clock.systemUTC(), () -> 1, Runnable::run, (delay, task) -> () -> {}, () -> false, new NoEnding());

    /** Shared by all tests that need only its watchdog, which never looks, and its holds. */
    private static final Wire SHARED = wire();

    final RoomIndex index = new RoomIndex(this, 100);
    final Counters counters = new Counters();
    final Wire wire;
    final LocalNode local;

    // Under the index's lock.
    int created;
    int joined;
    int left;
    int deleted;

    TestNode() {
        this(SHARED);
    }

    TestNode(Wire wire) {
        this.wire = wire;
        this.local = new LocalNode(index, wire.delivery(), counters);
    }

    static Wire wire() {
        return new Wire(EXECUTION, 1 << 20, Duration.ofMillis(50), Duration.ofMillis(100));
    }

    /** A new member in these rooms. */
    Client client(String id, String... rooms) {
        Client client = new Client(index, id);
        index.add(client.member);
        if (rooms.length > 0) {
            join(client, rooms);
        }
        return client;
    }

    List<Client> clients(int count, String room) {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client(room + i, room));
        }
        return clients;
    }

    void join(Client client, String... rooms) {
        index.join(client.member, List.of(rooms));
    }

    void leave(Client client, String... rooms) {
        index.leave(client.member, List.of(rooms));
    }

    void deliver(Target target, String text) {
        local.deliver(target, Packet.text(text));
    }

    /** How many members a walk over a room meets. */
    int size(String room) {
        return Recipients.over(index, Target.room(room), Packet.text("")).size();
    }

    boolean isOfConcern(String name) {
        return index.hasAny(new int[] {name.hashCode()});
    }

    @Override
    public void created(Room room) {
        created++;
    }

    @Override
    public void joined(Room room, LocalMember member) {
        joined++;
    }

    @Override
    public void left(Room room, LocalMember member) {
        left++;
    }

    @Override
    public void deleted(Room room) {
        deleted++;
    }

    private record NoEnding() implements Execution.Ending {

        @Override
        public void begin() {}

        @Override
        public void await(Duration time) {}
    }
}
