/**
 * The rooms and members of this node, and the delivery of packets to their connections. It knows neither frames nor
 * other nodes.
 *
 * <p>In: packets with their targets, from this node ({@link LocalNode}) or handed over by the protocol. {@link
 * Recipients} selects the members. Out: calls of {@code Connection.send}, on the caller's thread or the turn of the
 * {@link dev.roomcast.adapter.engine.runtime.DeliveryQueue}; a connection whose {@code send} does not return gets a
 * {@link StalledQueue} and delays nobody else.
 */
@NullMarked
package dev.roomcast.adapter.engine.delivery;

import org.jspecify.annotations.NullMarked;
