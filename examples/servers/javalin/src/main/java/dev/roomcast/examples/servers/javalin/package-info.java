/** The chat on Javalin. */
@NullMarked
package dev.roomcast.examples.servers.javalin;

import org.jspecify.annotations.NullMarked;
