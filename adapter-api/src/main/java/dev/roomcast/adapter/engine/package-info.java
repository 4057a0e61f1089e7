/**
 * The engine, written once for all backends and not exported. From the server down to the wire:
 *
 * <pre>
 * Node             implements Adapter: checks arguments, then
 *   LocalNode      rooms, room events, delivery                 knows rooms, members, packets       delivery
 *   Protocol       peers, queries and their answers, frames     knows nodes, incarnations, channels protocol
 * Wire             one transport, shared by the nodes of all namespaces
 *   Subscriptions  which channels are wanted, asked, confirmed  one state machine per channel       subscribe
 *   Publisher      numbers and batches what goes out            one per transport                   publish
 *   Inbox          one ordered queue of what comes in           one per transport                   runtime
 *   DeliveryQueue  one ordered queue of what members get        one per transport                   runtime
 * </pre>
 *
 * <p>This package connects the others. None of them depends on it, and {@code EngineArchitectureTest} lists the allowed
 * dependencies.
 *
 * <p>The engine starts no thread and reads no clock of its own: {@code Execution} holds them, so that tests run many
 * nodes on one thread in virtual time. The state of the protocol of a node is used on the inbox's turn only, and
 * therefore needs no lock. The inbox never runs code of the application: connections are called on the turn of the
 * delivery queue, or on the caller's thread.
 */
@NullMarked
package dev.roomcast.adapter.engine;

import org.jspecify.annotations.NullMarked;
