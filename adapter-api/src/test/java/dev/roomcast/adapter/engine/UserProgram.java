package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedHost.Client;
import dev.roomcast.adapter.engine.SimulatedHost.Membership;
import dev.roomcast.adapter.engine.SimulatedHost.Seat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What the users of the nodes do, at random: everything that an adapter can be asked, on all nodes, in any order. */
final class UserProgram {

    private static final int ROOMS = 50;
    private static final int BUSY_ROOMS = 5;
    private static final int MOST_CLIENTS = 14;
    private static final int IDS = 60;
    private static final int USERS = 12;

    private final Random random;
    private final VirtualTime time;
    private final Oracle oracle;
    private final List<Client> departed = new ArrayList<>();
    private long lastClient;

    UserProgram(long seed, VirtualTime time, Oracle oracle) {
        this.random = new Random(~seed);
        this.time = time;
        this.oracle = oracle;
    }

    /** One call of one user on a node that can act. */
    void step(List<Seat> seats) {
        List<Seat> acting = seats.stream().filter(Seat::canAct).toList();
        if (!acting.isEmpty()) {
            step(acting.get(random.nextInt(acting.size())));
        }
    }

    private void step(Seat seat) {
        Client client = anyone(seat);
        int dice = random.nextInt(100);
        if (client == null || dice < 5) {
            add(seat);
        } else if (dice < 9) {
            remove(client);
        } else if (dice < 11) {
            comeBack(client);
        } else if (dice < 14) {
            late();
        } else if (dice < 34) {
            join(client, Set.of(room()));
        } else if (dice < 40) {
            join(client, rooms(1 + random.nextInt(4)));
        } else if (dice < 56) {
            leave(client, aRoomOf(client));
        } else if (dice < 58) {
            leave(client, rooms(3));
        } else if (dice < 98) {
            oracle.broadcast(seat, target(seat));
        } else if (dice < 99) {
            ask(seat);
        } else {
            oracle.askedAll(seat, seat.adapter.allRooms());
        }
    }

    void ask(Seat seat) {
        oracle.asked(seat, seat.adapter.cluster().roomNames());
    }

    private Client anyone(Seat seat) {
        // One that is being added has no handle yet.
        List<Client> all = seat.present.values().stream()
                .filter(client -> client.member != null)
                .toList();
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    // ---- members

    private void add(Seat seat) {
        if (seat.present.size() < MOST_CLIENTS) {
            add(seat, "id-" + random.nextInt(IDS));
        }
    }

    /** Many come, into one room. */
    List<Client> crowd(Seat seat, String room, int size) {
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < size && seat.canAct(); i++) {
            Client client = add(seat, "crowd-" + ++lastClient);
            join(client, Set.of(room));
            crowd.add(client);
        }
        return crowd;
    }

    /** They go, who are still there. */
    void disperse(List<Client> crowd) {
        crowd.stream().filter(client -> client.seat.canAct()).forEach(this::remove);
    }

    private Client add(Seat seat, String id) {
        Optional<String> user =
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of("user-" + random.nextInt(USERS));
        Client client = new Client(++lastClient, seat, id, user, time.now(), oracle);
        if (seat.present.containsKey(id)) {
            try {
                seat.adapter.add(client);
            } catch (AdapterException refusal) {
                if (refusal.outcome() == Outcome.DUPLICATE_ID) {
                    return client;
                }
                throw refusal;
            }
            throw new BrokenPromise(seat.host.number, "", "a second " + client + " was added beside the first");
        }
        oracle.adding(client);
        client.member = seat.adapter.add(client);
        return client;
    }

    private void remove(Client client) {
        oracle.removing(client);
        client.seat.adapter.remove(client.member);
        departed.add(client);
    }

    /** A client reconnects under its id; its old connection may be removed once more, late. */
    private void comeBack(Client client) {
        remove(client);
        Client again = add(client.seat, client.id);
        if (random.nextBoolean()) {
            join(again, rooms(2));
        }
    }

    /** A call by a handle that is dead. */
    private void late() {
        if (departed.isEmpty()) {
            return;
        }
        Client old = departed.remove(random.nextInt(departed.size()));
        if (!old.seat.canAct()) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> remove(old);
            case 1 -> leave(old, rooms(2));
            default -> join(old, Set.of(room()));
        }
    }

    private void join(Client client, Set<String> rooms) {
        Map<String, Membership> joins = oracle.joining(client, rooms);
        // Only a set of one is given as one.
        oracle.joined(
                client,
                rooms,
                joins,
                rooms.size() == 1
                        ? client.seat.adapter.join(
                                client.member, rooms.iterator().next())
                        : client.seat.adapter.join(client.member, rooms));
    }

    private void leave(Client client, Set<String> rooms) {
        oracle.leaving(client, rooms);
        client.seat.adapter.leave(client.member, rooms);
    }

    private Set<String> aRoomOf(Client client) {
        List<String> all = List.copyOf(client.memberships.keySet());
        return Set.of(all.isEmpty() ? room() : all.get(random.nextInt(all.size())));
    }

    // ---- targets

    private String room() {
        return "room-" + random.nextInt(random.nextBoolean() ? BUSY_ROOMS : ROOMS);
    }

    private Set<String> rooms(int most) {
        Set<String> rooms = new LinkedHashSet<>();
        for (int i = 0; i < most; i++) {
            rooms.add(room());
        }
        return rooms;
    }

    private Set<String> ids() {
        Set<String> ids = new LinkedHashSet<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            ids.add("id-" + random.nextInt(IDS));
        }
        return ids;
    }

    private Target target(Seat seat) {
        Target target = included();
        if (random.nextInt(6) == 0) {
            target = target.exceptRooms(rooms(2));
        }
        if (random.nextInt(6) == 0) {
            Client client = anyone(seat);
            target = client == null ? target.exceptMembers(ids()) : target.except(client.member);
        }
        return random.nextInt(20) == 0 ? target.onThisNode() : target;
    }

    private Target included() {
        return switch (random.nextInt(20)) {
            case 0, 1 -> Target.everyone();
            case 2, 3, 4 -> Target.rooms(rooms(3));
            case 5 -> Target.member("id-" + random.nextInt(IDS));
            case 6 -> Target.members(ids()).and(Target.room(room()));
            case 7, 8 -> Target.user("user-" + random.nextInt(USERS));
            case 9 -> Target.users(List.of("user-1", "user-2")).and(Target.room(room()));
            case 10 -> Target.rooms(Set.of());
            default -> Target.room(room());
        };
    }
}
