/**
 * The API for WebSocket servers: rooms and broadcasts over many nodes.
 *
 * <p>The tour, in the order in which a server meets it:
 *
 * <ol>
 *   <li>{@link dev.roomcast.adapter.AdapterConfig} says where the configuration comes from, and
 *       {@link dev.roomcast.adapter.Adapters} opens an {@link dev.roomcast.adapter.Adapter} with it. Configuration
 *       alone decides whether that reaches one process or a fleet.
 *   <li>For each client the server makes a {@link dev.roomcast.adapter.Connection} and adds it; it gets back a
 *       {@link dev.roomcast.adapter.Member}, the handle by which rooms are joined and left. A
 *       {@link dev.roomcast.adapter.QueuedConnection} bounds the packets that wait for a client that reads slowly.
 *   <li>A {@link dev.roomcast.adapter.Packet} is broadcast to a {@link dev.roomcast.adapter.Target}: a room, several
 *       rooms, members, users, or everyone, minus exceptions.
 *   <li>{@link dev.roomcast.adapter.Rooms} is this node's membership, at once; {@link dev.roomcast.adapter.Cluster} is
 *       everything that asks the other nodes; their answers come as {@link dev.roomcast.adapter.Gathered}.
 *   <li>{@link dev.roomcast.adapter.RoomListener} and {@link dev.roomcast.adapter.ClusterListener} receive events, and
 *       {@link dev.roomcast.adapter.Health} shows the state of the node.
 * </ol>
 *
 * <p><b>Threading.</b> Everything here may be called from any thread, and nothing here blocks, but for
 * {@link dev.roomcast.adapter.Adapter#close()}. Work that needs other nodes returns a
 * {@link java.util.concurrent.CompletionStage}.
 *
 * <p><b>Errors.</b> Misuse throws at once ({@link java.lang.NullPointerException},
 * {@link java.lang.IllegalArgumentException}, {@link java.lang.IllegalStateException}). Failures outside of this
 * process never throw: they fail the stage with an {@link dev.roomcast.adapter.AdapterException} that says what
 * happened, where, and what to do. Stages that depend on a failed stage see it wrapped in a
 * {@link java.util.concurrent.CompletionException}, as everywhere in Java.
 *
 * <p>The promises are numbered in {@code docs/spec.md}; "Rule 2.3" in these pages is a number there, and the
 * compatibility kit proves each of them on every backend.
 */
@NullMarked
package dev.roomcast.adapter;

import org.jspecify.annotations.NullMarked;
