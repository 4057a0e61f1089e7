/** A transport over LISTEN and NOTIFY of PostgreSQL, as docs/writing-an-adapter.md has it. */
@NullMarked
package dev.roomcast.examples.postgres;

import org.jspecify.annotations.NullMarked;
