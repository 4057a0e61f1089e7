/**
 * What came from other nodes, and what did not: peers, their authentication, and lost frames. It calls no code of the application, and everything is
 * on the inbox's turn, so nothing here takes a lock.
 *
 * <p>In: frames, heartbeats, states of links. {@link Peers} knows who is alive, {@link PeerAuthenticator} who is genuine, {@link LossDetector} which
 * frames are missing. Out: {@link Losses}, and peers that come and go.
 */
@NullMarked
package dev.roomcast.adapter.engine.receive;

import org.jspecify.annotations.NullMarked;
