/** A transport over LISTEN and NOTIFY of PostgreSQL, which docs/writing-an-adapter.md explains. */
@NullMarked
package dev.roomcast.examples.postgres;

import org.jspecify.annotations.NullMarked;
