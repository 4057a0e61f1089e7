/**
 * The backend for many processes, over Redis Pub/Sub. Put it on the class path or the module path: {@code
 * roomcast.adapter=auto} selects it if a Redis is configured.
 */
@NullMarked
package dev.roomcast.adapter.redis;

import org.jspecify.annotations.NullMarked;
