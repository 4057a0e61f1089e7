/**
 * The acceptance tests of the example servers, over real sockets: {@link
 * dev.roomcast.examples.servers.acceptance.ServerAcceptance} is the class that a server's test extends.
 */
@NullMarked
package dev.roomcast.examples.servers.acceptance;

import org.jspecify.annotations.NullMarked;
