package dev.roomcast.adapter.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.QueueLimit;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members with a queue of their own whose clients do not read. */
class QueuedMembersTest {

    private static final Target ROOM = Target.room("room");
    private static final int MANY = 100;
    private static final long PATIENCE =
            Duration.parse(System.getProperty("roomcast.tck.patience", "PT2M")).toSeconds();

    private final Adapter sender = open("sender");
    private final Adapter receiver = open("receiver");
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<String> wanted = new ArrayList<>();

    private static Adapter open(String name) {
        return Adapters.open(AdapterConfig.of(Map.of(
                "roomcast.adapter", "memory",
                "roomcast.memory.bus", "queued-members",
                "roomcast.hello.wait", "50ms",
                "roomcast.node.name", "queued-" + name)));
    }

    @AfterEach
    void close() {
        closed.countDown();
        sender.close();
        receiver.close();
    }

    @Test
    void whoDoesNotReadIsNoMemberAnyMoreWhenItIsSentToByItsOwnNode() throws Exception {
        whoDoesNotReadIsNoMemberAnyMore(receiver);
    }

    @Test
    void whoDoesNotReadIsNoMemberAnyMoreWhenItIsSentToByAnotherNode() throws Exception {
        whoDoesNotReadIsNoMemberAnyMore(sender);
    }

    private void whoDoesNotReadIsNoMemberAnyMore(Adapter sending) throws Exception {
        Member slow = join(Connection.queued(
                "slow",
                (packet, sent) -> {},
                why -> {
                    reasons.add(why);
                    closed.await(PATIENCE, TimeUnit.SECONDS);
                },
                QueueLimit.bytes(1000).thenDisconnect()));
        join(Connection.of("well", packet -> received.add(packet.text()), why -> {}));
        sendMany(sending, "one");
        DisconnectReason reason = reasons.poll(PATIENCE, TimeUnit.SECONDS);
        assertNotNull(reason);
        assertEquals(1013, reason.closeCode());
        // A thread that is left behind in the midst of it, on a busy machine, comes to its end.
        long begun = System.nanoTime();
        while (givenUp() == 0 && isPatient(begun)) {
            Thread.onSpinWait();
        }
        assertEquals(1, givenUp());
        assertFalse(slow.isPresent());
        long failed = failed();
        sendMany(sending, "two");
        assertEquals(failed, failed(), "nobody is sent to whose queue is closed");
        assertNull(reasons.poll(), "it is closed once");
    }

    /** While the closer blocks. */
    private void sendMany(Adapter sending, String what) throws InterruptedException {
        for (int i = 0; i < MANY; i++) {
            wanted.add(what + i);
            sending.broadcast(ROOM, Packet.text(what + i));
        }
        List<String> got = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            got.add(received.poll(PATIENCE, TimeUnit.SECONDS));
        }
        assertEquals(wanted, got);
        wanted.clear();
    }

    private static boolean isPatient(long begun) {
        return System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(PATIENCE);
    }

    private long givenUp() {
        return receiver.health().counters().get("members.given_up");
    }

    private long failed() {
        return receiver.health().counters().get("sends.failed");
    }

    private Member join(Connection connection) {
        Member member = receiver.add(connection);
        receiver.join(member, "room").toCompletableFuture().join();
        return member;
    }
}
