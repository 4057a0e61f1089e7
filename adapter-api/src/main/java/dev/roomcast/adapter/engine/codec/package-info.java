/**
 * Frames and messages, and their bytes (docs/wire.md). It has no state of a node.
 *
 * <p>In: untrusted bytes, or {@link Message}s of this node. Out: {@link Frame}s, or a {@link MalformedFrameException};
 * bytes, and their {@link FrameMac} where frames are signed. {@link ChannelNames} names every channel.
 */
@NullMarked
package dev.roomcast.adapter.engine.codec;

import org.jspecify.annotations.NullMarked;
