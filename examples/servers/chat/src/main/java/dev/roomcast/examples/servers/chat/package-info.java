/** What the servers have in common: a chat that knows no server. */
@NullMarked
package dev.roomcast.examples.servers.chat;

import org.jspecify.annotations.NullMarked;
