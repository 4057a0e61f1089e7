package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.RoomListener;
import dev.roomcast.adapter.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Chapter 3 of {@code docs/spec.md}. */
abstract class RoomEventRules extends Chapter {

    private static final int ROUNDS = 200;

    @Rule(value = "3.1", lookAt = "the order of the events of a first join")
    void createdComesBeforeTheFirstJoined() {
        TestNode node = cluster().open();
        node.client("alice").join(NEWS);
        node.client("bob").join(NEWS);
        List<String> events = node.roomEvents(NEWS);
        expect().equal(node, "the room's events", List.of("created", "joined alice", "joined bob"), events);
    }

    @Rule(value = "3.2", lookAt = "the order of the events of a last leave")
    void leftComesBeforeDeleted() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS);
        TestClient bob = node.client("bob").join(NEWS);
        alice.leave(NEWS);
        bob.leave(NEWS);
        List<String> events = node.roomEvents(NEWS);
        List<String> last = events.subList(Math.min(3, events.size()), events.size());
        expect().equal(node, "the room's last events", List.of("left alice", "left bob", "deleted"), last);
    }

    @Rule(value = "3.3", lookAt = "which changes of the room index raise an event: real ones only")
    void eachChangeRaisesOneEvent() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice").join(NEWS).join(NEWS);
        expect().completes(alice, "the join", node.adapter().join(alice.member(), List.of(NEWS, "other", NEWS)));
        alice.leave(NEWS);
        alice.leave(NEWS);
        alice.join(NEWS);
        alice.remove();
        alice.remove();
        List<String> once = List.of("created", "joined alice", "left alice", "deleted");
        List<String> twice = new ArrayList<>(once);
        twice.addAll(once);
        expect().equal(node, "the events of room news", twice, node.roomEvents(NEWS));
        expect().equal(node, "the events of room other", once, node.roomEvents("other"));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "3.4", lookAt = "whether reports of other nodes reach the room listeners")
    void onlyMembersOfThisNodeRaiseEvents() {
        List<TestNode> nodes = cluster().open(2);
        TestClient alice = nodes.get(0).client("alice").join(NEWS);
        TestClient bob = nodes.get(1).client("bob").join(NEWS);
        cluster().reaches(nodes.get(0), TO_NEWS, alice, bob);
        bob.remove();
        cluster().reaches(nodes.get(1), TO_NEWS, alice);
        expect().equal(
                        nodes.get(0),
                        "the room's events",
                        List.of("created", "joined alice"),
                        nodes.get(0).roomEvents(NEWS));
    }

    @Rule(value = "3.5", lookAt = "who catches what a listener throws")
    void throwingListenerHarmsNothing() {
        TestNode node = cluster().open();
        RoomListener thrower = new RoomListener() {
            @Override
            public void created(String room) {
                throw new IllegalStateException("thrown by the test's listener");
            }

            @Override
            public void joined(String room, Member member) {
                throw new AssertionError("thrown by the test's listener");
            }
        };
        node.adapter().onRoomEvent(thrower);
        RoomLog after = new RoomLog(expect().signal());
        node.adapter().onRoomEvent(after);
        TestClient alice = node.client("alice").join(NEWS);
        alice.leave(NEWS);
        List<String> all = List.of("created", "joined alice", "left alice", "deleted");
        expect().eventually(node, "the events of a later listener", all, () -> after.of(NEWS));
        expect().eventually(
                        node,
                        "the events of an earlier listener",
                        all,
                        () -> node.roomLog().of(NEWS));
    }

    @Rule(value = "3.6", lookAt = "whether events are queued under the room's lock, in the order of the changes")
    void eventsAreOrderedPerRoom() {
        TestNode node = cluster().open();
        List<TestClient> clients = List.of(node.client("a"), node.client("b"), node.client("c"));
        Executor ownThread = task -> new Thread(task, "tck-churn").start();
        List<CompletableFuture<Void>> churns = clients.stream()
                .map(client -> CompletableFuture.runAsync(() -> churn(client), ownThread))
                .toList();
        churns.forEach(churn -> expect().completes(node, "joins and leaves at the same time", churn));
        List<String> events = node.roomEvents(NEWS);
        expect().equal(node, "what a replay of the events finds wrong", List.of(), replay(events));
    }

    private void churn(TestClient client) {
        for (int i = 0; i < ROUNDS; i++) {
            var joined = client.node().adapter().join(client.member(), NEWS);
            client.leave(NEWS);
            joined.toCompletableFuture().exceptionally(e -> null);
        }
    }

    /** Follows the events as a listener would that keeps its own list of members. */
    private static List<String> replay(List<String> events) {
        List<String> wrong = new ArrayList<>();
        List<String> members = new ArrayList<>();
        boolean exists = false;
        int joins = 0;
        for (String event : events) {
            String[] words = event.split(" ");
            boolean fits = switch (words[0]) {
                case "created" -> !exists;
                case "joined" -> exists && !members.contains(words[1]);
                case "left" -> exists && members.remove(words[1]);
                default -> exists && members.isEmpty();
            };
            if (words[0].equals("joined")) {
                members.add(words[1]);
                joins++;
            } else if (words.length == 1) {
                exists = words[0].equals("created");
            }
            if (!fits) {
                wrong.add(event + " with members " + members);
            }
        }
        if (joins != 3 * ROUNDS || exists) {
            wrong.add(joins + " joins of " + 3 * ROUNDS + ", and the room " + (exists ? "remains" : "is gone"));
        }
        return wrong;
    }

    @Rule(value = "3.7", lookAt = "what Registration.close() takes away")
    void closedRegistrationHearsNothingMore() {
        TestNode node = cluster().open();
        Map<RoomLog, Registration> closed =
                registered(() -> new RoomLog(expect().signal()), node.adapter()::onRoomEvent);
        RoomLog after = new RoomLog(expect().signal());
        node.adapter().onRoomEvent(after);
        TestClient alice = node.client("alice").join(NEWS);
        List<String> begin = List.of("created", "joined alice");
        closed.forEach((log, registration) -> {
            expect().eventually(node, "the events", begin, () -> log.of(NEWS));
            registration.close();
            expect().allows(node, "closing a registration twice", registration::close);
        });
        alice.leave(NEWS);
        expect().eventually(
                        node,
                        "a later one to learn that alice left",
                        () -> after.of(NEWS).size() > begin.size(),
                        after::all);
        closed.keySet().forEach(log -> expect().equal(node, "the events of a closed one", begin, log.of(NEWS)));
    }

    @Rule(value = "3.8", lookAt = "whether a user's channel is kept as a room of which listeners get events")
    void usersRaiseNoRoomEvents() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice", "user-1").join(NEWS);
        cluster().reaches(node, Target.user("user-1"), alice);
        alice.leave(NEWS);
        node.roomEvents(NEWS);
        Set<String> rooms =
                Set.of(NEWS + ": created", NEWS + ": joined alice", NEWS + ": left alice", NEWS + ": deleted");
        expect().equal(node, "all room events", rooms, Set.copyOf(node.roomLog().all()));
    }

    @Rule(
            value = "3.9",
            lookAt = "what a change of a member's user or attributes reports to the listeners of its rooms")
    void changesOfAMemberAreToldInEachOfItsRooms() {
        TestNode node = cluster().open();
        TestClient alice = node.client("alice", "ann").join(NEWS).join("other");
        alice.leave("other");
        alice.member().user("bob");
        alice.member().user("bob");
        Map<String, String> attributes = Map.of("role", "writer");
        alice.member().attributes(attributes);
        alice.member().attributes(attributes);
        alice.leave(NEWS);
        alice.member().user("ann");
        List<String> wanted =
                List.of("created", "joined alice", "changed alice", "changed alice", "left alice", "deleted");
        expect().equal(node, "the room's events", wanted, node.roomEvents(NEWS));
        List<String> other = List.of("created", "joined alice", "left alice", "deleted");
        expect().equal(node, "the events of a room that it has left", other, node.roomEvents("other"));
    }
}
