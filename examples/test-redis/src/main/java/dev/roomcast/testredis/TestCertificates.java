package dev.roomcast.testredis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A CA that only this object knows, and certificates that it has signed, made anew each time: nothing that could expire
 * or be mistaken for a secret lies in a repository. The files are in a directory of their own, which {@link #close()}
 * removes.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class TestCertificates implements AutoCloseable {
    private static final Duration DAY = Duration.ofDays(1);

    private final CertificateAuthority authority = new CertificateAuthority("Roomcast test CA " + System.nanoTime());
    private final Path directory;
    private final Path ca;
    private final Instant now = Instant.now();
    private final AtomicInteger made = new AtomicInteger();

    /** Makes the CA. */
    public TestCertificates() {
        try {
            directory = Files.createTempDirectory("roomcast-test-certificates-");
            ca = write("ca.crt", "CERTIFICATE", authority.certificate());
        } catch (IOException e) {
            throw new UncheckedIOException("No directory for certificates can be made", e);
        }
    }

    /** Returns the file with the certificate of the CA. */
    public Path ca() {
        return ca;
    }

    /** Makes a certificate of this machine's loopback names and addresses, for a server. */
    public TestCertificate server() {
        return make("server", now.minus(DAY), now.plus(DAY), "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    /** Makes a certificate of a host that this machine is not. */
    public TestCertificate otherHost() {
        return make("other-host", now.minus(DAY), now.plus(DAY), "redis.example");
    }

    /** Makes a certificate of this machine that was valid until yesterday. */
    public TestCertificate expired() {
        return make("expired", now.minus(DAY.multipliedBy(3)), now.minus(DAY), "localhost", "127.0.0.1");
    }

    /** Makes a certificate for a client. */
    public TestCertificate client() {
        return make("client", now.minus(DAY), now.plus(DAY), "client.example");
    }

    /** Removes the files. Idempotent. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It was closed before, or somebody has been faster.
            return;
        }
    }

    private TestCertificate make(String name, Instant from, Instant until, String... hosts) {
        CertificateAuthority.Signed signed = authority.sign(name, from, until, List.of(hosts));
        String file = name + "-" + made.incrementAndGet();
        try {
            return new TestCertificate(
                    ca,
                    write(file + ".crt", "CERTIFICATE", signed.certificate()),
                    write(file + ".key", "PRIVATE KEY", signed.privateKey()));
        } catch (IOException e) {
            throw new UncheckedIOException("No certificate can be written", e);
        }
    }

    private Path write(String file, String type, byte[] der) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(file), "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    }
}
