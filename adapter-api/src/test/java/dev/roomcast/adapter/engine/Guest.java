package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.Room;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A member of the model: what it is in truth, and, said a second time, what it should be. */
final class Guest implements Connection {

    private static final int LANE_PACKETS = 1024;
    private static final RuntimeException BROKEN = new IllegalStateException("thrown by the test's connection");

    final String id;

    @Nullable
    String user;

    final LocalMember member;
    /** What its connection was sent. */
    final List<String> got = new ArrayList<>();

    private final boolean isBroken;

    // What should be.
    final Map<String, Room> rooms = new LinkedHashMap<>();
    final List<String> expected = new ArrayList<>();
    final List<String> waiting = new ArrayList<>();
    boolean present;
    int held;
    boolean draining;

    Guest(RoomIndex index, Random random, String id, @Nullable String user) {
        this.id = id;
        this.user = user;
        this.isBroken = random.nextInt(20) == 0;
        this.member = new LocalMember(index, this, id, user, Map.of());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    @Override
    public void send(Packet packet) {
        got.add(packet.text());
        if (isBroken) {
            throw BROKEN;
        }
    }

    @Override
    public void disconnect(DisconnectReason reason) {}

    boolean isBroken() {
        return isBroken;
    }

    /** Whether a packet passes to the connection at once. */
    boolean isClear() {
        return held == 0 && !draining;
    }

    /** A packet is for it; false if it does not fit into its lane. */
    boolean expect(String text) {
        if (isClear()) {
            expected.add(text);
            return true;
        }
        return waiting.size() < LANE_PACKETS && waiting.add(text);
    }

    /** A held send returns; what waits is sent when time passes. */
    void release() {
        held--;
        draining |= held == 0 && !waiting.isEmpty();
    }

    /** What waits is sent, by whoever drains, until a send throws; false if one does. */
    boolean drained() {
        draining = false;
        expected.addAll(isBroken ? waiting.subList(0, 1) : waiting);
        waiting.clear();
        return !isBroken;
    }

    void gone() {
        present = false;
        rooms.clear();
        waiting.clear();
    }

    @Override
    public String toString() {
        return present ? id : id + " (gone)";
    }
}
