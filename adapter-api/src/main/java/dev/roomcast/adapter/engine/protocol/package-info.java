/**
 * How the nodes of a namespace find each other and exchange messages: {@code Protocol} is what the node uses of it, and
 * {@code RoomcastProtocol} wires the parts and beats. What comes in passes {@code RoomChannels} or {@code ControlChannels}, then
 * {@code FrameReceiver}, {@code MessageReceiver} and {@code MessageDispatcher}. What goes out passes {@code PacketPublisher} if it is a
 * packet of the application, and {@code MessageSender} otherwise.
 *
 * <p>Each part takes what it needs, at most six collaborators, so that a test can build it alone. It knows the packages that publish,
 * subscribe, receive, deliver and query, and nothing of the node, its wire or any transport: it reaches these by {@code ProtocolWire},
 * {@code BrokerLinks} and {@code Protocol.Listener}.
 */
@NullMarked
package dev.roomcast.adapter.engine.protocol;

import org.jspecify.annotations.NullMarked;
