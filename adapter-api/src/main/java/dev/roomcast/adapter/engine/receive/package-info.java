/**
 * Receiving: peers, their authentication, and the detection of lost frames. It calls no code of the application, and
 * runs on the inbox's turn, so it needs no lock.
 *
 * <p>In: frames, heartbeats, states of links. {@link Peers} records which nodes are alive, {@link PeerAuthenticator}
 * verifies senders, {@link LossDetector} finds missing frames. Out: {@link Losses}, and changes of peers.
 */
@NullMarked
package dev.roomcast.adapter.engine.receive;

import org.jspecify.annotations.NullMarked;
