/**
 * A fault campaign on a real Redis: {@code ./mvnw -Pchaos}. Nodes in processes of their own speak to each other while their Redis, the
 * way to it and they themselves are killed, stopped and cut off; a judge looks at what each of them noted, and says whether a promise
 * broke.
 */
@NullMarked
package dev.roomcast.examples.chaos;

import org.jspecify.annotations.NullMarked;
