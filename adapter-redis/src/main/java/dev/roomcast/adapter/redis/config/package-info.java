/**
 * What the configuration says: addresses, URLs, options and their checks, and which libraries are loaded. It opens no
 * connection.
 *
 * <p>In: the settings of the backend. Out: a {@link RedisConfiguration}, that is, the servers of a {@link RedisEndpoints} and the
 * settings of each connection; or an error that names the key, the value and the remedy.
 */
@NullMarked
package dev.roomcast.adapter.redis.config;

import org.jspecify.annotations.NullMarked;
