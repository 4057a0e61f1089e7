/** The chat on Netty. */
@NullMarked
package dev.roomcast.examples.servers.netty;

import org.jspecify.annotations.NullMarked;
