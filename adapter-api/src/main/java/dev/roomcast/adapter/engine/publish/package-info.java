/**
 * Publishing: from a message to a transport's {@code publish}. It knows channels and frames, and no room, member or
 * peer.
 *
 * <p>In: messages for a {@link PublishChannel}. {@link Publisher} numbers them, puts what waits into frames ({@link
 * BatchBuilder}), and is the only caller of the transport. During an outage they wait in the {@link Backlog}. Out: a
 * stage for each message, which completes with the transport's answer, or fails.
 */
@NullMarked
package dev.roomcast.adapter.engine.publish;

import org.jspecify.annotations.NullMarked;
