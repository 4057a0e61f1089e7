package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/**
 * The members of a node, who note what they are handed. Each is in two rooms for good; and in others for a while, so that channels come
 * and go all the time.
 *
 * <p><i>Threading:</i> used by the node's one thread.
 */
final class Crowd {

    static final int ROOMS = 100;
    static final int USERS = 10;

    private static final int MEMBERS = 30;
    private static final int ROOMS_FOR_GOOD = 2;
    private static final Duration SHORTEST_STAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_STAY = Duration.ofSeconds(20);

    private record Guest(Member member, Set<String> rooms) {}

    private record Stay(Guest guest, String room, int join, Instant until) {}

    private final Adapter adapter;
    private final Journal journal;
    private final Random random;
    private final List<Guest> guests = new ArrayList<>();
    private final Queue<Stay> stays = new PriorityQueue<>(Comparator.comparing(Stay::until));
    private int joins;

    Crowd(Adapter adapter, Journal journal, Random random) {
        this.adapter = adapter;
        this.journal = journal;
        this.random = random;
    }

    /** All come in. Whoever takes the same seat later has members of the same names. */
    void enter(String seat) {
        for (int i = 0; i < MEMBERS; i++) {
            Client client = new Client(seat + "-" + i, "user-" + i % USERS);
            journal.note(new Note.Added(Instant.now(), client.id, client.user));
            Guest guest = new Guest(adapter.add(client), new HashSet<>());
            guests.add(guest);
            for (int j = 0; j < ROOMS_FOR_GOOD; j++) {
                join(guest, room(random));
            }
        }
    }

    static String room(Random random) {
        return "room-" + random.nextInt(ROOMS);
    }

    /** One of all nodes. */
    static String member(Random random) {
        return Plan.SEATS.get(random.nextInt(Plan.SEATS.size())) + "-" + random.nextInt(MEMBERS);
    }

    /** One more join, if that member is not in that room. */
    void joinSomewhere(Instant now) {
        Guest guest = guests.get(random.nextInt(guests.size()));
        String room = room(random);
        if (!guest.rooms.contains(room)) {
            long stay = random.nextLong(SHORTEST_STAY.toMillis(), LONGEST_STAY.toMillis());
            stays.add(new Stay(guest, room, join(guest, room), now.plusMillis(stay)));
        }
    }

    void leaveWhereItIsTime(Instant now) {
        while (!stays.isEmpty() && stays.element().until.isBefore(now)) {
            Stay over = stays.remove();
            over.guest.rooms.remove(over.room);
            journal.note(new Note.Leaving(Instant.now(), over.join));
            adapter.leave(over.guest.member, over.room);
        }
    }

    private int join(Guest guest, String room) {
        int join = joins++;
        guest.rooms.add(room);
        journal.note(new Note.Joining(Instant.now(), join, guest.member.id(), room));
        adapter.join(guest.member, room).whenComplete((joined, failure) -> {
            Instant now = Instant.now();
            journal.note(failure == null ? new Note.Joined(now, join) : new Note.NotJoined(now, join));
        });
        return join;
    }

    private final class Client implements Connection {

        private final String id;
        private final String user;

        Client(String id, String user) {
            this.id = id;
            this.user = user;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Optional<String> user() {
            return Optional.of(user);
        }

        @Override
        public void send(Packet packet) {
            String[] words = packet.text().split(" ");
            journal.note(new Note.Received(
                    Instant.now(), id, words[0], Integer.parseInt(words[1]), Address.parse(words[2])));
        }

        @Override
        public void disconnect(DisconnectReason reason) {}
    }
}
