/**
 * The backend for many processes, over Redis Pub/Sub. It is enough that it is on the class path or the module path:
 * {@code roomcast.adapter=auto} chooses it where a Redis is configured.
 */
@NullMarked
package dev.roomcast.adapter.redis;

import org.jspecify.annotations.NullMarked;
