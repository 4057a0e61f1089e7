package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.NOT_PUBLISHING;
import static dev.roomcast.adapter.redis.Recording.What.PUBLISHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.connection.ServerRole;
import dev.roomcast.testredis.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master that becomes a replica while nodes are connected to it, and a replica that is configured. */
@Timeout(600)
class DemotedMasterTest {

    private final TestRedis redis = TestRedis.start();
    private final RedisClient client = RedisClient.create(redis.url());

    @AfterEach
    void stop() {
        client.shutdown();
        redis.close();
    }

    private static void makeReplica(RedisCommands<String, String> server, TestRedis master) {
        server.replicaof("127.0.0.1", master.port());
    }

    private static String[] userWithTheLeastRights() {
        List<String> arguments = new ArrayList<>(List.of("--user", "least", "on", ">secret", "&*"));
        arguments.addAll(SecuredRedis.LEAST_RIGHTS);
        return arguments.toArray(String[]::new);
    }

    private static Predicate<Recording.Event> whyContains(Recording.What what, String part) {
        return event -> event.is(what) && String.valueOf(event.why()).contains(part);
    }

    private static void assertNamesTheRemedy(String said, String url) {
        for (String part : new String[] {url, "is a replica", "REDIS_URL", "roomcast.redis.allow-replica=true"}) {
            assertTrue(said.contains(part), said);
        }
    }

    /** The proxy stands for a name that comes to mean another server. */
    @Test
    void aMasterThatBecameAReplicaIsLeftForTheServerThatTheNameMeansThen() throws Exception {
        try (TestRedis successor = TestRedis.start();
                LoopbackProxy name = new LoopbackProxy(redis.port());
                Opened stays = Opened.at(name.url()).whenUp();
                Opened comes = Opened.at(successor.url()).whenUp()) {
            comes.subscribe("room");
            name.redirect(successor.port());
            makeReplica(client.connect().sync(), successor);

            String why = String.valueOf(stays.said()
                    .await(1, "the link's end", whyContains(LINK_DOWN, "is a replica"))
                    .why());
            assertNamesTheRemedy(why, name.url());
            stays.said().await(1, "no publishing", whyContains(NOT_PUBLISHING, "is a replica"));
            stays.said().await(2, LINK_UP);
            stays.said().await(2, PUBLISHING);
            stays.publish("room", "hello");
            assertEquals("hello", comes.said().await(FRAME, "room").text());
        }
    }

    /** While the name leads to the replica each attempt fails, and says why; no link comes up only to go. */
    @Test
    void aReplicaIsRefusedUntilItIsAMaster() throws Exception {
        RedisCommands<String, String> server = client.connect().sync();
        try (TestRedis master = TestRedis.start()) {
            makeReplica(server, master);
            try (Opened node = Opened.at(redis.url())) {
                String why = String.valueOf(node.said().await(LINK_FAILED).why());
                assertNamesTheRemedy(why, redis.url());
                node.said().await(3, LINK_FAILED);
                assertEquals(0, node.said().all(LINK_UP).size());
                assertEquals(0, node.said().all(PUBLISHING).size());
                server.replicaofNoOne();
                node.whenUp();
            }
        }
    }

    @Test
    void aReplicaIsUsedWhereThatIsAllowed() throws Exception {
        try (TestRedis master = TestRedis.start()) {
            makeReplica(client.connect().sync(), master);
            try (Opened node = Opened.at(redis.url(), "roomcast.redis.allow-replica", "true")
                    .whenUp()) {
                node.subscribe("room");
                node.publish("room", "hello");
                assertEquals("hello", node.said().await(FRAME, "room").text());
            }
        }
    }

    /** HELLO is no command that an ACL could refuse. */
    @Test
    void aUserWithTheLeastRightsIsProtectedToo() throws Exception {
        try (TestRedis successor = TestRedis.start();
                TestRedis demoted = TestRedis.start(userWithTheLeastRights())) {
            String url = demoted.url().replace("redis://", "redis://least:secret@");
            RedisClient admin = RedisClient.create(demoted.url());
            try (Opened node = Opened.at(url).whenUp()) {
                makeReplica(admin.connect().sync(), successor);
                node.said().await(1, "the link's end", whyContains(LINK_DOWN, "is a replica"));
                assertTrue(admin.connect().sync().aclLog().isEmpty());
            } finally {
                admin.shutdown();
            }
        }
    }

    @Test
    void aServerWithoutHelloIsAskedByInfo() throws Exception {
        try (TestRedis successor = TestRedis.start();
                TestRedis demoted = TestRedis.start("--rename-command", "HELLO", "");
                Opened node = Opened.at(demoted.url()).whenUp()) {
            RedisClient admin = RedisClient.create(demoted.url());
            makeReplica(admin.connect().sync(), successor);
            node.said().await(1, "the link's end", whyContains(LINK_DOWN, "is a replica"));
            admin.shutdown();
        }
    }

    @Test
    void anAnswerIsReadAsWhatTheServerIs() {
        Function<String, ServerRole> info = ServerRole::ofInfo;
        assertEquals(ServerRole.MASTER, info.apply("# Replication\r\nrole:master\r\n\r\ncluster_enabled:0\r\n"));
        assertEquals(ServerRole.REPLICA, info.apply("# Replication\r\nrole:slave\r\n\r\ncluster_enabled:0\r\n"));
        assertEquals(ServerRole.IRRELEVANT, info.apply("role:slave\r\ncluster_enabled:1\r\n"));
        assertEquals(ServerRole.IRRELEVANT, info.apply("role:active-replica\r\ncluster_enabled:0\r\n"));
        assertEquals(ServerRole.IRRELEVANT, info.apply(""));
    }
}
