/** The chat on Undertow. */
@NullMarked
package dev.roomcast.examples.servers.undertow;

import org.jspecify.annotations.NullMarked;
