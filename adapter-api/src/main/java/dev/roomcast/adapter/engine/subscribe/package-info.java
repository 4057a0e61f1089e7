/**
 * The wanted, requested and confirmed channels: one state machine for each channel (docs/subscriptions.md). It knows no
 * frames.
 *
 * <p>In: rooms that begin and end, on any thread; answers of the transport through a {@link WireLink}. Out:
 * subscriptions and unsubscriptions for the transport, and stages that complete once a channel is confirmed.
 */
@NullMarked
package dev.roomcast.adapter.engine.subscribe;

import org.jspecify.annotations.NullMarked;
