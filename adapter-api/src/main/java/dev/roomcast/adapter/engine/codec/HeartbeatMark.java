package dev.roomcast.adapter.engine.codec;

/**
 * Ties a channel's frames to the sender's heartbeats: every frame after {@code before} left after the heartbeat in frame {@code mark}
 * of the namespace's channel. Who was subscribed when that one came must have got them all, also if it has heard none of them yet.
 *
 * @param before the number of the last frame of which this is not said; 0 if there is none
 * @param mark the number of a frame with a heartbeat; 0 before the first one
 */
public record HeartbeatMark(long before, long mark) {}
