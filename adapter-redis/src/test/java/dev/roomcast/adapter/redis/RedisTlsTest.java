package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static dev.roomcast.adapter.redis.Recording.What.LINK_DOWN;
import static dev.roomcast.adapter.redis.Recording.What.LINK_FAILED;
import static dev.roomcast.adapter.redis.Recording.What.LINK_UP;
import static dev.roomcast.adapter.redis.Recording.What.REMARK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Health;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestCertificate;
import dev.roomcast.testredis.TestCertificates;
import dev.roomcast.testredis.TestRedis;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Who is let in over TLS, and what is said of those who are not. */
@Timeout(600)
@Isolated("sets the trust store of the JVM")
class RedisTlsTest {

    private static final String CA = "roomcast.redis.tls.ca";
    private static final String CERTIFICATE = "roomcast.redis.tls.certificate";
    private static final String KEY = "roomcast.redis.tls.key";

    private static final TestCertificates certificates = new TestCertificates();
    private static @Nullable TestRedis started;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        started = TestRedis.startTls(certificates.server());
    }

    @AfterAll
    static void stop() {
        redis().close();
        certificates.close();
    }

    private static TestRedis redis() {
        return Objects.requireNonNull(started);
    }

    private static Opened open(TestRedis redis, String... more) {
        return Opened.at(redis.tlsUrl(), more);
    }

    private static void assertWorks(Opened node) throws InterruptedException {
        node.whenUp();
        node.subscribe("room");
        node.publish("room", "hello");
        assertEquals("hello", node.said().await(FRAME).text());
    }

    /** What is said of the first attempt. */
    private static String failure(Opened opened) throws InterruptedException {
        try (Opened node = opened) {
            String message = String.valueOf(
                    Objects.requireNonNull(node.said().await(LINK_FAILED).why()).getMessage());
            assertTrue(node.said().all(LINK_UP).isEmpty(), message);
            return message;
        }
    }

    /** The first failure that says so: on a busy machine an attempt of two seconds may end before it has met the server. */
    private static String failure(Opened opened, String part) throws InterruptedException {
        try (Opened node = opened) {
            return String.valueOf(Objects.requireNonNull(node.said()
                            .await(
                                    1,
                                    "a failure that says " + part,
                                    event -> event.is(LINK_FAILED)
                                            && String.valueOf(event.why()).contains(part))
                            .why())
                    .getMessage());
        }
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aCaOfOnesOwnIsTrusted() throws Exception {
        try (Opened node = open(redis(), CA, certificates.ca().toString())) {
            assertWorks(node);
            assertTrue(
                    Objects.requireNonNull(node.said().await(LINK_UP)).subject().startsWith("rediss://"));
        }
    }

    @Test
    void theHostIsCheckedByNameToo() throws Exception {
        try (Opened node = Opened.at(
                "rediss://localhost:" + redis().tlsPort(), CA, certificates.ca().toString())) {
            assertWorks(node);
        }
    }

    @Test
    void withoutACaOfOnesOwnTheJvmDecides() throws Exception {
        assertSays(failure(open(redis())), "no trusted CA has signed", "roomcast.redis.tls.ca (REDIS_TLS_CA)");

        Path store = directory.resolve("trust.p12");
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (InputStream in = Files.newInputStream(certificates.ca());
                OutputStream out = Files.newOutputStream(store)) {
            trust.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            trust.store(out, "changeit".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        try (Opened node = open(redis())) {
            assertWorks(node);
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    @Test
    void aCaThatHasNotSignedIsNamed() throws Exception {
        try (TestCertificates strangers = new TestCertificates()) {
            assertSays(
                    failure(open(redis(), CA, strangers.ca().toString())),
                    "Redis at " + redis().tlsUrl() + " has a certificate that no trusted CA has signed",
                    "roomcast.redis.tls.ca (REDIS_TLS_CA)");
            assertSays(
                    failure(open(redis(), CA, strangers.ca().toString(), "roomcast.redis.tls.verify", "ca")),
                    "no trusted CA has signed");
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefusedUnlessTheHostIsNotChecked() throws Exception {
        try (TestRedis other = TestRedis.startTls(certificates.otherHost())) {
            assertSays(
                    failure(open(other, CA, certificates.ca().toString())),
                    "has a certificate of another host",
                    "roomcast.redis.tls.verify (REDIS_TLS_VERIFY)=ca");
            try (Opened node = open(other, CA, certificates.ca().toString(), "roomcast.redis.tls.verify", "ca")) {
                assertWorks(node);
            }
        }
    }

    @Test
    void aCertificateThatHasExpiredIsRefusedInAnyCase() throws Exception {
        try (TestRedis expired = TestRedis.startTls(certificates.expired())) {
            assertSays(
                    failure(open(expired, CA, certificates.ca().toString())),
                    "has a certificate that has expired",
                    "Renew");
            assertSays(
                    failure(open(expired, CA, certificates.ca().toString(), "roomcast.redis.tls.verify", "ca")),
                    "has expired");
        }
    }

    @Test
    void nothingIsCheckedWhereThatIsSaid() throws Exception {
        try (TestRedis expired = TestRedis.startTls(certificates.expired());
                TestRedis other = TestRedis.startTls(certificates.otherHost())) {
            for (TestRedis redis : List.of(redis(), expired, other)) {
                try (Opened node = open(redis, "roomcast.redis.tls.verify", "none")) {
                    assertWorks(node);
                    assertSays(
                            node.said().await(REMARK).text(),
                            "nobody checks the certificate of " + redis.tlsUrl(),
                            "roomcast.redis.tls.verify (REDIS_TLS_VERIFY)=none");
                }
            }
        }
        try (Opened node = open(redis(), CA, certificates.ca().toString())) {
            assertWorks(node);
            assertTrue(node.said().all(REMARK).isEmpty());
        }
    }

    @Test
    void healthSaysThatNothingIsChecked() throws Exception {
        Map<String, String> values =
                Map.of("roomcast.redis.url", redis().tlsUrl(), "roomcast.redis.tls.verify", "none");
        try (Adapter adapter = Adapters.open(AdapterConfig.of(values))) {
            adapter.ready().toCompletableFuture().get(Patience.SECONDS, TimeUnit.SECONDS);
            Health health = adapter.health();
            assertEquals(Health.Status.UP, health.status());
            assertSays(health.reason(), "nobody checks the certificate of " + redis().tlsUrl());
        }
    }

    @Test
    void aServerMayWantACertificateOfOurs() throws Exception {
        try (TestCertificates strangers = new TestCertificates();
                TestRedis mutual = TestRedis.startTls(certificates.server(), "--tls-auth-clients", "yes")) {
            TestCertificate client = certificates.client();
            try (Opened node = withClient(mutual, client)) {
                assertWorks(node);
            }
            assertSays(
                    failure(open(mutual, CA, certificates.ca().toString())),
                    "wants a client certificate",
                    "Set roomcast.redis.tls.certificate (REDIS_TLS_CERTIFICATE) and roomcast.redis.tls.key (REDIS_TLS_KEY)");
            assertSays(
                    failure(withClient(mutual, strangers.client())),
                    "refused our client certificate (",
                    "tls-ca-cert-file");
            assertSays(
                    failure(withClient(mutual, certificates.expired())),
                    "refused our client certificate (certificate_expired)");
        }
    }

    private static Opened withClient(TestRedis redis, TestCertificate client) {
        return open(
                redis,
                CA,
                certificates.ca().toString(),
                CERTIFICATE,
                client.chain().toString(),
                KEY,
                client.key().toString());
    }

    @Test
    void aServerWithoutTlsIsNamed() throws Exception {
        String url = "rediss://127.0.0.1:" + redis().port();
        assertSays(
                failure(Opened.at(url, "roomcast.redis.connect-timeout", "2s"), "does not use TLS"), "Redis at " + url);
    }

    @Test
    void aServerWithTlsIsNamed() throws Exception {
        String url = "redis://127.0.0.1:" + redis().tlsPort();
        assertSays(failure(Opened.at(url, "roomcast.redis.connect-timeout", "2s"), "rediss://"), "Redis at " + url);
    }

    @Test
    void certificatesAreReadAnewForEachConnection() throws Exception {
        try (TestCertificates renewed = new TestCertificates()) {
            Path ca = Files.copy(certificates.ca(), directory.resolve("ca.pem"));
            try (TestRedis first = TestRedis.startTls(certificates.server());
                    LoopbackProxy proxy = new LoopbackProxy(first.tlsPort());
                    Opened node = Opened.at("rediss://127.0.0.1:" + proxy.port(), CA, ca.toString())) {
                node.whenUp();

                Files.writeString(ca, "a disk that is full");
                proxy.cut();
                node.said().await(2, LINK_UP);

                try (TestRedis second = TestRedis.startTls(renewed.server())) {
                    Files.copy(renewed.ca(), ca, StandardCopyOption.REPLACE_EXISTING);
                    proxy.redirect(second.tlsPort());
                    proxy.cut();
                    node.said().await(3, LINK_UP);
                    assertFalse(node.said().all(LINK_DOWN).isEmpty());
                }
            }
        }
    }
}
