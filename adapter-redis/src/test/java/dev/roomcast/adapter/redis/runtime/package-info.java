@NullMarked
package dev.roomcast.adapter.redis.runtime;

import org.jspecify.annotations.NullMarked;
