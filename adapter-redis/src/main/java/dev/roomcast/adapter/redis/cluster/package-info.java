/**
 * Sharded Pub/Sub on a Redis Cluster: each channel belongs to a partition, each partition to the master of its slot.
 *
 * <p>In: the calls of the engine, at {@link ShardedTransport}, which has a {@link Shard} for each master. {@link
 * ShardedPublisher} keeps the frames of a partition in order while its slot moves. Out: one subscription for each channel,
 * and an answer for each frame, whichever master gave it.
 */
@NullMarked
package dev.roomcast.adapter.redis.cluster;

import org.jspecify.annotations.NullMarked;
