/**
 * The adapter of one process. By itself a node is alone and pays for no encoding and no channels; nodes in one JVM that share a
 * {@link dev.roomcast.adapter.memory.MemoryBus}, or name the same one by {@code roomcast.memory.bus}, are a cluster.
 */
@NullMarked
package dev.roomcast.adapter.memory;

import org.jspecify.annotations.NullMarked;
