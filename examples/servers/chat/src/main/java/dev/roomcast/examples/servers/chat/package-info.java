/** The chat that all example servers share; it is independent of the server. */
@NullMarked
package dev.roomcast.examples.servers.chat;

import org.jspecify.annotations.NullMarked;
