@NullMarked
package dev.roomcast.adapter.redis;

import org.jspecify.annotations.NullMarked;
