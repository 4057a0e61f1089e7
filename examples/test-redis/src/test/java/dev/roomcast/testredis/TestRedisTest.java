package dev.roomcast.testredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What holds for every kind of server; so {@code -Dtest.redis=container:IMAGE} tries it with that of an image. */
class TestRedisTest {
    @Test
    void answersPing() throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            assertEquals("+PONG", Redis.ask(redis.url(), "PING"));
        }
    }

    @Test
    void describesItselfByWhatItIsAndWhere() {
        try (TestRedis redis = TestRedis.start()) {
            String expected = "\\S.* at \\S+:" + redis.port();
            assertTrue(redis.description().matches(expected), redis.description());
            assertTrue(redis.url().matches("redis://\\S+:" + redis.port()), redis.url());
            assertEquals(redis.description(), redis.toString());
        }
    }

    @Test
    void twoServersHaveTwoPortsThatLeaveRoomForAClusterBus() {
        try (TestRedis one = TestRedis.start();
                TestRedis other = TestRedis.start()) {
            assertNotEquals(one.port(), other.port());
            assertTrue(one.port() < 55_536 && other.port() < 55_536);
        }
    }

    @Test
    void killEndsTheServerAndRestartBringsItBackOnTheSamePort() throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            redis.kill();
            redis.kill();
            assertThrows(IOException.class, () -> Redis.ask(redis.url(), "PING"));
            redis.restart();
            assertEquals("+PONG", Redis.ask(redis.url(), "PING"));
        }
    }

    @Test
    void restartForgetsWhatIsNotPersisted() throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            assertEquals("+OK", Redis.ask(redis.url(), "SET kept no"));
            redis.restart();
            assertEquals("$-1", Redis.ask(redis.url(), "GET kept"));
        }
    }

    @Test
    void whatIsAskedToBePersistedOutlivesARestart() throws IOException {
        try (TestRedis redis = TestRedis.start("--appendonly", "yes", "--appendfsync", "always")) {
            assertEquals("+OK", Redis.ask(redis.url(), "SET kept yes"));
            redis.restart();
            assertEquals("yes", Redis.ask(redis.url(), "GET kept"));
        }
    }

    @Test
    void aFrozenServerAcceptsButDoesNotAnswerUntilItIsThawed() throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            redis.freeze();
            redis.freeze();
            try (RedisSocket socket = Redis.connect(redis.url(), Duration.ofMillis(300))) {
                assertThrows(SocketTimeoutException.class, () -> socket.ask("PING"));
            }
            redis.thaw();
            redis.thaw();
            assertEquals("+PONG", Redis.ask(redis.url(), "PING"));
        }
    }

    @Test
    void aFrozenServerCanBeRestarted() throws IOException {
        try (TestRedis redis = TestRedis.start()) {
            redis.freeze();
            redis.restart();
            assertEquals("+PONG", Redis.ask(redis.url(), "PING"));
        }
    }

    @Test
    void aServerThatIsDownCannotBeFrozen() {
        try (TestRedis redis = TestRedis.start()) {
            redis.kill();
            assertRefused(redis::freeze, "is down");
            assertRefused(redis::thaw, "is down");
        }
    }

    @Test
    void aClosedServerIsGone() {
        TestRedis redis = TestRedis.start();
        redis.close();
        redis.close();
        assertThrows(IOException.class, () -> Redis.ask(redis.url(), "PING"));
        for (Executable action : outages(redis)) {
            assertRefused(action, "is closed");
        }
    }

    @Test
    void requiresThePasswordItWasGiven() throws IOException {
        try (TestRedis redis = TestRedis.start("--requirepass", "secret");
                RedisSocket socket = Redis.connect(redis.url())) {
            assertTrue(socket.ask("PING").startsWith("-NOAUTH"));
            assertEquals("+OK", socket.ask("AUTH secret"));
            assertEquals("+PONG", socket.ask("PING"));
        }
    }

    @Test
    void knowsTheUsersItWasGiven() throws IOException {
        try (TestRedis redis = TestRedis.start("--user", "alice", "on", ">secret", "~*", "&news", "-@all", "+publish");
                RedisSocket socket = Redis.connect(redis.url())) {
            assertEquals("+OK", socket.ask("AUTH alice secret"));
            assertEquals(":0", socket.ask("PUBLISH news hello"));
            assertTrue(socket.ask("PUBLISH other hello").startsWith("-NOPERM"));
        }
    }

    @Test
    void servesTlsBesideThePlainPort() throws Exception {
        try (TestCertificates certificates = new TestCertificates();
                TestRedis redis = TestRedis.startTls(certificates.server());
                Socket socket = trusting(certificates.ca()).createSocket("localhost", redis.tlsPort())) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("+PONG", new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
            assertTrue(redis.tlsUrl().matches("rediss://\\S+:" + redis.tlsPort()), redis.tlsUrl());
            assertEquals("+PONG", Redis.ask(redis.url(), "PING"));
        }
    }

    private static SocketFactory trusting(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    @Test
    void aServerThatWasStartedWithoutTlsHasNoPortForIt() {
        try (TestRedis redis = TestRedis.start()) {
            assertRefused(redis::tlsUrl, "startTls");
        }
    }

    @Test
    void certificatesAreGoneWhenTheyAreClosed() {
        TestCertificates certificates = new TestCertificates();
        TestCertificate client = certificates.client();
        assertTrue(Files.exists(client.key()));
        certificates.close();
        certificates.close();
        assertFalse(Files.exists(client.key().getParent()));
    }

    @Test
    void canBeOneNodeOfACluster() throws IOException {
        try (TestRedis redis = TestRedis.start("--cluster-enabled", "yes")) {
            assertTrue(Redis.ask(redis.url(), "CLUSTER INFO").contains("cluster_known_nodes:1"));
        }
    }

    @Test
    void theSharedServerIsOneAndCannotBeTakenAway() throws IOException {
        TestRedis redis = TestRedis.shared();
        assertSame(redis, TestRedis.shared());
        redis.close();
        assertEquals("+PONG", Redis.ask(redis.url(), "PING"));
        for (Executable action : outages(redis)) {
            assertRefused(action, "TestRedis.start()");
        }
    }

    private static List<Executable> outages(TestRedis redis) {
        return List.of(redis::kill, redis::restart, redis::freeze, redis::thaw);
    }

    private static void assertRefused(Executable action, String why) {
        IllegalStateException refused = assertThrows(IllegalStateException.class, action);
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
}
