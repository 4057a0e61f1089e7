package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedHost.Client;
import dev.roomcast.adapter.engine.SimulatedHost.Seat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Clients whose {@code send} does not return: for a moment, for long, or until everything is put right; a few, now and then as many as the
 * engine does not hold, and now and then with more than may wait for one.
 */
final class StuckSends {

    /** More than the engine holds, and how many more at most. */
    private static final int CROWD = 66;

    private static final int MORE = 15;
    /** Of these somewhat more than fit into a lane. */
    private static final int BIG_PACKET = 45_000;

    private static final int BIG_PACKETS = 50;

    /** One send that has not returned. */
    static final class Held {

        final Client client;
        final long since;
        /** Whether it holds a thread of the engine's, and not one of a caller's. */
        final boolean isEngines;

        private final Strands.Strand strand;
        private final boolean heedsInterrupts;
        private boolean isDue;
        private boolean wasInterrupted;
        /** Whether it lasts longer than nobody may notice. */
        boolean isOld;

        Held(Client client, long since, boolean isEngines, boolean heedsInterrupts) {
            this.client = client;
            this.since = since;
            this.isEngines = isEngines;
            this.strand = Strands.current();
            this.heedsInterrupts = heedsInterrupts;
        }
    }

    private final Random random;
    private final Campaign campaign;
    private final VirtualTime time;
    private final Oracle oracle;
    private final UserProgram users;
    private final List<Client> stuck = new ArrayList<>();
    private final List<Client> crowd = new ArrayList<>();

    StuckSends(long seed, Campaign campaign, UserProgram users) {
        this.random = new Random(seed * 37 + 5);
        this.campaign = campaign;
        this.time = campaign.time;
        this.oracle = campaign.oracle;
        this.users = users;
        time.mayPark(this::any);
        oracle.stuckSends(this);
    }

    /** Whether any send is stuck, or will be. */
    boolean any() {
        return !stuck.isEmpty();
    }

    /** On this host some sends do not return from now on. */
    void happen(SimulatedHost host) {
        List<Seat> seats = host.seats.stream().filter(Seat::canAct).toList();
        if (seats.isEmpty()) {
            return;
        }
        Seat seat = seats.get(random.nextInt(seats.size()));
        switch (random.nextInt(12)) {
            case 0 -> crowdIsStuck(seat);
            case 1, 2, 3 ->
                some(seat, 1).forEach(client -> {
                    sticks(client, millis(1_000, 6_000));
                    flood(client, 0);
                });
            default -> some(seat, 1 + random.nextInt(3)).forEach(client -> sticks(client, soLong()));
        }
    }

    private List<Client> some(Seat seat, int most) {
        List<Client> all = new ArrayList<>(seat.present.values());
        all.removeIf(client -> client.member == null || client.isStuck);
        Collections.shuffle(all, random);
        return all.subList(0, Math.min(most, all.size()));
    }

    private Duration soLong() {
        return switch (random.nextInt(4)) {
            case 0 -> millis(1, 120);
            case 1 -> millis(50, 1_000);
            case 2 -> millis(500, 6_000);
            default -> Duration.ofHours(1);
        };
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least)).plusNanos(random.nextInt(1_000_000));
    }

    private void sticks(Client client, Duration soLong) {
        client.isStuck = true;
        client.throwsThen = random.nextInt(4) == 0;
        stuck.add(client);
        client.seat.host.process.after(soLong, () -> release(client));
    }

    /** A crowd has come into a room, and is stuck when somebody elsewhere speaks there. */
    private void crowdIsStuck(Seat seat) {
        if (!crowd.isEmpty()) {
            return;
        }
        String room = "room-" + random.nextInt(5);
        crowd.addAll(users.crowd(seat, room, CROWD + random.nextInt(MORE)));
        Duration soLong = millis(800, 8_000);
        crowd.forEach(client -> sticks(client, soLong.plus(millis(0, 50))));
        time.after(millis(20, 200), () -> speak(seat, Target.room(room), 0));
        time.after(soLong.plusMillis(200), this::disperse);
    }

    private void disperse() {
        List<Client> all = List.copyOf(crowd);
        crowd.clear();
        users.disperse(all);
    }

    /** More comes for one that is stuck than may wait for it. */
    private void flood(Client client, int sent) {
        if (sent < BIG_PACKETS && client.isStuck) {
            time.after(sent < 2 ? millis(150, 300) : millis(0, 10), () -> {
                speak(client.seat, Target.member(client.id), sent == 0 ? 0 : BIG_PACKET);
                flood(client, sent + 1);
            });
        }
    }

    /** Somebody on another node speaks, or on the same one. */
    private void speak(Seat to, Target target, int size) {
        List<Seat> all = campaign.hosts.stream()
                .flatMap(host -> host.seats.stream())
                .filter(seat -> seat.canAct() && seat.namespace.equals(to.namespace))
                .toList();
        if (!all.isEmpty()) {
            Seat from = all.get(random.nextInt(all.size()));
            time.act(() -> oracle.broadcast(from, target, size));
        }
    }

    // ---- inside send

    /** Does not return for a while. */
    void hold(Client client, Packet packet) throws IOException {
        Held held = new Held(client, time.now(), !oracle.isCalling(client.seat, packet), random.nextBoolean());
        client.held.add(held);
        oracle.stuck(held, packet);
        try {
            time.park(() -> interrupted(held));
        } finally {
            client.held.remove(held);
            client.seat.host.held.remove(held);
        }
        oracle.returned(held);
        if (client.throwsThen || held.wasInterrupted) {
            oracle.threw(client);
            throw new IOException("the connection of " + client + " breaks after it was stuck");
        }
    }

    private void interrupted(Held held) {
        if (held.heedsInterrupts && !held.isDue) {
            held.wasInterrupted = true;
            returns(held);
        }
    }

    private void returns(Held held) {
        if (!held.isDue) {
            held.isDue = true;
            // In any order.
            held.client.seat.host.process.after(
                    Duration.ofNanos(random.nextInt(1_000_000)), () -> time.resume(held.strand));
        }
    }

    private void release(Client client) {
        if (stuck.remove(client)) {
            client.isStuck = false;
            List.copyOf(client.held).forEach(this::returns);
        }
    }

    /** Nothing is stuck any more. */
    void releaseAll() {
        List.copyOf(stuck).forEach(this::release);
        disperse();
    }
}
