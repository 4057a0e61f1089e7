/**
 * Certificates, keys and the errors of TLS handshakes. It knows the configuration, and no connection.
 *
 * <p>In: PEM files. Out: the TLS options of Lettuce ({@link RedisTls}), and a cause with a remedy for a handshake that failed
 * ({@link TlsFailure}).
 */
@NullMarked
package dev.roomcast.adapter.redis.tls;

import org.jspecify.annotations.NullMarked;
