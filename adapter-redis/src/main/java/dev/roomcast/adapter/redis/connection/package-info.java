/**
 * Connections to one Redis server at a time: finding the server, logging in, publishing, subscribing, and noticing that
 * the server is silent, a replica, or gone.
 *
 * <p>In: frames and channels from {@link RedisTransport}, or from the transport of a Cluster. {@link RedisServer} keeps one
 * publish connection and one subscribe connection to the server that its {@link RedisServer.Locator} returns, and {@link
 * RedisConnector} opens them. Out: frames, confirmations and failures, to the {@link RedisServer.Owner}. It knows no
 * Cluster except for the names of channels ({@link Partitions}).
 */
@NullMarked
package dev.roomcast.adapter.redis.connection;

import org.jspecify.annotations.NullMarked;
