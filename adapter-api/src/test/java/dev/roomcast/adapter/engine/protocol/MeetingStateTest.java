package dev.roomcast.adapter.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.VersionNegotiation;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a node has met its cluster, whether it takes part, and what may leave until then. */
class MeetingStateTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Execution execution = new VirtualTime(1).execution();
    private final Inbox inbox = new Inbox(execution, new DeliveryQueue(execution, 1 << 20), 1 << 20, new Counters());
    private final ProtocolSchedule schedule =
            new ProtocolSchedule(execution, inbox, new ProtocolTiming(SECOND, SECOND, SECOND, SECOND));
    private final LocalIdentity identity =
            new LocalIdentity(new Incarnation(1, 1), "this one", new Versions(1, 1), ChannelMode.PER_ROOM);
    private final VersionNegotiation versions = new VersionNegotiation(identity.versions());
    private final Reported reported = new Reported();
    private final Peers peers = new Peers(
            execution, versions, SECOND, new PeerEvents(identity, versions, schedule, reported, new Ignored()));
    private final MeetingState meeting = new MeetingState(versions);
    private final OutageGate gate = new OutageGate(meeting, schedule);

    @Test
    void packetsWaitUntilAllHaveBeenMet() {
        assertFalse(gate.isOpen());
        meeting.metAll();
        assertTrue(gate.isOpen());
        meeting.interrupted();
        assertFalse(gate.isOpen());
    }

    @Test
    void nothingWaitsInANodeThatCloses() {
        schedule.close();
        assertTrue(gate.isOpen());
    }

    @Test
    void aNodeIsLeftOutOnceItHasMetAClusterOfAnotherVersion() {
        peers.met(new Incarnation(2, 2), "newer", new Versions(2, 2));
        peers.met(new Incarnation(3, 3), "newer too", new Versions(2, 2));
        assertFalse(meeting.isLeftOut());
        assertNull(gate.refusal());
        meeting.metAll();
        assertTrue(meeting.isLeftOut());
        assertNotNull(gate.refusal());
        assertEquals(List.of("newer", "newer too"), reported.nodes);
    }

    /** The names of all nodes that were reported. */
    private static final class Reported implements Protocol.Listener {

        final List<String> nodes = new ArrayList<>();

        @Override
        public void nodeChanged(PeerInfo node) {
            if (!nodes.contains(node.name())) {
                nodes.add(node.name());
            }
        }

        @Override
        public void lost(Loss loss) {}

        @Override
        public void changed() {}

        @Override
        public void shutOut(String channel, Throwable why) {}
    }

    private static final class Ignored implements PeerEvents.Endings {

        @Override
        public void gone(Incarnation node) {}

        @Override
        public void timedOut(Incarnation node, PeerInfo known, long cameLast) {}

        @Override
        public void forgotten(Incarnation node) {}
    }
}
