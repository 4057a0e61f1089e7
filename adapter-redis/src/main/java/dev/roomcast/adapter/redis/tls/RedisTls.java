package dev.roomcast.adapter.redis.tls;

import dev.roomcast.adapter.redis.config.LibraryVersions;
import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.redis.config.TlsVerify;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import io.lettuce.core.SslOptions;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS settings: which servers are trusted, and the client certificate.
 *
 * <p>The files are read when the adapter is opened, so a bad file fails there. They are read again for each connection,
 * so certificates that are renewed in place need no restart. If they cannot be read then, the earlier content stays in
 * use.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class RedisTls {

    private static final Logger log = LoggerFactory.getLogger(RedisTls.class);

    private static final List<Option<?>> ONLY_FOR_TLS =
            List.of(RedisOptions.TLS_CA, RedisOptions.TLS_CERTIFICATE, RedisOptions.TLS_KEY, RedisOptions.TLS_VERIFY);

    /** The two files of a client certificate. */
    private record Pair(PemFile certificate, PemFile key) {}

    private record Identity(List<X509Certificate> chain, PrivateKey key) {}

    /** @param trusted none for those that the JVM trusts */
    private record Material(List<X509Certificate> trusted, Optional<Identity> identity) {}

    private final Optional<PemFile> ca;
    private final Optional<Pair> pair;
    private final LogInterval unreadable = new LogInterval();
    private volatile Material material;

    private RedisTls(Optional<PemFile> ca, Optional<Pair> pair) {
        this.ca = ca;
        this.pair = pair;
        this.material = read();
    }

    /**
     * What the configuration says.
     *
     * @return none if the address is not one of TLS
     * @throws IllegalArgumentException if its parts do not fit together, or a file is not what it should be
     */
    public static Optional<RedisTls> of(Settings settings, RedisAddress address) {
        if (!address.usesTls()) {
            requireNoTls(settings, address);
            return Optional.empty();
        }
        if (settings.find(RedisOptions.TLS).stream().anyMatch(tls -> !tls)) {
            throw new IllegalArgumentException(RedisOptions.names(RedisOptions.TLS) + "=false contradicts " + address
                    + ". Remove it, or begin " + RedisOptions.names(RedisOptions.URL) + " with redis://");
        }
        if (settings.get(RedisOptions.TLS_VERIFY) == TlsVerify.FULL) {
            LibraryVersions.found().hostNameWarning().ifPresent(log::warn);
        }
        return Optional.of(new RedisTls(file(settings, RedisOptions.TLS_CA), pair(settings)));
    }

    private static void requireNoTls(Settings settings, RedisAddress address) {
        boolean isAsked = settings.find(RedisOptions.TLS).orElse(false);
        String unused = ONLY_FOR_TLS.stream()
                .filter(settings::isSet)
                .map(RedisOptions::names)
                .findFirst()
                .orElse(isAsked ? RedisOptions.names(RedisOptions.TLS) + "=true" : "");
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException(unused + " is set, but " + address + " is without TLS. Begin "
                    + RedisOptions.names(RedisOptions.URL) + " with rediss://, or, where no URL is set, set "
                    + RedisOptions.names(RedisOptions.TLS) + "=true; or remove it");
        }
    }

    private static Optional<Pair> pair(Settings settings) {
        Optional<PemFile> certificate = file(settings, RedisOptions.TLS_CERTIFICATE);
        Optional<PemFile> key = file(settings, RedisOptions.TLS_KEY);
        if (certificate.isPresent() && key.isEmpty()) {
            throw alone(certificate.get(), RedisOptions.TLS_KEY);
        }
        if (key.isPresent() && certificate.isEmpty()) {
            throw alone(key.get(), RedisOptions.TLS_CERTIFICATE);
        }
        return certificate.map(chain -> new Pair(chain, key.orElseThrow()));
    }

    private static IllegalArgumentException alone(PemFile file, Option<String> other) {
        return file.bad(
                "a client certificate is two files, and " + RedisOptions.names(other) + " is not set",
                "Set that one too, or neither");
    }

    private static Optional<PemFile> file(Settings settings, Option<String> option) {
        return settings.find(option).map(value -> PemFile.of(option, value));
    }

    private Material read() {
        return new Material(ca.map(PemFile::certificates).orElse(List.of()), pair.map(RedisTls::identity));
    }

    private static Identity identity(Pair pair) {
        Identity identity =
                new Identity(pair.certificate().certificates(), pair.key().privateKey());
        if (!belongTogether(identity.key(), identity.chain().get(0).getPublicKey())) {
            throw pair.key()
                    .bad(
                            "it is not the key of the first certificate in "
                                    + pair.certificate().path(),
                            "Name the two that were made together; in "
                                    + RedisOptions.names(RedisOptions.TLS_CERTIFICATE)
                                    + " the client's own certificate comes first");
        }
        return identity;
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> privateKey.getAlgorithm();
        };
        byte[] anything = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(anything);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    public SslOptions options(Duration handshakeTimeout) {
        return SslOptions.builder()
                .jdkSslProvider()
                .handshakeTimeout(handshakeTimeout)
                .sslContext(this::prepare)
                .build();
    }

    /** Is called for each connection. */
    private void prepare(SslContextBuilder context) {
        Material now = renewed();
        if (!now.trusted().isEmpty()) {
            context.trustManager(now.trusted().toArray(X509Certificate[]::new));
        }
        now.identity().ifPresent(us -> context.keyManager(us.key(), us.chain().toArray(X509Certificate[]::new)));
    }

    private Material renewed() {
        try {
            material = read();
        } catch (IllegalArgumentException e) {
            if (unreadable.isOver()) {
                log.warn("Roomcast keeps the certificates that it read earlier: {}", e.getMessage());
            }
        }
        return material;
    }
}
