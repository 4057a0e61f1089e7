@NullMarked
package dev.roomcast.adapter.redis.cluster;

import org.jspecify.annotations.NullMarked;
