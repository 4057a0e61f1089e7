package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.Cost;
import dev.roomcast.adapter.engine.VirtualTime;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.config.ProtocolTiming;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is told once a peer has shown, late, that it receives this node. */
class ReceiptMonitorTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Incarnation PEER = new Incarnation(1, 1);
    private static final long OWN = 7;

    private final VirtualTime time = new VirtualTime(1);
    private final List<Long> receivedAgainSince = new ArrayList<>();
    private final ReceiptMonitor monitor = monitor();

    @Test
    void aPeerThatAnswersLateHasMissedNothingWhereNothingWasPublished() {
        meetLate();
        assertEquals(List.of(), receivedAgainSince, "Rule 6.6");
    }

    @Test
    void whatWasPublishedMeanwhileIsInDoubtFromTheFirstPacketOn() {
        monitor.met(PEER, "peer");
        time.pass(SECOND);
        long published = time.execution().now();
        monitor.publishes();
        time.pass(SECOND);
        monitor.publishes();
        meetLate();
        assertEquals(List.of(published), receivedAgainSince);
    }

    @Test
    void aPeerThatComesBackAtOnceAfterItWasGivenUpMayHaveMissedWhatWasPublishedMeanwhile() {
        monitor.publishes();
        monitor.met(PEER, "peer");
        monitor.received(PEER);
        long published = time.execution().now();
        time.pass(SECOND.multipliedBy(10));
        monitor.gone(PEER);
        time.pass(SECOND.dividedBy(10));
        monitor.met(PEER, "peer");
        monitor.received(PEER);
        assertEquals(List.of(published), receivedAgainSince);
    }

    @Test
    void aNodeThatEndsAnnouncesOnceWhatAPeerMayHaveMissedThatHasNotAnswered() {
        long published = time.execution().now();
        monitor.publishes();
        monitor.met(PEER, "peer");
        monitor.met(new Incarnation(2, 2), "other peer");
        monitor.heartbeat(PEER, OptionalLong.of(OWN + 1));
        monitor.heartbeat(new Incarnation(2, 2), OptionalLong.of(OWN + 1));
        time.pass(SECOND.multipliedBy(2));
        monitor.ends();
        assertEquals(List.of(published), receivedAgainSince);
    }

    @Test
    void aNodeThatEndsAnnouncesNothingIfAllPeersReceiveIt() {
        monitor.publishes();
        monitor.met(PEER, "peer");
        monitor.heartbeat(PEER, OptionalLong.of(OWN + 1));
        time.pass(SECOND.dividedBy(10));
        monitor.received(PEER);
        time.pass(SECOND.multipliedBy(2));
        monitor.ends();
        assertEquals(List.of(), receivedAgainSince, "Rule 6.6");
    }

    @Test
    void whatPeersCostThatDoNotReceiveThisNodeGrowsWithThem() {
        Cost.assertLinear(8_000, count -> {
            ReceiptMonitor many = monitor();
            for (int heartbeat = 0; heartbeat < 3; heartbeat++) {
                for (int i = 1; i <= count; i++) {
                    Incarnation peer = new Incarnation(i, i);
                    many.met(peer, "peer");
                    many.beat();
                    many.heartbeat(peer, OptionalLong.of(OWN + 1));
                }
                time.pass(SECOND.multipliedBy(11));
            }
            String trouble = String.valueOf(many.trouble());
            assertTrue(trouble.startsWith("node peer and " + (count - 1) + " more do not receive"), trouble);
        });
    }

    /** It asks for a receipt, which takes longer than a heartbeat. */
    private void meetLate() {
        monitor.met(PEER, "peer");
        monitor.heartbeat(PEER, OptionalLong.of(OWN + 1));
        time.pass(SECOND.multipliedBy(2));
        monitor.received(PEER);
    }

    private ReceiptMonitor monitor() {
        Execution execution = time.execution();
        DeliveryQueue deliveryQueue = new DeliveryQueue(execution, 1 << 20);
        Inbox inbox = new Inbox(execution, deliveryQueue, 1 << 20, new Counters());
        inbox.open();
        ProtocolTiming protocolTiming = new ProtocolTiming(SECOND, SECOND.multipliedBy(10), SECOND, SECOND);
        return new ReceiptMonitor(
                execution, inbox, protocolTiming, () -> OWN, () -> true, new ReceiptMonitor.Listener() {
                    @Override
                    public CompletionStage<Void> request(Incarnation peer) {
                        return CompletableFuture.completedStage(null);
                    }

                    @Override
                    public void reconnect(String why) {}

                    @Override
                    public void receivedAgain(long since) {
                        receivedAgainSince.add(since);
                    }

                    @Override
                    public void changed() {}
                });
    }
}
