/**
 * Threads, time, queues, stages, logs and counters for the rest of the engine. It knows nothing of nodes, rooms or
 * frames.
 *
 * <p>In: an {@link Execution}, which holds every thread and clock; only {@link EngineThreads} makes real ones. Two
 * queues do the work of a backend, one task at a time each: {@link Inbox} for the protocol, which never calls the
 * application, and {@link DeliveryQueue} for packets of other nodes, which does. Out: completed {@link Stages},
 * listeners called in order, log lines at most once per interval.
 */
@NullMarked
package dev.roomcast.adapter.engine.runtime;

import org.jspecify.annotations.NullMarked;
