/**
 * Configuration: every option, where its value comes from, and which backend it selects. It knows the names of options
 * and not their effects.
 *
 * <p>In: environment variables, system properties and maps ({@link ConfigSource}). Out: {@link EngineSettings}, checked
 * when they are made, and a {@link BackendSelection} with its reason.
 */
@NullMarked
package dev.roomcast.adapter.engine.config;

import org.jspecify.annotations.NullMarked;
