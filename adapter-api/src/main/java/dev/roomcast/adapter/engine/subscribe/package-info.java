/**
 * Which channels are wanted, asked for and confirmed: one state machine for each channel (docs/subscriptions.md). It knows no frame.
 *
 * <p>In: rooms that come and go, on any thread; answers of the transport through a {@link WireLink}. Out: subscriptions and unsubscriptions for the
 * transport, and stages that complete once a channel is confirmed.
 */
@NullMarked
package dev.roomcast.adapter.engine.subscribe;

import org.jspecify.annotations.NullMarked;
