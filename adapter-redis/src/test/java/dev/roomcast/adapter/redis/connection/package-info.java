@NullMarked
package dev.roomcast.adapter.redis.connection;

import org.jspecify.annotations.NullMarked;
