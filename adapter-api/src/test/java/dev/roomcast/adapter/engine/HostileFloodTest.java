package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.FuzzedNode.Place;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.QueryRequest;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchedRoom;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.codec.PresenceMessage;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import dev.roomcast.adapter.engine.runtime.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Frames that can all be read, and are lies: what they leave in a node is bounded, they cost no more than they are many, and the node
 * goes on.
 */
@Tag("full")
class HostileFloodTest {

    private static final int MANY = 12_000;
    private static final long MOST_LEFT = 128 << 20;

    private FuzzedNode node = new FuzzedNode(1);
    private Place namespace = node.places.get(0);
    private Place own = node.places.get(1);

    private void anotherNode() {
        node = new FuzzedNode(1);
        namespace = node.places.get(0);
        own = node.places.get(1);
    }

    private static Incarnation stranger(int number) {
        return new Incarnation(number, ~number);
    }

    /** What so many lies leave is bounded, and they cost in proportion to how many they are. */
    private void bounded(int many, IntConsumer flood) {
        Cost.assertLinear(many, count -> {
            anotherNode();
            leavesAtMost(MOST_LEFT, () -> flood.accept(count));
        });
    }

    private void leavesAtMost(long most, Runnable flood) {
        long before = FuzzReport.heap();
        flood.run();
        node.pass(Duration.ofMillis(10));
        long left = FuzzReport.heap() - before;
        assertTrue(left < most, () -> left + " bytes are left");
        node.checkThatItServes();
        assertTrue(node.adapter.cluster().nodes().size() < 10, "all of them have been given up");
    }

    /** Gives the node so many frames, and time after every few. */
    private void each(int count, IntConsumer frame) {
        for (int i = 1; i <= count; i++) {
            frame.accept(i);
            if (i % 100 == 0) {
                node.pass(Duration.ofNanos(50_000));
            }
        }
    }

    @Test
    void nodesThatSayHello() {
        bounded(MANY, count -> {
            each(count, i -> node.say(stranger(i), namespace, new Hello(i, "stranger", FrameCodec.VERSIONS)));
            node.pass(Duration.ofMillis(10));
            assertEquals(
                    Math.min(10_000, count + node.peers().size()) + 1,
                    node.adapter.cluster().nodes().size());
        });
    }

    @Test
    void nodesThatComeAndGo() {
        bounded(
                MANY,
                count -> each(count, i -> {
                    node.say(stranger(i), namespace, new Hello(i, "stranger", FrameCodec.VERSIONS));
                    node.say(stranger(i), namespace, new Goodbye());
                }));
    }

    @Test
    void nodesThatAreNamedInAnAnswer() {
        bounded(MANY, count -> {
            List<Named> named = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                named.add(new Named(stranger(i), "named"));
            }
            node.say(node.peers().get(0), own, new Welcome(node.round(), "peer", FrameCodec.VERSIONS, named));
        });
    }

    @Test
    void goodbyesOfStrangers() {
        bounded(4 * MANY, count -> each(count, i -> node.say(stranger(i), namespace, new Goodbye())));
    }

    /** On the node's own channel, where a gap may be news of presence that did not come. */
    @Test
    void gapsOfStrangers() {
        bounded(8 * MANY, this::gaps);
        // What is bounded is full now.
        leavesAtMost(4 << 20, () -> gaps(-MANY));
        assertTrue(node.counted(Counters.FRAMES_LOST) > 0, "a counter never falls");
    }

    private void gaps(int count) {
        each(Math.abs(count), i -> {
            Incarnation from = stranger(count < 0 ? -i : i);
            node.frame(own, FrameCodec.encode(frame(from, 1), null));
            node.frame(own, FrameCodec.encode(frame(from, Long.MAX_VALUE), null));
        });
    }

    private static Frame frame(Incarnation from, long number) {
        return new Frame(from, 1, number, 0, 1, null, List.of());
    }

    @Test
    void streamsOfStrangers() {
        bounded(
                4 * MANY,
                count -> each(count, i -> {
                    Place place = node.places.get(i % node.places.size());
                    node.frame(place, FrameCodec.encode(frame(stranger(i), 1), place.target()));
                }));
        assertTrue(node.counted(Counters.STREAMS_FORGOTTEN) > 0);
    }

    @Test
    void roomsThatAreWatched() {
        bounded(2_000, count -> {
            for (int watcher = 1; watcher <= 20; watcher++) {
                Incarnation from = stranger(watcher);
                node.say(from, namespace, new Hello(1, "watcher", FrameCodec.VERSIONS));
                for (int part = 0; part < count / 20; part++) {
                    node.say(from, own, new WatchList(1, part, 1000, rooms(part)));
                }
                node.pass(Duration.ofMillis(1));
            }
        });
    }

    private static List<WatchedRoom> rooms(int part) {
        List<WatchedRoom> rooms = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rooms.add(new WatchedRoom("a room " + part + " " + i, WatchLevel.MEMBERS));
        }
        return rooms;
    }

    @Test
    void questionsThatNobodyAnswers() {
        // Of member x, who never does.
        Query forEver =
                new Query.Ask(Target.member("x"), Packet.text("x".repeat(1000)), Duration.ofMillis(Integer.MAX_VALUE));
        Query forNobody = new Query.Ask(Target.member("nobody"), Packet.text(""), Duration.ofDays(20));
        bounded(
                6 * MANY,
                count -> each(count, i -> {
                    node.say(node.peers().get(0), own, new QueryRequest(i, forEver));
                    node.say(node.peers().get(1), own, new QueryRequest(i, forNobody));
                }));
    }

    @Test
    void membersThatAreToldOf() {
        bounded(2_500, count -> {
            for (int part = 0; part < count; part++) {
                RoomPresence told =
                        new RoomPresence("r", 7, part, Integer.MAX_VALUE, new PresenceMessage.All(members(part)));
                node.say(node.peers().get(0), own, told);
                node.pass(Duration.ofNanos(50_000));
            }
            node.say(node.peers().get(0), own, new Goodbye());
        });
    }

    private static List<MemberDescription> members(int part) {
        List<MemberDescription> members = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            members.add(new MemberDescription(part + " " + i, null, Set.of(), Map.of()));
        }
        return members;
    }

    @Test
    void namesOfAttributesWhoseHashesCollide() {
        bounded(1 << 17, count -> {
            Map<String, String> attributes = new HashMap<>();
            for (int i = 0; i < count; i++) {
                StringBuilder name = new StringBuilder();
                for (int bit = 0; bit < 17; bit++) {
                    name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                attributes.put(name.toString(), "");
            }
            MemberDescription member = new MemberDescription("id", null, Set.of(), attributes);
            node.say(node.peers().get(0), own, new RoomPresence("r", 7, 0, 1, new PresenceMessage.Joined(member)));
        });
    }

    /** A log has lines, and a name stands in one. */
    @Test
    void namesThatForgeALog() {
        node.say(stranger(1), namespace, new Hello(1, "a\n\u001b[31mERROR b\ud83d\ude00", FrameCodec.VERSIONS));
        node.pass(Duration.ofMillis(10));
        assertTrue(node.adapter.cluster().nodes().stream()
                .anyMatch(known -> known.name().equals("a??[31mERROR b\ud83d\ude00")));
    }

    @Test
    void junkOnEveryChannelIsCounted() {
        int junk = 0;
        for (Place place : node.places) {
            for (int length = 0; length < 100; length++) {
                node.frame(place, new byte[length]);
                junk++;
            }
        }
        node.pass(Duration.ofMillis(10));
        assertEquals(junk, node.counted(Counters.FRAMES_MALFORMED));
        node.checkThatItServes();
    }

    @Test
    void othersVersionsAreCounted() {
        byte[] newer = FrameCodec.encode(frame(stranger(1), 1), null);
        newer[2] = 99;
        for (Place place : node.places) {
            node.frame(place, newer);
        }
        node.pass(Duration.ofMillis(10));
        assertEquals(node.places.size(), node.counted(Counters.FRAMES_NOT_UNDERSTOOD));
        node.checkThatItServes();
    }
}
