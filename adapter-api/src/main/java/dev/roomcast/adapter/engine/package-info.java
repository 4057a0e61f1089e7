/**
 * The engine, written once for all backends and not exported. From the server down to the wire:
 *
 * <pre>
 * Node            implements Adapter: checks at the border, then
 *   LocalNode     room index, room events, delivery             knows rooms, members, packets
 *   Protocol      who is alive, questions and answers, frames   knows nodes, incarnations, channels
 * Wire            one transport, shared by the nodes of all namespaces
 *   Subscriptions which channels are wanted, asked, confirmed   one state machine per channel
 *   Drain         numbers and batches what goes out             one per transport
 *   Inbox         one ordered queue of what comes in            one per transport
 *   Deliveries    one ordered queue of what members get         one per transport
 * </pre>
 *
 * <p>The engine starts no thread and reads no clock of its own: {@code Execution} holds them, so that tests run many nodes on one
 * thread in virtual time. What belongs to the protocol of a node is touched on the inbox's turn only, and therefore needs no lock. That
 * turn never runs code of the application's: connections are called on the turn of the deliveries, or on the caller's thread.
 */
@NullMarked
package dev.roomcast.adapter.engine;

import org.jspecify.annotations.NullMarked;
