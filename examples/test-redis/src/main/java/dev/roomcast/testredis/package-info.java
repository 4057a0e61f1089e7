/**
 * A real Redis for tests and demos, without any preparation; {@link dev.roomcast.testredis.TestRedis} is the entry
 * point.
 */
@NullMarked
package dev.roomcast.testredis;

import org.jspecify.annotations.NullMarked;
