package dev.roomcast.adapter.redis.tls;

import dev.roomcast.adapter.redis.config.RedisOptions;
import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Describes a failed TLS handshake: which side refused, why, and what to do. */
public final class TlsFailure {

    /** What the other side says when it ends a connection. */
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    /** Alerts about a certificate; the first two also, or only, when there is none. */
    private static final Set<String> ABOUT_OURS = Set.of(
            "certificate_required",
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "unknown_ca",
            "access_denied");

    private static final String OUR_FILES =
            RedisOptions.names(RedisOptions.TLS_CERTIFICATE) + " and " + RedisOptions.names(RedisOptions.TLS_KEY);

    private final boolean hasClientCertificate;

    public TlsFailure(boolean hasClientCertificate) {
        this.hasClientCertificate = hasClientCertificate;
    }

    /** @param causes of the failure, the last one the first that happened */
    public Optional<String> explain(List<Throwable> causes) {
        return plain(causes)
                .or(() -> refusedByUs(causes))
                .or(() -> refusedByThem(causes))
                .or(() -> first(causes, SSLException.class)
                        .map(failure -> "has no version or cipher of TLS in common with this JVM ("
                                + failure.getMessage() + "). Check which protocols and ciphers it accepts"));
    }

    /** A Redis without TLS answers, or waits for the end of a line, as the bytes of the handshake happen to have one or not. */
    private static Optional<String> plain(List<Throwable> causes) {
        String remedy =
                "Correct the port, if it has another one for TLS; or, only in a network that is yours, go without TLS"
                        + " (redis://)";
        if (first(causes, NotSslRecordException.class).isPresent()) {
            return Optional.of("does not use TLS on that port. " + remedy);
        }
        return first(causes, SslHandshakeTimeoutException.class)
                .or(() -> first(causes, RedisCommandTimeoutException.class))
                .map(late -> "does not use TLS on that port, or hangs (" + late.getMessage() + "). " + remedy);
    }

    private static Optional<String> refusedByUs(List<Throwable> causes) {
        return first(causes, CertificateExpiredException.class)
                .map(failure -> "has a certificate that has expired (" + failure.getMessage() + "). Renew it there")
                .or(() -> first(causes, CertificateNotYetValidException.class)
                        .map(failure -> "has a certificate that is not valid yet (" + failure.getMessage()
                                + "). Check the clocks of both machines"))
                .or(() -> first(causes, CertPathBuilderException.class)
                        .or(() -> first(causes, CertPathValidatorException.class))
                        .map(failure -> "has a certificate that no trusted CA has signed (" + failure.getMessage()
                                + "). Name its CA's file in " + RedisOptions.names(RedisOptions.TLS_CA)
                                + "; only where its host gives no CA out, "
                                + RedisOptions.names(RedisOptions.TLS_VERIFY) + "=none checks nothing"))
                .or(() -> first(causes, CertificateException.class)
                        .map(failure -> "has a certificate of another host (" + failure.getMessage()
                                + "). Connect by a name that is in it, or have this one put in; if its CA signs for Redis alone, "
                                + RedisOptions.names(RedisOptions.TLS_VERIFY) + "=ca does without that check"));
    }

    private Optional<String> refusedByThem(List<Throwable> causes) {
        return causes.stream()
                .map(cause -> ALERT.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(alert -> alert.group(1))
                .filter(this::isAboutOurCertificate)
                .findFirst()
                .map(alert -> hasClientCertificate
                        ? "refused our client certificate (" + alert + "). Check that its CA is one that Redis trusts "
                                + "(tls-ca-cert-file there), that it has not expired, and " + OUR_FILES
                        : "wants a client certificate (" + alert + "). Set " + OUR_FILES);
    }

    /** Before TLS 1.3 a server that misses a certificate says no more than that the handshake has failed. */
    private boolean isAboutOurCertificate(String alert) {
        return ABOUT_OURS.contains(alert) || alert.equals("handshake_failure") && !hasClientCertificate;
    }

    private static Optional<Throwable> first(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().filter(type::isInstance).findFirst();
    }
}
