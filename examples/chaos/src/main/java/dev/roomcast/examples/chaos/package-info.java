/**
 * A fault campaign on a real Redis: {@code ./mvnw -Pchaos}. Two nodes in two processes speak to each other while their Redis is killed,
 * frozen and cut off; a judge looks at what each of them noted, and says whether a promise broke.
 */
@NullMarked
package dev.roomcast.examples.chaos;

import org.jspecify.annotations.NullMarked;
