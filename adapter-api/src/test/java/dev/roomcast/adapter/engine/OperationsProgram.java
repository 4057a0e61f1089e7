package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Cluster;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What servers do to all nodes, in a namespace of their own beside the users': questions, commands, requests and presence; and a simple
 * oracle of it. In a silence every picture must be the truth, and nobody may wait any more.
 */
final class OperationsProgram {

    static final String NAMESPACE = "/operations";

    private static final int ROOMS = 4;
    private static final int USERS = 6;
    private static final int MOST_MEMBERS = 8;
    private static final int MOST_WATCHES = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** A command that was told so long ago has been done everywhere, or never will be. */
    private static final long SETTLED = Duration.ofSeconds(12).toNanos();

    private final Random random;
    private final VirtualTime time;
    private final List<Server> servers = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    /** What the connections of a user were last told to do: the how many-th time, and when. */
    private record Telling(int number, long at) {}

    private final Map<String, Telling> told = new HashMap<>();

    private int lastMember;
    private BrokenPromise failure;

    private record Pending(Server server, String what, CompletionStage<?> stage) {}

    OperationsProgram(long seed, VirtualTime time) {
        this.random = new Random(seed ^ 0x5DEECE66DL);
        this.time = time;
    }

    /** Whether a channel is of its namespace, of which nobody else keeps account. */
    static boolean isOwn(String channel) {
        return channel.startsWith("roomcast._2Foperations.");
    }

    void opened(SimulatedHost host, Adapter adapter) {
        Server server = new Server(host, adapter);
        servers.add(server);
        adapter.cluster()
                .onRequest((from, packet) -> random.nextInt(8) == 0
                        ? CompletableFuture.failedStage(new IllegalStateException("out of order"))
                        : CompletableFuture.completedStage(packet));
    }

    /** One call on a node that can act. */
    void step() {
        rethrow();
        List<Server> acting =
                servers.stream().filter(server -> server.host.canAct()).toList();
        if (acting.isEmpty()) {
            return;
        }
        Server server = acting.get(random.nextInt(acting.size()));
        Cluster cluster = server.adapter.cluster();
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> server.add();
            case 3 -> server.remove();
            case 4, 5, 6 -> server.move();
            case 7 -> server.watch();
            case 8 -> server.unwatch();
            case 9 -> await(server, "members", cluster.members(Target.room(room())));
            case 10 -> await(server, "count", cluster.count(Target.everyone()));
            case 11 -> await(server, "users", cluster.users(Target.everyone().exceptRooms(Set.of(room()))));
            case 12, 13 -> join(server);
            case 14 -> tell(server, user -> cluster.leave(Target.user(user), Set.of(room())));
            case 15 ->
                tell(server, user -> cluster.disconnect(Target.user(user), new DisconnectReason(Kind.ENDED, "told")));
            case 16 -> await(server, "ask", cluster.ask(Target.room(room()), Packet.text("?"), TIMEOUT));
            case 17 -> await(server, "request", cluster.request(Packet.text("?"), TIMEOUT));
            case 18 -> await(server, "request", cluster.request(cluster.nodes(), Packet.text("?"), TIMEOUT));
            default -> await(server, "emit", cluster.emit(Packet.text("!")));
        }
    }

    private String room() {
        return "hall-" + random.nextInt(ROOMS);
    }

    private void await(Server server, String what, CompletionStage<?> stage) {
        pending.add(new Pending(server, what, stage));
    }

    private interface Command {
        CompletionStage<Void> to(String user);
    }

    private void tell(Server server, Command command) {
        String user = "user-" + random.nextInt(USERS);
        tells(user);
        await(server, "command", command.to(user));
    }

    private Telling tells(String user) {
        return told.merge(user, new Telling(1, time.now()), (last, now) -> new Telling(last.number() + 1, now.at()));
    }

    /** Whoever was there, and is left alone meanwhile, has joined when the stage says so. */
    private void join(Server server) {
        String user = "user-" + random.nextInt(USERS);
        String room = room();
        long now = time.now();
        Telling last = told.get(user);
        boolean isAlone = last == null || now - last.at() >= SETTLED;
        Telling telling = tells(user);
        Set<String> alive = alive(server);
        Registration watching = server.adapter.cluster().onEvent(new ClusterListener() {
            @Override
            public void nodeChanged(NodeInfo node) {
                if (node.status() == NodeInfo.Status.GONE) {
                    // It may come back before the stage is complete that did not wait for it any more.
                    alive.remove(node.incarnation());
                }
            }
        });
        CompletionStage<Void> joined = server.adapter.cluster().join(Target.user(user), Set.of(room));
        await(server, "join", joined);
        joined.whenComplete((done, failed) -> {
            watching.close();
            if (failed == null && isAlone && telling.equals(told.get(user)) && server.host.open) {
                Set<String> both = alive(server);
                both.retainAll(alive);
                servers.stream()
                        .filter(other -> other.host.open && both.contains(other.incarnation()))
                        .flatMap(other -> other.members.values().stream())
                        .filter(person -> person.user.equals(user) && person.touched < now && person.member.isPresent())
                        .filter(person -> !person.server.rooms(person).contains(room))
                        .forEach(person -> broken(server, person + " was to join " + room + ", and has not"));
            }
        });
    }

    private static Set<String> alive(Server server) {
        return server.adapter.cluster().nodes().stream()
                .filter(node -> node.status() == NodeInfo.Status.ALIVE)
                .map(NodeInfo::incarnation)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Noted and thrown later: the engine outlives what listeners throw. */
    private void broken(Server server, String what) {
        if (failure == null) {
            failure = new BrokenPromise(server.host.number, "", server + ": " + what);
        }
    }

    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    // ---- in a silence

    /** Everything has come to rest: nobody waits, and every picture is the truth. */
    void checkQuiet() {
        servers.removeIf(server -> !server.host.open);
        pending.removeIf(waiting -> !waiting.server.host.open);
        pending.stream()
                .filter(waiting -> !waiting.stage.toCompletableFuture().isDone())
                .forEach(waiting -> broken(waiting.server, "nobody has answered: " + waiting.what));
        pending.clear();
        servers.forEach(server -> server.watches.forEach(Watched::check));
        rethrow();
        for (Server server : servers) {
            CompletionStage<Gathered<List<MemberInfo>>> all =
                    server.adapter.cluster().members(Target.everyone());
            await(server, "members", all);
            Set<String> truth = everyone();
            all.thenAccept(gathered -> {
                Set<String> told =
                        gathered.some().stream().map(OperationsProgram::named).collect(Collectors.toSet());
                if (!told.equals(truth)) {
                    broken(server, "members are told to be " + new TreeSet<>(told) + ", and are " + truth);
                }
            });
        }
    }

    private Set<String> everyone() {
        return servers.stream()
                .filter(server -> server.host.open)
                .flatMap(server -> server.members.values().stream())
                .filter(person -> person.member.isPresent())
                .map(person -> person.id + " of " + person.server.host)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> in(String room) {
        return servers.stream()
                .filter(server -> server.host.open)
                .flatMap(server ->
                        server.adapter.rooms().members(room).stream().map(member -> member.id() + " of " + server.host))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String named(MemberInfo member) {
        return member.id() + " of " + member.node().name();
    }

    /** One server, and what it does. */
    private final class Server {

        final SimulatedHost host;
        final Adapter adapter;
        final Map<String, Person> members = new LinkedHashMap<>();
        final List<Watched> watches = new ArrayList<>();

        Server(SimulatedHost host, Adapter adapter) {
            this.host = host;
            this.adapter = adapter;
        }

        String incarnation() {
            return adapter.cluster().self().incarnation();
        }

        Set<String> rooms(Person person) {
            return adapter.rooms().of(person.member);
        }

        void add() {
            members.values().removeIf(person -> !person.member.isPresent());
            if (members.size() < MOST_MEMBERS) {
                Person person = new Person(this, "p-" + ++lastMember, "user-" + random.nextInt(USERS));
                members.put(person.id, person);
                person.member = adapter.add(person);
                adapter.join(person.member, room());
            }
        }

        private Person anyone() {
            List<Person> all = List.copyOf(members.values());
            return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        }

        void remove() {
            Person person = anyone();
            if (person != null) {
                adapter.remove(person.member);
                members.remove(person.id);
            }
        }

        void move() {
            Person person = anyone();
            if (person != null && person.member.isPresent()) {
                person.touched = time.now();
                if (random.nextBoolean()) {
                    adapter.join(person.member, room());
                } else {
                    adapter.leave(person.member, room());
                }
            }
        }

        void watch() {
            if (watches.size() < MOST_WATCHES) {
                Watched watched = new Watched(this, room());
                watches.add(watched);
                watched.registration = random.nextInt(3) == 0
                        ? adapter.cluster().watchOccupancy(watched.room, watched.door())
                        : adapter.cluster().watch(watched.room, watched);
            }
        }

        void unwatch() {
            if (!watches.isEmpty()) {
                Watched watched = watches.remove(random.nextInt(watches.size()));
                watched.closed = true;
                watched.registration.close();
            }
        }

        @Override
        public String toString() {
            return host + " " + NAMESPACE;
        }
    }

    private final class Person implements Connection {

        final Server server;
        final String id;
        final String user;
        Member member;
        long touched = time.now();

        Person(Server server, String id, String user) {
            this.server = server;
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
        public void send(Packet packet) {}

        @Override
        public CompletionStage<Packet> ask(Packet question) {
            return switch (random.nextInt(3)) {
                case 0 -> new CompletableFuture<>();
                case 1 -> CompletableFuture.failedStage(new IllegalStateException("no answer"));
                default -> CompletableFuture.completedStage(question);
            };
        }

        @Override
        public void disconnect(DisconnectReason reason) {}

        @Override
        public String toString() {
            return id + " of " + server;
        }
    }

    /** What a watch has told so far. */
    private final class Watched implements PresenceListener {

        final Server server;
        final String room;
        private final Set<String> here = new TreeSet<>();
        private final Set<String> users = new TreeSet<>();
        private boolean began;
        private Boolean occupied;
        private boolean closed;
        private boolean isDoor;
        Registration registration;

        Watched(Server server, String room) {
            this.server = server;
            this.room = room;
        }

        OccupancyListener door() {
            isDoor = true;
            return new OccupancyListener() {
                @Override
                public void occupied() {
                    tell(true);
                }

                @Override
                public void vacated() {
                    tell(false);
                }
            };
        }

        private void tell(boolean now) {
            require(occupied == null || occupied != now, "occupancy was told twice: " + now);
            occupied = now;
        }

        private void require(boolean holds, String what) {
            if (!holds && !closed && server.host.open) {
                broken(server, "watching " + room + ": " + what);
            }
        }

        void check() {
            Set<String> truth = in(room);
            if (isDoor) {
                require(
                        occupied != null && occupied == !truth.isEmpty(),
                        "occupied is " + occupied + ", and there are " + truth);
            } else {
                require(began, "it has not begun");
                require(here.equals(truth), "told are " + here + ", and there are " + truth);
            }
        }

        @Override
        public void began(List<MemberInfo> members) {
            require(!began, "it began twice");
            began = true;
            members.forEach(member -> {
                here.add(named(member));
                member.user().ifPresent(users::add);
            });
        }

        @Override
        public void joined(MemberInfo member) {
            require(began && here.add(named(member)), named(member) + " joined, and was there");
        }

        @Override
        public void left(MemberInfo member) {
            require(began && here.remove(named(member)), named(member) + " left, and was not there");
        }

        @Override
        public void arrived(String user) {
            require(users.add(user), user + " arrived, and was there");
        }

        @Override
        public void departed(String user) {
            require(users.remove(user), user + " departed, and was not there");
        }
    }
}
