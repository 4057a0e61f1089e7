@NullMarked
package dev.roomcast.adapter.redis.config;

import org.jspecify.annotations.NullMarked;
