package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Rooms;
import dev.roomcast.adapter.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Chapter 1 of {@code docs/spec.md}. */
abstract class MembershipRules extends Chapter {

    private static final String LIMIT_KEY = "roomcast.limit.name-bytes";
    private static final String LONE_SURROGATE = "\uD83D";

    @Rule(value = "1.1", lookAt = "what add() puts into the room index")
    void memberJustAddedIsInNoRoom() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice");
        expect().equal(alice, "rooms().of()", Set.of(), node.adapter().rooms().of(alice.member()));
        expect().equal(node, "rooms().names()", Set.of(), node.adapter().rooms().names());
        expect().equal(
                        node,
                        "rooms().member(id)",
                        Optional.of(alice.member()),
                        node.adapter().rooms().member("alice"));
        expect().that(alice, "isPresent()", alice.member().isPresent(), false);
        expect().equal(alice, "the member's id", "alice", alice.member().id());
    }

    @Rule(value = "1.2", lookAt = "whether join() waits for the broker before it changes the room index")
    void joinIsVisibleBeforeItReturns() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice");
        CompletionStage<Void> joined = node.adapter().join(alice.member(), NEWS);
        Rooms rooms = node.adapter().rooms();
        expect().equal(alice, "rooms().of() after join()", Set.of(NEWS), rooms.of(alice.member()));
        expect().equal(node, "rooms().members()", Set.of(alice.member()), rooms.members(NEWS));
        expect().equal(node, "rooms().names()", Set.of(NEWS), rooms.names());
        expect().equal(node, "rooms().count()", 1, rooms.count());
        expect().completes(alice, "the join", joined);
    }

    @Rule(value = "1.3", lookAt = "whether join() looks if the member is in the room already")
    void joinIsIdempotent() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS).join(NEWS);
        expect().equal(
                        node,
                        "rooms().members()",
                        Set.of(alice.member()),
                        node.adapter().rooms().members(NEWS));
        expect().equal(node, "the room's events", List.of("created", "joined alice"), node.roomEvents(NEWS));
        alice.leave(NEWS);
        expect().equal(
                        node,
                        "rooms() after one leave",
                        Set.of(),
                        node.adapter().rooms().names());
    }

    @Rule(value = "1.4", lookAt = "what leave() does for a member that is not in the room")
    void leaveIsIdempotent() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join("other");
        expect().allows(alice, "leaving a room that is not joined", () -> alice.leave(NEWS));
        alice.join(NEWS);
        alice.leave(NEWS);
        expect().allows(alice, "leaving twice", () -> alice.leave(NEWS));
        expect().allows(
                        alice,
                        "leaving several, of which none is joined",
                        () -> node.adapter().leave(alice.member(), List.of(NEWS, "nowhere")));
        expect().equal(
                        alice,
                        "its rooms",
                        Set.of("other"),
                        node.adapter().rooms().of(alice.member()));
        List<String> once = List.of("created", "joined alice", "left alice", "deleted");
        expect().equal(node, "the room's events", once, node.roomEvents(NEWS));
    }

    @Rule(value = "1.5", lookAt = "whether join() checks, under the member's lock, that the member is present")
    void joinOfRemovedMemberFails() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice");
        alice.remove();
        expect().fails(
                        alice,
                        "a join after remove() to fail with IllegalStateException",
                        IllegalStateException.class::isInstance,
                        node.adapter().join(alice.member(), NEWS));
        expect().equal(node, "rooms().names()", Set.of(), node.adapter().rooms().names());
        expect().equal(node, "the room's events", List.of(), node.roomEvents(NEWS));
    }

    @Rule(value = "1.6", lookAt = "whether remove() leaves every room before it returns")
    void removeLeavesEveryRoom() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS).join("other");
        node.client("bob").join("other");
        alice.remove();
        Rooms rooms = node.adapter().rooms();
        expect().equal(node, "rooms().names()", Set.of("other"), rooms.names());
        expect().equal(alice, "rooms().of()", Set.of(), rooms.of(alice.member()));
        expect().equal(node, "rooms().member(id)", Optional.empty(), rooms.member("alice"));
        expect().that(alice, "isPresent() to be false", !alice.member().isPresent(), true);
        expect().allows(alice, "a second remove", alice::remove);
        List<String> once = List.of("created", "joined alice", "left alice", "deleted");
        expect().equal(node, "the room's events", once, node.roomEvents(NEWS));
    }

    @Rule(value = "1.7", lookAt = "whether remove() and leave() go by the handle or by the id")
    void lateRemovalTakesNothingFromTheNewConnection() {
        TestNode node = cluster().open();
        TestClient old = node.client("alice").join(NEWS);
        old.remove();
        TestClient back = node.client("alice").join(NEWS);
        old.leave(NEWS);
        old.remove();
        expect().equal(
                        node,
                        "rooms().member(id)",
                        Optional.of(back.member()),
                        node.adapter().rooms().member("alice"));
        expect().equal(
                        node,
                        "rooms().members()",
                        Set.of(back.member()),
                        node.adapter().rooms().members(NEWS));
        cluster().reaches(node, TO_NEWS, back);
    }

    @Rule(value = "1.20", lookAt = "whether add() replaces a member of the same id")
    void idThatIsPresentIsRefused() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS);
        Connection second = Connection.of("alice", packet -> {}, reason -> {});
        expect().refuses(
                        node,
                        "a second connection \"alice\"",
                        Outcome.DUPLICATE_ID,
                        () -> node.adapter().add(second),
                        "alice",
                        "replace");
        expect().equal(
                        node,
                        "rooms().members()",
                        Set.of(alice.member()),
                        node.adapter().rooms().members(NEWS));
        alice.remove();
        expect().allows(
                        node,
                        "adding the id after remove()",
                        () -> node.adapter().add(second));
    }

    @Rule(value = "1.9", lookAt = "whether rooms() hands out its own sets")
    void returnedSetsAreImmutableSnapshots() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS);
        Rooms rooms = node.adapter().rooms();
        Set<String> names = rooms.names();
        Set<String> of = rooms.of(alice.member());
        Set<Member> members = rooms.members(NEWS);
        node.client("bob").join(NEWS).join("other");
        alice.join("other");
        expect().equal(node, "an earlier names()", Set.of(NEWS), names);
        expect().equal(node, "an earlier of(alice)", Set.of(NEWS), of);
        expect().equal(node, "an earlier members()", Set.of(alice.member()), members);
        for (Collection<?> set :
                List.of(names, of, members, node.adapter().cluster().nodes())) {
            expect().refuses(node, "a change of " + set, UnsupportedOperationException.class, set::clear);
        }
        Set<String> all = expect().completes(node, "allRooms()", node.adapter().allRooms());
        expect().refuses(node, "a change of allRooms()", UnsupportedOperationException.class, all::clear);
    }

    @Rule(value = "1.10", lookAt = "how names become channels: are they escaped, and is the escape character itself?")
    void anyNameWorks() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        TestNode listener = nodes.get(nodes.size() - 1);
        List<String> names = strangeNames(listener);
        Map<String, TestClient> clients = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            clients.put(names.get(i), listener.client("c" + i).join(names.get(i)));
        }
        names.forEach(name -> sender.broadcast(Target.room(name), "to " + name));
        clients.forEach((name, client) -> client.awaits("to " + name));
        cluster().settle(sender);
        clients.forEach((name, client) -> expect().equal(
                        client, "what came in room \"" + name + "\"", List.of("to " + name), client.distinctTexts()));
        Set<String> all =
                expect().completes(sender, "allRooms()", sender.adapter().allRooms());
        expect().equal(sender, "allRooms()", new HashSet<>(names), all);
    }

    @Rule(value = "1.10", lookAt = "how the ids of members and users travel, and what sets a user apart from a room")
    void anyIdWorks() {
        List<TestNode> nodes = cluster().openAll();
        TestNode sender = nodes.get(0);
        TestNode listener = nodes.get(nodes.size() - 1);
        List<String> names = strangeNames(listener);
        List<TestClient> clients = new ArrayList<>();
        for (String name : names) {
            // A member, a user and a room may share a name: none of them is another.
            // A user's channel has no stage: it is asked for before that of a room of the client's own, whose stage is
            // awaited.
            clients.add(listener.client(name, name).join("own room " + clients.size()));
        }
        for (String name : names) {
            sender.broadcast(Target.member(name), "to member " + name);
            sender.broadcast(Target.user(name), "to user " + name);
            sender.broadcast(Target.room(name), "to nobody");
        }
        for (TestClient client : clients) {
            client.awaits("to member " + client.id());
            client.awaits("to user " + client.id());
        }
        cluster().settle(sender);
        clients.forEach(client -> expect().equal(
                        client,
                        "what came",
                        Set.of("to member " + client.id(), "to user " + client.id()),
                        Set.copyOf(client.texts())));
    }

    /** Names that are legal, and that a careless mapping to channels would mistake for a pattern, an escape or each other. */
    private static List<String> strangeNames(TestNode node) {
        Set<String> names = new HashSet<>(List.of(
                " ", "a b", " a", "a", "A", "a.", ".a", "a.b", "a-b", "a_b", "a__b", "a_2e", "_", "__", "_2a", "%2a"));
        names.addAll(
                List.of("*", "?", "a*", "a?", "[ab]", "[", "{a}", "\\", "#", "a#b", "a:b", ":", "/", "//", "\n", "\0"));
        names.addAll(
                List.of("12345678901234567890", "42", "\u00e9", "e\u0301", "\uD83D\uDE00", "\u4f60\u597d", "null"));
        names.addAll(List.of(node.info().incarnation(), node.info().name(), "roomcast", "everyone", "x".repeat(255)));
        if (node.provider().hasFaults()) {
            node.faults().subscribed().stream().filter(c -> c.length() <= 255).forEach(names::add);
        }
        return List.copyOf(names);
    }

    @Rule(value = "1.11", lookAt = "where names are checked: before anything is changed, and in bytes of UTF-8?")
    void unfitNamesAreRefused() {
        TestNode node = cluster().with(LIMIT_KEY, "20").open();
        Adapter adapter = node.adapter();
        TestClient alice = node.client("alice").join("x".repeat(20)).join("\uD83D\uDE00".repeat(5));
        Set<String> before = adapter.rooms().of(alice.member());
        for (String tooLong : List.of("x".repeat(21), "\u00e9".repeat(11), "\uD83D\uDE00".repeat(5) + "x")) {
            expect().refuses(
                            alice,
                            "a room of more than 20 bytes",
                            IllegalArgumentException.class,
                            () -> adapter.join(alice.member(), tooLong),
                            LIMIT_KEY,
                            "20");
            expect().refuses(
                            node,
                            "an id of more than 20 bytes",
                            IllegalArgumentException.class,
                            () -> node.client(tooLong),
                            LIMIT_KEY,
                            "20");
            expect().refuses(
                            node,
                            "a user of more than 20 bytes",
                            IllegalArgumentException.class,
                            () -> node.client("bob", tooLong),
                            LIMIT_KEY,
                            "20");
        }
        for (String malformed : List.of("", LONE_SURROGATE, "a" + LONE_SURROGATE + "b", "\uDE00\uD83D")) {
            expect().refuses(
                            alice,
                            "an empty or malformed room",
                            IllegalArgumentException.class,
                            () -> adapter.join(alice.member(), malformed));
            expect().refuses(
                            node,
                            "an empty or malformed id",
                            IllegalArgumentException.class,
                            () -> node.client(malformed));
            expect().refuses(
                            node,
                            "an empty or malformed user",
                            IllegalArgumentException.class,
                            () -> node.client("bob", malformed));
        }
        expect().equal(alice, "the rooms joined before", before, adapter.rooms().of(alice.member()));
        expect().equal(
                        node,
                        "what a refused connection leaves behind",
                        Optional.empty(),
                        adapter.rooms().member("bob"));
    }

    @Rule(value = "1.12", lookAt = "whether all names are checked before the first is joined")
    void joinOfSeveralWithOneUnfitJoinsNone() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice");
        List<String> rooms = List.of("a", "b", "", "c");
        expect().refuses(
                        alice,
                        "a join of several, one of them empty",
                        IllegalArgumentException.class,
                        () -> node.adapter().join(alice.member(), rooms));
        expect().equal(node, "rooms().names()", Set.of(), node.adapter().rooms().names());
        expect().equal(node, "the events of room a", List.of(), node.roomEvents("a"));
    }

    @Rule(value = "1.13", lookAt = "whether the adapter knows its own members")
    void foreignMemberIsRefused() {
        TestNode node = cluster().open();
        Adapter adapter = node.adapter();
        TestClient ofSibling = node.sibling("/other").client("alice").join(NEWS);
        Member made = new Member() {
            @Override
            public String id() {
                return "made";
            }

            @Override
            public Optional<String> user() {
                return Optional.empty();
            }

            @Override
            public CompletionStage<Void> user(@Nullable String user) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Map<String, String> attributes() {
                return Map.of();
            }

            @Override
            public void attributes(Map<String, String> attributes) {}

            @Override
            public boolean isPresent() {
                return true;
            }
        };
        for (Member foreign : List.of(ofSibling.member(), made)) {
            Class<IllegalArgumentException> type = IllegalArgumentException.class;
            expect().refuses(node, "a join of a foreign member", type, () -> adapter.join(foreign, NEWS));
            expect().refuses(node, "a leave of a foreign member", type, () -> adapter.leave(foreign, NEWS));
            expect().refuses(node, "a removal of a foreign member", type, () -> adapter.remove(foreign));
            expect().refuses(
                            node,
                            "rooms().of() a foreign member",
                            type,
                            () -> adapter.rooms().of(foreign));
        }
        expect().that(ofSibling, "to be present still", ofSibling.member().isPresent(), false);
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "1.14",
            lookAt = "what completes a join: the broker's confirmation of the channel, not the write of the question")
    void joinedMeansJoined() {
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestNode listener = nodes.get(1);
        TestClient alice = listener.client("alice");
        IntStream.range(0, 50).mapToObj(i -> "room " + i).forEach(room -> {
            alice.join(room);
            sender.broadcast(Target.room(room), "to " + room);
            alice.awaits("to " + room);
        });
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "1.14", lookAt = "whether a join completes before its channel is confirmed")
    void joinWaitsForItsChannel() {
        cluster().requireRoomChannels();
        TestNode node = cluster().open(2).get(1);
        TestClient alice = node.client("alice");
        node.faults().hold();
        CompletionStage<Void> joined = node.adapter().join(alice.member(), NEWS);
        boolean early = joined.toCompletableFuture().isDone();
        // A second member's join of the same room is in the same state: its channel is not confirmed either.
        TestClient bob = node.client("bob");
        CompletionStage<Void> second = node.adapter().join(bob.member(), NEWS);
        boolean secondEarly = second.toCompletableFuture().isDone();
        node.faults().release();
        expect().that(alice, "the join to wait for the broker", !early, "a completed stage");
        expect().that(bob, "the second join to wait for the broker", !secondEarly, "a completed stage");
        expect().completes(alice, "the join", joined);
        expect().completes(bob, "the second join", second);
    }

    @Rule(value = "1.15", lookAt = "where roomcast.limit.rooms-per-member is checked")
    void tooManyRoomsOfOneMemberAreRefused() {
        TestNode node = cluster().with("roomcast.limit.rooms-per-member", "2").open();
        TestClient alice = node.client("alice").join("a");
        expect().refuses(
                        alice,
                        "a third room",
                        IllegalArgumentException.class,
                        () -> node.adapter().join(alice.member(), List.of("b", "c")),
                        "roomcast.limit.rooms-per-member",
                        "2");
        expect().equal(alice, "its rooms", Set.of("a"), node.adapter().rooms().of(alice.member()));
        alice.join("b").join("a");
        alice.leave("a");
        alice.join("c");
        expect().equal(
                        alice,
                        "its rooms",
                        Set.of("b", "c"),
                        node.adapter().rooms().of(alice.member()));
    }

    @Rule(value = "1.16", lookAt = "what join() does with an empty collection")
    void joinOfNoRoomsDoesNothing() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice");
        expect().completes(alice, "a join of no rooms", node.adapter().join(alice.member(), List.of()));
        expect().completes(alice, "a join of several", node.adapter().join(alice.member(), List.of("a", "b", "a")));
        expect().equal(
                        alice,
                        "its rooms",
                        Set.of("a", "b"),
                        node.adapter().rooms().of(alice.member()));
        node.adapter().leave(alice.member(), List.of());
        expect().equal(
                        alice,
                        "its rooms",
                        Set.of("a", "b"),
                        node.adapter().rooms().of(alice.member()));
        node.adapter().leave(alice.member(), List.of("a", "b"));
        expect().equal(alice, "its rooms", Set.of(), node.adapter().rooms().of(alice.member()));
    }

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "1.17",
            lookAt = "what a join does while the link is down, and whether its channel is asked for once it is up")
    void joinWithoutLinkStaysAndIsHeardLater() {
        TestNode sender = cluster().open();
        cluster().withProvider(provider -> provider.confirmWithin(expect().moment()));
        TestNode node = cluster().open();
        TestClient alice = node.client("alice");
        node.faults().cut();
        expect().eventually(
                        node,
                        "the gauge link.up",
                        0L,
                        () -> node.adapter().health().gauges().get("link.up"));
        expect().fails(
                        alice,
                        "a join while the link is down",
                        Outcome.NOT_CONFIRMED,
                        node.adapter().join(alice.member(), NEWS));
        expect().equal(alice, "its rooms", Set.of(NEWS), node.adapter().rooms().of(alice.member()));
        node.faults().restore();
        node.awaitsHealth(Health.Status.UP);
        sender.awaitsNodes(sender, node);
        sender.broadcast(TO_NEWS, "back");
        alice.awaits("back");
    }

    @Rule(value = "1.23", lookAt = "when add() asks the connection for its user and attributes")
    void connectionIsAskedOnce() {
        TestNode node = cluster().open();
        Map<String, String> attributes = new HashMap<>(Map.of("role", "reader"));
        AtomicInteger asked = new AtomicInteger();
        Connection connection = new Connection() {
            @Override
            public String id() {
                return "alice";
            }

            @Override
            public void send(Packet packet) {}

            @Override
            public void disconnect(DisconnectReason reason) {}

            @Override
            public Map<String, String> attributes() {
                asked.incrementAndGet();
                return attributes;
            }
        };
        Member alice = node.adapter().add(connection);
        attributes.put("role", "writer");
        expect().completes(node, "the join", node.adapter().join(alice, NEWS));
        expect().equal(node, "the attributes", Map.of("role", "reader"), alice.attributes());
        expect().equal(node, "how often attributes() was asked", 1, asked.get());
        expect().refuses(
                        node,
                        "a change of the attributes",
                        UnsupportedOperationException.class,
                        () -> alice.attributes().clear());
    }

    @Rule(value = "1.21", lookAt = "where the limits of a node's members and of their attributes are checked")
    void membersAndAttributesOverTheirLimitsAreRefused() {
        TestNode a = cluster()
                .with("roomcast.limit.members", "2")
                .with("roomcast.limit.attribute-bytes", "20")
                .open();
        a.client("1");
        expect().refuses(
                        a,
                        "an attribute of 21 bytes",
                        IllegalArgumentException.class,
                        () -> a.client("x".repeat(15)),
                        "roomcast.limit.attribute-bytes",
                        "20");
        TestClient second = a.client("2");
        expect().refuses(a, "a third member", Outcome.CAPACITY, () -> a.client("3"), "roomcast.limit.members", "2");
        second.remove();
        expect().allows(a, "a member in the place of one that has left", () -> a.client("4"));
        expect().refuses(
                        a,
                        "a third member by replace()",
                        Outcome.CAPACITY,
                        () -> a.adapter().replace(Connection.of("5", packet -> {}, reason -> {})),
                        "roomcast.limit.members",
                        "2");
        expect().allows(
                        a,
                        "replacing one of as many members as there may be",
                        () -> a.adapter().replace(Connection.of("4", packet -> {}, reason -> {})));
    }

    @Rule(value = "1.22", lookAt = "what replace() does with the member that was there")
    void newConnectionReplacesTheOneOfItsId() {
        List<TestNode> nodes = cluster().openAll();
        TestNode node = nodes.get(0);
        TestClient old = node.client("alice", "ann").join(NEWS);
        TestClient back = node.replacing("alice", "ann");
        expect().that(old, "isPresent() to be false", !old.member().isPresent(), true);
        expect().that(back, "isPresent()", back.member().isPresent(), false);
        expect().equal(
                        node,
                        "rooms().member(id)",
                        Optional.of(back.member()),
                        node.adapter().rooms().member("alice"));
        expect().equal(back, "its rooms", Set.of(), node.adapter().rooms().of(back.member()));
        List<String> once = List.of("created", "joined alice", "left alice", "deleted");
        expect().equal(node, "the room's events", once, node.roomEvents(NEWS));
        expect().eventually(
                        old,
                        "the kinds of reasons it is disconnected for",
                        List.of(DisconnectReason.Kind.REPLACED),
                        () -> old.disconnects().stream()
                                .map(DisconnectReason::kind)
                                .toList());
        old.remove();
        back.join(NEWS);
        for (TestNode sender : nodes) {
            cluster().reaches(sender, TO_NEWS, back);
            cluster().reaches(sender, Target.user("ann"), back);
            cluster().reaches(sender, Target.member("alice"), back);
        }
        expect().equal(back, "what it is disconnected for", List.of(), back.disconnects());
    }

    @Rule(
            value = "1.22",
            lookAt = "whether replace() removes the old member before it adds the new one, and under which lock")
    void whoIsReplacedIsNeverAbsent() {
        TestNode node = cluster().open();
        Rooms rooms = node.adapter().rooms();
        node.client("alice");
        AtomicInteger absent = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                if (rooms.member("alice").isEmpty()) {
                    absent.incrementAndGet();
                }
            }
        });
        for (int i = 0; i < 1000; i++) {
            node.adapter().replace(Connection.of("alice", packet -> {}, reason -> {}));
        }
        done.set(true);
        expect().completes(node, "looking for alice", looking);
        expect().equal(node, "how often nobody was there", 0, absent.get());
    }

    @Rule(value = "1.22", lookAt = "what replace() does where nobody is to be replaced")
    void whatReplacesNobodyIsAdded() {
        TestNode node = cluster().open();
        Member added = node.adapter().replace(Connection.of("alice", packet -> {}, reason -> {}));
        expect().equal(
                        node,
                        "rooms().member(id)",
                        Optional.of(added),
                        node.adapter().rooms().member("alice"));
    }

    @Rule(value = "1.24", lookAt = "what Member.user(String) does to the members that a user is looked up by")
    void memberGetsAnotherUser() {
        List<TestNode> nodes = cluster().openAll();
        TestNode node = nodes.get(0);
        TestClient alice = node.client("alice", "guest").join(NEWS);
        TestClient guest = node.client("another", "guest");
        expect().completes(alice, "becoming ann", alice.member().user("ann"));
        expect().equal(alice, "its user", Optional.of("ann"), alice.member().user());
        for (TestNode sender : nodes) {
            cluster().reaches(sender, Target.user("ann"), alice);
            cluster().reaches(sender, Target.user("guest"), guest);
            cluster().reaches(sender, TO_NEWS, alice);
        }
        expect().equal(
                        node,
                        "the users",
                        Set.of("ann"),
                        expect().completes(node, "users()", node.cluster().users(TO_NEWS))
                                .all());
        expect().completes(alice, "becoming ann again", alice.member().user("ann"));
        expect().completes(alice, "becoming nobody", alice.member().user(null));
        expect().equal(alice, "its user", Optional.empty(), alice.member().user());
        cluster().reaches(node, Target.user("ann"));
        expect().refuses(
                        alice,
                        "a user without a character",
                        IllegalArgumentException.class,
                        () -> alice.member().user(""));
        alice.remove();
        expect().fails(
                        alice,
                        "becoming ann after remove() to fail with IllegalStateException",
                        IllegalStateException.class::isInstance,
                        alice.member().user("ann"));
        cluster().reaches(node, Target.user("ann"));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "1.24", lookAt = "whether the stage of Member.user(String) waits for the user's channel")
    void anotherUserWaitsForItsChannel() {
        cluster().requireRoomChannels();
        TestNode node = cluster().open(2).get(1);
        TestClient alice = node.client("alice");
        TestClient gone = node.client("gone");
        node.faults().hold();
        CompletionStage<Void> became = alice.member().user("ann");
        CompletionStage<Void> ofGone = gone.member().user("bob");
        boolean early = became.toCompletableFuture().isDone();
        expect().equal(
                        alice,
                        "its user meanwhile",
                        Optional.of("ann"),
                        alice.member().user());
        gone.remove();
        expect().completes(gone, "the stage of one that is removed", ofGone);
        node.faults().release();
        expect().that(alice, "the stage to wait for the broker", !early, "a completed stage");
        expect().completes(alice, "becoming ann", became);
    }

    @Rule(value = "1.25", lookAt = "what Member.attributes(Map) changes, and whom it is reported to")
    void memberGetsOtherAttributes() {
        List<TestNode> nodes =
                cluster().with("roomcast.limit.attribute-bytes", "20").openAll();
        TestNode node = nodes.get(0);
        TestClient alice = node.client("alice").join(NEWS);
        Map<String, String> attributes = new HashMap<>(Map.of("role", "writer"));
        alice.member().attributes(attributes);
        attributes.clear();
        expect().equal(
                        alice,
                        "its attributes",
                        Map.of("role", "writer"),
                        alice.member().attributes());
        for (TestNode asking : nodes) {
            List<MemberInfo> members = expect().completes(
                            asking, "members()", asking.cluster().members(TO_NEWS))
                    .all();
            expect().equal(
                            asking,
                            "the attributes of the members",
                            List.of(Map.of("role", "writer")),
                            members.stream().map(MemberInfo::attributes).toList());
        }
        expect().refuses(
                        alice,
                        "attributes of 21 bytes",
                        IllegalArgumentException.class,
                        () -> alice.member().attributes(Map.of("role", "x".repeat(17))),
                        "roomcast.limit.attribute-bytes",
                        "20");
        alice.remove();
        expect().allows(
                        alice,
                        "other attributes after remove()",
                        () -> alice.member().attributes(Map.of()));
        expect().equal(
                        alice,
                        "its attributes",
                        Map.of("role", "writer"),
                        alice.member().attributes());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "1.24", lookAt = "what becomes of a member's user whose channel the broker refuses")
    void refusedChannelLeavesTheMemberWithoutUser() {
        cluster().requireRoomChannels();
        List<TestNode> nodes = cluster().open(2);
        TestNode node = nodes.get(1);
        TestClient alice = node.client("alice").join(NEWS);
        node.faults().refuse(channel -> true);
        expect().fails(
                        alice,
                        "becoming ann, which the broker refuses",
                        Outcome.REFUSED,
                        alice.member().user("ann"));
        expect().eventually(
                        alice,
                        "its user",
                        Optional.empty(),
                        () -> alice.member().user());
        node.faults().refuse(channel -> false);
        expect().completes(alice, "becoming ann", alice.member().user("ann"));
        cluster().reaches(nodes.get(0), Target.user("ann"), alice);
        cluster().reaches(nodes.get(0), TO_NEWS, alice);
    }
}
