/**
 * A fault campaign on a real Redis: {@code ./mvnw -Pchaos}. Nodes in processes of their own exchange packets while the
 * campaign kills, stops and cuts off their Redis, the network to it and the nodes. A judge then reads the records of
 * all nodes, and reports whether every guarantee held.
 */
@NullMarked
package dev.roomcast.examples.chaos;

import org.jspecify.annotations.NullMarked;
