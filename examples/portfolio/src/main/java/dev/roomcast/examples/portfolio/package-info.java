/**
 * A portfolio server on a real WebSocket server (Javalin, with Jetty inside) that runs as one node or as several.
 *
 * <p>{@link dev.roomcast.examples.portfolio.PortfolioServer} is the server and the place to start reading; {@link
 * dev.roomcast.examples.portfolio.ScalingCheck} proves of two running nodes that they are one cluster, and {@link
 * dev.roomcast.examples.portfolio.Demo} starts two nodes and runs the check on them.
 */
@NullMarked
package dev.roomcast.examples.portfolio;

import org.jspecify.annotations.NullMarked;
