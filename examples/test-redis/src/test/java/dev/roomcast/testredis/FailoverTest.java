package dev.roomcast.testredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is the master is up to the servers, and stays so over a restart. */
@Timeout(600)
@Tag("full")
class FailoverTest {

    @Test
    void whoTookTheMastersPlaceIsStillTheMasterAfterARestart() {
        try (TestSentinel all = TestSentinel.start()) {
            TestRedis first = all.replaceMaster();
            first.restart();
            TestRedis second = all.master();
            assertNotEquals(first, second);
            // A restart that takes long on a busy machine is no reason to replace it again.
            for (int i = 0; i < 3; i++) {
                RedisSocket.ask(
                        all.sentinel(i).port(),
                        "SENTINEL SET " + TestSentinel.MASTER + " down-after-milliseconds 600000");
            }
            second.restart();
            assertTrue(RedisSocket.ask(second.port(), "INFO replication").contains("role:master"));
            all.awaitAgreed();
            assertSame(second, all.master());
        }
    }

    @Test
    void aClustersReplicaTakesOverWithoutAskingAnybody() {
        try (TestCluster cluster = TestCluster.start(3, 1)) {
            assertEquals(List.of(0, 1, 2), cluster.masters(0));
            int replica = cluster.replicaOf(1);
            cluster.server(1).kill();
            cluster.takeOver(replica);
            cluster.server(1).restart();
            cluster.awaitAgreed();
            assertFalse(cluster.masters(0).contains(1));
            assertEquals(1, cluster.replicaOf(replica));
            int slot = 8_000;
            assertEquals(replica, cluster.masterOf(slot, 0));
            assertEquals(16_384 * 2 / 3 - 1, cluster.lastBeside(slot, 0));
            cluster.move(slot, slot + 10, 0);
            cluster.awaitAgreed();
            assertEquals(0, cluster.masterOf(slot + 10, 2));
            assertEquals(slot + 10, cluster.lastBeside(slot, 2));
            assertEquals(16_384 * 2 / 3 - 1, cluster.lastBeside(slot + 11, 2));
        }
    }
}
