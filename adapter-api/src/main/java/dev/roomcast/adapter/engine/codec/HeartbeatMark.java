package dev.roomcast.adapter.engine.codec;

/**
 * Ties a channel's frames to the sender's heartbeats: every frame after {@code before} left after the heartbeat in
 * frame {@code mark} of the namespace's channel. A receiver that was subscribed when that heartbeat arrived must have
 * received them all, even if none of them has arrived yet.
 *
 * @param before the number of the last frame that this mark does not cover; 0 if there is none
 * @param mark the number of a frame with a heartbeat; 0 before the first one
 */
public record HeartbeatMark(long before, long mark) {}
