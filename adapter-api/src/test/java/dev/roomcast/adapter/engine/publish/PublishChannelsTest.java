package dev.roomcast.adapter.engine.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.HeartbeatMark;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Goodbye;
import dev.roomcast.adapter.engine.codec.Message.LastSequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublishChannelsTest {

    private static final Incarnation SELF = new Incarnation(1, 1);
    private static final int MOST = 1 << 16;

    private final List<PublishChannel> left = new ArrayList<>();
    private boolean together;
    private final PublishChannels out = new PublishChannels(
            new ChannelNames("rc", "/", 200),
            SELF,
            new FrameWriter(() -> 0, () -> Frame.FIRST_VERSION, null),
            () -> together,
            left::add);

    @Test
    void oneRoomOrOneUserHasAChannelOfItsOwn() {
        PublishChannel room = out.of(Target.room("r"));
        assertEquals("rc._2F.room.r", room.name());
        assertEquals(Target.room("r"), room.target());
        assertFalse(room.isBarrier());
        assertSame(room, out.of(Target.room("r").exceptRooms(Set.of("s"))));
        PublishChannel user = out.of(Target.user("r"));
        assertEquals("rc._2F.user.r", user.name());
        assertEquals(Target.user("r"), user.target());
        assertSame(user, out.of(Target.user("r")));
    }

    @Test
    void whereNoneHasAChannelOfItsOwnAllGoesToTheNamespace() {
        together = true;
        assertSame(out.namespace(), out.of(Target.room("r")));
        assertSame(out.namespace(), out.of(Target.user("r")));
        assertSame(out.namespace(), out.of(Target.everyone()));
        assertEquals("rc._2F.room.r", out.ofItsOwn(Target.room("r")).name(), "what is to come back on its link");
    }

    @Test
    void everythingElseGoesToTheNamespace() {
        PublishChannel namespace = out.namespace();
        assertTrue(namespace.isBarrier());
        assertNull(namespace.target());
        for (Target target : List.of(
                Target.everyone(),
                Target.rooms(Set.of("r", "s")),
                Target.users(Set.of("u", "v")),
                Target.member("m"),
                Target.room("r").and(Target.user("u")),
                Target.room("r").and(Target.member("m")),
                Target.user("u").and(Target.member("m")),
                Target.rooms(Set.of()))) {
            assertSame(namespace, out.of(target), target::toString);
        }
    }

    @Test
    void eachChannelHasAStreamOfItsOwn() {
        Incarnation other = new Incarnation(2, 2);
        List<PublishChannel> channels = List.of(
                out.namespace(), out.of(Target.room("r")), out.of(Target.user("r")), out.node(SELF), out.node(other));
        Set<Long> streams = new HashSet<>();
        channels.forEach(channel -> assertTrue(streams.add(channel.stream()), channel.name()));
        channels.forEach(channel -> assertEquals(SELF, channel.from()));
        assertSame(out.node(other), out.node(other));
        assertFalse(out.node(other).isBarrier());
    }

    @Test
    void whatIsInFlightOnRoomsAndUsersIsKnown() {
        PublishChannel room = out.of(Target.room("r"));
        PublishChannel user = out.of(Target.user("u"));
        out.of(Target.room("s"));
        out.namespace().beginFrame();
        assertEquals(List.of(), out.inFlight());
        room.beginFrame();
        user.beginFrame();
        assertEquals(List.of(room, user), out.inFlight());
        room.endFrame();
        assertEquals(List.of(user), out.inFlight());
    }

    @Test
    void whatLeavesOnRoomsAndUsersIsTold() {
        PublishChannel room = out.of(Target.room("r"));
        PublishChannel user = out.of(Target.user("u"));
        room.left(1);
        user.left(1);
        out.namespace().left(1);
        assertEquals(List.of(room, user), left);
    }

    @Test
    void whenThereAreTooManyTheOneNotUsedForTheLongestIsForgottenAndBeginsANewStream() {
        PublishChannel first = out.of(Target.room("0"));
        PublishChannel second = out.of(Target.room("1"));
        for (int i = 2; i < MOST; i++) {
            out.of(Target.room("" + i));
        }
        assertSame(first, out.of(Target.room("0")));
        for (int i = MOST; i < 2 * MOST - 10; i++) {
            out.of(Target.room("" + i));
            assertSame(first, out.of(Target.room("0")), "it is used all the time");
        }
        assertSame(first, out.of(Target.room("0")));
        PublishChannel again = out.of(Target.room("1"));
        assertNotSame(second, again);
        assertNotEquals(second.stream(), again.stream());
    }

    @Test
    void aChannelIsNotForgottenBeforeItsMessagesAreAnswered() {
        Goodbye message = new Goodbye();
        PublishChannel waits = out.of(Target.room("waits"));
        PublishChannel answered = out.of(Target.user("answered"));
        assertSame(waits, waits.open(message));
        assertSame(answered, answered.open(message));
        answered.answered(1);
        for (int i = 0; i < 2 * MOST; i++) {
            out.of(Target.room("" + i));
            out.of(Target.user("" + i));
        }
        assertSame(waits, out.of(Target.room("waits")));
        assertNotSame(answered, out.of(Target.user("answered")));
    }

    @Test
    void whatIsSentOnAChannelThatWasForgottenMeanwhileIsItsSuccessors() {
        PublishChannel before = out.of(Target.room("r"));
        for (int i = 0; i < 2 * MOST; i++) {
            out.of(Target.room("" + i));
        }
        PublishChannel successor = before.open(new Goodbye());
        assertNotSame(before, successor);
        assertSame(successor, out.of(Target.room("r")));
        assertSame(before, before.open(new LastSequence()), "a tail is about the numbers of its own stream");
        before.answered(1);
        assertTrue(before.isForgotten());
    }

    @Test
    void channelsThatAreAllInUseAreKept() {
        List<PublishChannel> all = new ArrayList<>();
        for (int i = 0; i < MOST + 100; i++) {
            all.add(out.of(Target.room("" + i)).open(new Goodbye()));
        }
        for (int i = 0; i < all.size(); i++) {
            assertSame(all.get(i), out.of(Target.room("" + i)));
        }
    }

    @Test
    void aTailBearsTheNumberUpToWhichFramesHaveLeft() {
        PublishChannel room = out.of(Target.room("r"));
        assertEquals(1, room.beginFrame());
        assertEquals(2, room.beginFrame());
        assertEquals(2, room.beginTail(), "they leave before it");
        room.left(1);
        for (int i = 0; i < 3; i++) {
            room.endFrame();
        }
        assertEquals(0, room.inFlight());
        assertEquals(1, room.beginTail(), "nobody knows of the second, which was not sent");
        room.left(2);
        room.left(1);
        room.endFrame();
        assertEquals(2, room.beginTail());
    }

    @Test
    void theTwoLastBeatsAreMarks() {
        PublishChannel room = out.of(Target.room("r"));
        room.beginFrame();
        assertEquals(List.of(), room.marks(), "before the first beat");
        beat();
        room.beginFrame();
        assertEquals(List.of(new HeartbeatMark(1, 1)), room.marks());
        room.beginFrame();
        assertEquals(List.of(new HeartbeatMark(1, 1)), room.marks());
        beat();
        room.beginFrame();
        assertEquals(List.of(new HeartbeatMark(1, 1), new HeartbeatMark(3, 2)), room.marks());
        beat();
        room.beginFrame();
        assertEquals(List.of(new HeartbeatMark(3, 2), new HeartbeatMark(4, 3)), room.marks());
        assertEquals(List.of(), out.namespace().marks());
    }

    private void beat() {
        out.namespace().beginFrame();
        out.namespace().beat();
    }
}
