/** The chat on Jetty. */
@NullMarked
package dev.roomcast.examples.servers.jetty;

import org.jspecify.annotations.NullMarked;
