package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.config.RedisConfiguration;
import dev.roomcast.adapter.redis.config.TlsVerify;
import dev.roomcast.testredis.TestCertificate;
import dev.roomcast.testredis.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with the settings of TLS is said when the adapter is opened, before anything is connected. */
class RedisTlsOptionsTest {

    private static final String CA = "roomcast.redis.tls.ca";
    private static final String CERTIFICATE = "roomcast.redis.tls.certificate";
    private static final String KEY = "roomcast.redis.tls.key";
    /** A key that is refused need not be strong. */
    private static final int QUICK_RSA_BITS = 1024;

    private final TestCertificates certificates = new TestCertificates();
    private final TestCertificate client = certificates.client();

    @TempDir
    Path directory;

    @AfterEach
    void remove() {
        certificates.close();
    }

    /** Opens nothing: each of these is refused. */
    private static String refusal(String url, Object... more) {
        Map<String, String> values = new HashMap<>();
        if (!url.isEmpty()) {
            values.put("roomcast.redis.url", url);
        }
        for (int i = 0; i < more.length; i += 2) {
            values.put(String.valueOf(more[i]), String.valueOf(more[i + 1]));
        }
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Opened.with(values));
        return String.valueOf(e.getMessage());
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void filesForTlsWithoutTlsAreRefused() {
        assertSays(
                refusal("redis://h", CA, certificates.ca()),
                "roomcast.redis.tls.ca (REDIS_TLS_CA) is set, but redis://h:6379 is without TLS",
                "rediss://");
        assertSays(refusal("", CERTIFICATE, client.chain(), KEY, client.key()), "REDIS_TLS_CERTIFICATE", "REDIS_TLS");
        assertSays(refusal("redis://h", "roomcast.redis.tls.verify", "ca"), "REDIS_TLS_VERIFY", "without TLS");
    }

    @Test
    void aUrlIsNotContradicted() {
        assertSays(
                refusal("redis://h", "roomcast.redis.tls", "true"), "roomcast.redis.tls (REDIS_TLS)=true", "rediss://");
        assertSays(refusal("rediss://h", "roomcast.redis.tls", "false"), "roomcast.redis.tls (REDIS_TLS)=false");
    }

    @Test
    void halfOfAClientCertificateIsRefused() {
        assertSays(
                refusal("rediss://h", CERTIFICATE, client.chain()),
                CERTIFICATE,
                client.chain().toString(),
                "roomcast.redis.tls.key (REDIS_TLS_KEY) is not set");
        assertSays(
                refusal("rediss://h", KEY, client.key()),
                KEY,
                "roomcast.redis.tls.certificate (REDIS_TLS_CERTIFICATE) is not set");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = directory.resolve("missing.pem");
        assertSays(refusal("rediss://h", CA, missing), CA, missing.toString(), "no such file", "Correct the path");
        assertSays(refusal("rediss://h", CA, directory), CA, directory.toString(), "is a directory");
        assertSays(
                refusal("rediss://h", CERTIFICATE, client.chain(), KEY, missing),
                KEY,
                missing.toString(),
                "no such file");
        assertSays(refusal("rediss://h", CA, "a\0b"), CA, "the path of a file in PEM");
    }

    @Test
    void aFileOfSomethingElseIsRefused() throws Exception {
        assertSays(
                refusal("rediss://h", CA, file("empty.pem", "")),
                "holds no certificate",
                "-----BEGIN CERTIFICATE-----");
        assertSays(refusal("rediss://h", CA, client.key()), "holds no certificate");
        assertSays(
                refusal("rediss://h", CERTIFICATE, client.chain(), KEY, client.chain()),
                "holds no private key",
                "-----BEGIN PRIVATE KEY-----");
        assertSays(
                refusal("rediss://h", CA, file("broken.pem", block("CERTIFICATE", "AAAA"))),
                "a certificate in it cannot be read");
        assertSays(
                refusal("rediss://h", CA, file("base64.pem", block("CERTIFICATE", "A"))), "CERTIFICATE is not Base64");
        assertSays(
                refusal("rediss://h", CERTIFICATE, client.chain(), KEY, file("key.pem", block("PRIVATE KEY", "AAAA"))),
                "private key cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"})
    void aKeyInAnotherFormIsRefusedWithTheCommandThatRewritesIt(String type) throws Exception {
        Path key = file("key.pem", block("EC PARAMETERS", "AAAA") + block(type, "DEK-Info: AES\n\nsEcret"));
        String message = refusal("rediss://h", CERTIFICATE, client.chain(), KEY, key);
        assertSays(message, KEY, type, "openssl pkcs8 -topk8 -nocrypt -in " + key);
        assertFalse(message.contains("sEcret"), message);
    }

    private static String block(String type, String content) {
        return "-----BEGIN " + type + "-----\n" + content + "\n-----END " + type + "-----\n";
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        String other = refusal(
                "rediss://h",
                CERTIFICATE,
                client.chain(),
                KEY,
                certificates.client().key());
        assertSays(other, KEY, "not the key of the first certificate in " + client.chain());

        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(QUICK_RSA_BITS);
        byte[] rsa = generator.generateKeyPair().getPrivate().getEncoded();
        Path key = file("rsa.pem", block("PRIVATE KEY", Base64.getEncoder().encodeToString(rsa)));
        assertSays(refusal("rediss://h", CERTIFICATE, client.chain(), KEY, key), KEY, "not the key of");
    }

    @Test
    void theContentInPlaceOfAPathIsNotShown() throws Exception {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Opened.at(
                        "rediss://h", CERTIFICATE, client.chain().toString(), KEY, Files.readString(client.key())));
        String message = String.valueOf(e.getMessage());
        assertSays(message, KEY, "<redacted>", "expected the path of that file");
        assertFalse(message.contains(Files.readAllLines(client.key()).get(1)), message);
        assertNull(e.getCause());
    }

    @Test
    void whatIsCheckedIsOneOfThree() {
        assertSays(
                refusal("rediss://h", "roomcast.redis.tls.verify", "some"),
                "roomcast.redis.tls.verify=some",
                "full, ca or none",
                "REDIS_TLS_VERIFY");
        assertSays(refusal("", "roomcast.redis.tls", "yes"), "roomcast.redis.tls=yes", "true or false");
    }

    @Test
    void singleValuesMaySpeakTls() {
        MapSettings settings =
                new MapSettings("node", Map.of("roomcast.redis.tls", "TRUE", "roomcast.redis.host", "h"));
        assertTrue(RedisConfiguration.of(settings).site().servers().get(0).usesTls());
        for (String verify : List.of("full", "ca", "CA", "none")) {
            assertTrue(TlsVerify.parse(verify).toString().equalsIgnoreCase(verify));
        }
    }
}
