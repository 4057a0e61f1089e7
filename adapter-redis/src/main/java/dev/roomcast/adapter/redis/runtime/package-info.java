/**
 * One thread for each backend, on which connections change their state, and log lines at intervals. It knows nothing of
 * Redis.
 *
 * <p>In: tasks for {@link ControlExecutor}, which catches whatever they throw. Out: nothing.
 */
@NullMarked
package dev.roomcast.adapter.redis.runtime;

import org.jspecify.annotations.NullMarked;
