/**
 * The compatibility kit: the rules of {@code docs/spec.md} as tests for any backend.
 *
 * <ol>
 *   <li>{@link dev.roomcast.adapter.tck.AdapterCompatibilityKit} is extended by the author of a backend.
 *   <li>{@link dev.roomcast.adapter.tck.TransportCompatibilityKit} is extended to test a transport alone, without the
 *       engine.
 *   <li>{@link dev.roomcast.adapter.tck.BrokerFaults} is the handle on a real broker that a test may kill, freeze and
 *       cut off.
 *   <li>{@link dev.roomcast.adapter.tck.CompatibilityTable} prints the rules by backend.
 *   <li>{@link dev.roomcast.adapter.tck.Feature} lists the optional abilities of a backend.
 *   <li>{@link dev.roomcast.adapter.tck.FaultyProvider} puts faults between the engine and any transport, also in other
 *       tests; {@link dev.roomcast.adapter.tck.Faults} is its handle.
 * </ol>
 */
@NullMarked
package dev.roomcast.adapter.tck;

import org.jspecify.annotations.NullMarked;
