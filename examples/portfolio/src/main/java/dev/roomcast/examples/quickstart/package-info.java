/** The shortest whole server, as the README shows it. */
@NullMarked
package dev.roomcast.examples.quickstart;

import org.jspecify.annotations.NullMarked;
