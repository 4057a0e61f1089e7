/**
 * The adapter of one process. By default a node is alone, and needs no encoding and no channels. Nodes in one JVM that
 * share a {@link dev.roomcast.adapter.memory.MemoryBus}, or name the same one by {@code roomcast.memory.bus}, are a
 * cluster.
 */
@NullMarked
package dev.roomcast.adapter.memory;

import org.jspecify.annotations.NullMarked;
