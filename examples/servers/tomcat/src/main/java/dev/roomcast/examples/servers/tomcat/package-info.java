/** The chat on Tomcat. */
@NullMarked
package dev.roomcast.examples.servers.tomcat;

import org.jspecify.annotations.NullMarked;
