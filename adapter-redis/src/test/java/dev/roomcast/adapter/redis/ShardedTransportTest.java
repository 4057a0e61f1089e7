package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.ACCEPTED;
import static dev.roomcast.adapter.redis.Recording.What.DROPPED;
import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.NOT_SENT;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.SUBSCRIBED;
import static dev.roomcast.adapter.redis.Recording.What.UNAVAILABLE;
import static dev.roomcast.adapter.redis.Recording.What.UNKNOWN;
import static dev.roomcast.adapter.redis.Recording.What.UNSUBSCRIBED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.testredis.TestCluster;
import dev.roomcast.testredis.TestRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a transport does in a Cluster, while its slots stay and while they move. */
@Timeout(600)
class ShardedTransportTest {

    private static final int FRAMES_OF_A_PASS = 50;
    private static final Predicate<Recording.Event> ANSWER = e -> e.is(ACCEPTED) || e.is(NOT_SENT) || e.is(UNKNOWN);

    private final String prefix = UUID.randomUUID() + ".";

    /** Three masters, and as many replicas if there are six. Connected to all masters. */
    private static Opened open(TestCluster cluster) throws InterruptedException {
        Opened node = Opened.at(cluster.url());
        node.said().await(3, LINK_UP);
        node.said().await(3, PUBLISHING);
        return node;
    }

    private List<String> channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static int slotOf(String channel) {
        return Partitions.slot(Partitions.of(channel));
    }

    /** A channel of its own that a master has now. */
    private String channelOn(int master, TestCluster cluster) {
        return channels(100).stream()
                .filter(channel -> cluster.masterOf(slotOf(channel), master) == master)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void roomsAreSpreadOverTheMasters() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, 0);
                Opened node = open(cluster)) {
            List<String> channels = channels(300);
            node.transport().subscribe(channels);
            node.said().await(channels.size(), SUBSCRIBED);
            channels.forEach(channel -> node.publish(channel, channel));
            node.said().await(channels.size(), FRAME);
            assertEquals(
                    3,
                    node.said().all(FRAME).stream()
                            .map(Recording.Event::link)
                            .distinct()
                            .count());

            node.transport().unsubscribe(channels);
            node.said().await(channels.size(), UNSUBSCRIBED);
            for (int i = 0; i < 3; i++) {
                assertEquals("", cluster.ask(i, "PUBSUB SHARDCHANNELS {*}" + prefix + "*"));
            }
        }
    }

    @Test
    void aSlotThatMovesIsFollowed() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, 0);
                Opened sender = open(cluster);
                Opened receiver = open(cluster)) {
            String channel = channelOn(1, cluster);
            receiver.subscribe(channel);
            sender.publish(channel, "before");
            receiver.said().await(FRAME, channel);

            cluster.move(slotOf(channel), slotOf(channel), 2);

            receiver.said().await(DROPPED, channel);
            // The engine asks again, as it does for whatever was dropped.
            receiver.said().clear();
            receiver.subscribe(channel);
            sender.publish(channel, "after");
            assertEquals("after", receiver.said().await(FRAME, channel).text());
            assertEquals(0, receiver.said().all(LINK_DOWN).size());
            assertEquals(0, sender.said().all(NOT_SENT).size());
        }
    }

    @Test
    void framesKeepTheirOrderWhileTheirSlotMovesToAndFro() throws Exception {
        try (TestCluster cluster = TestCluster.start(2, 0);
                Opened sender = Opened.at(cluster.url())) {
            sender.said().await(2, PUBLISHING);
            String channel = channelOn(0, cluster);
            int slot = slotOf(channel);
            Thread mover = new Thread(() -> IntStream.range(0, 6).forEach(i -> cluster.move(slot, slot, 1 - i % 2)));
            mover.start();
            int sent = 0;
            while (mover.isAlive() || sent % FRAMES_OF_A_PASS > 0) {
                List<Outgoing> pass = new ArrayList<>();
                for (int i = 0; i < FRAMES_OF_A_PASS; i++) {
                    pass.add(sender.said().frame(channel, String.valueOf(sent++)));
                }
                sender.transport().publish(pass);
                // As the engine does: two passes on their way.
                awaitAnswers(sender, Math.max(1, sent - 2 * FRAMES_OF_A_PASS));
            }
            awaitAnswers(sender, sent);
            List<Integer> accepted = sender.said().all(ACCEPTED).stream()
                    .map(event -> Integer.valueOf(event.text()))
                    .toList();
            assertEquals(accepted.stream().sorted().toList(), accepted);
            // On a machine that is busy a move may take longer than frames are held for.
            assertTrue(accepted.size() > sent / 2, accepted.size() + " of " + sent + " were accepted");
        }
    }

    private static void awaitAnswers(Opened sender, int count) throws InterruptedException {
        sender.said().await(count, "answers", ANSWER);
    }

    @Test
    void aSlotThatNoMasterHasHoldsUpNoOther() throws Exception {
        try (TestCluster cluster = TestCluster.start(2, 0);
                Opened sender = Opened.at(cluster.url())) {
            sender.said().await(2, PUBLISHING);
            String channel = channelOn(0, cluster);
            String other = channelOn(1, cluster);
            cluster.disown(slotOf(channel), 1);
            sender.publish(channel, "nobody has it");
            sender.publish(other, "as ever");
            sender.said().await(ACCEPTED, other);
            Throwable why = sender.said().await(NOT_SENT, channel).why();
            String message = String.valueOf(Objects.requireNonNull(why).getMessage());
            assertTrue(message.contains("no master has taken it"), message);

            cluster.move(slotOf(channel), slotOf(channel), 0);
            for (int i = 1; sender.said().all(ACCEPTED).stream().noneMatch(e -> e.is(ACCEPTED, channel)); i++) {
                sender.publish(channel, "try " + i);
                awaitAnswers(sender, 2 + i);
            }
        }
    }

    @Test
    void aFailoverWhileAllLiveIsFollowed() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, 1);
                Opened sender = open(cluster);
                Opened receiver = open(cluster)) {
            String channel = channelOn(1, cluster);
            receiver.subscribe(channel);
            cluster.failOver(4);
            publishUntilItComes(sender, receiver, channel);
            // A replica goes on to serve whom it has, and tells them nothing.
            cluster.awaitLeft(1, "roomcast");
        }
    }

    @Test
    void aMasterThatDiesIsReplacedByItsReplica() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, 1);
                Opened sender = open(cluster);
                Opened receiver = open(cluster)) {
            String channel = channelOn(2, cluster);
            String other = channelOn(0, cluster);
            receiver.subscribe(channel);
            receiver.subscribe(other);

            cluster.server(2).kill();

            receiver.said().await(LINK_DOWN);
            sender.publish(other, "as before");
            receiver.said().await(FRAME, other);
            publishUntilItComes(sender, receiver, channel);
            assertEquals(0, receiver.said().all(LINK_FAILED).size(), "the others are well");
            assertEquals(0, receiver.said().all(UNAVAILABLE).size(), "the channel has waited for the new master");
        }
    }

    /** As the engine does: what is dropped or lost with its link is asked for again. */
    private static void publishUntilItComes(Opened sender, Opened receiver, String channel) throws Exception {
        receiver.said().await(1, "the channel is gone", e -> e.is(DROPPED, channel) || e.is(LINK_DOWN));
        receiver.transport().subscribe(List.of(channel));
        receiver.said().await(2, "the channel is back", e -> e.is(SUBSCRIBED, channel));
        for (int i = 1; receiver.said().all(FRAME).stream().noneMatch(e -> e.is(FRAME, channel)); i++) {
            sender.publish(channel, "try " + i);
            sender.said().await(i, "answers", ANSWER);
        }
    }

    @Test
    void whatIsNoClusterIsSaidToBeNone() throws Exception {
        String url = TestRedis.shared().url();
        try (Opened node = Opened.at(url + "," + url.substring("redis://".length()))) {
            String message = String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
            assertTrue(message.contains("is no Cluster"), message);
            assertTrue(message.contains("roomcast.redis.url (REDIS_URL)"), message);
        }
    }
}
