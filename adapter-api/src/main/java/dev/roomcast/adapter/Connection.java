package dev.roomcast.adapter;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One client, as the server hands it to the adapter. The server owns the socket; the adapter only calls it.
 *
 * <p>Implement it on the server's own session class, or make one with {@link #of(String, Sender, Closer)}, or with
 * {@link #queued(String, AsyncSender, Closer, QueueLimit)} where the server does not queue, or without bound. It grows
 * by default methods only.
 */
public interface Connection {

    /**
     * The id, unique among the connections of this node while they last; across nodes its uniqueness is the server's
     * duty.
     *
     * @return the same text each time
     */
    String id();

    /**
     * Sends a packet to the client.
     *
     * <p><b>Threading.</b> May be called by several threads at once, and must not block: hand the packet to the
     * server's asynchronous write. Packets of one sending node come in their order. If it throws, the member is removed
     * and {@linkplain #disconnect disconnected}, since the client has missed a packet; no other member is harmed
     * (Rule 2.28); with a {@linkplain Packet#isDroppable() droppable} packet the exception is only counted. If it
     * blocks for longer than {@code roomcast.send.bound} all the same, the log names it, others go on without it
     * (Rules 2.23, 2.25), and its later packets wait for it. Where too much waits, or too many connections block, the
     * member is removed and disconnected too (Rules 2.29, 2.30).
     *
     * @param packet to be sent as a text or a binary frame, as {@link Packet#isText()} says
     * @throws Exception if it cannot be sent
     */
    void send(Packet packet) throws Exception;

    /**
     * Closes the client's connection, because a node of the cluster wants it closed. Its kind of reason has a close
     * code. The member is removed already.
     *
     * <p><b>Threading.</b> Is called on a thread of the adapter's, never within {@link #send}, and may block for 10 s:
     * the closings of other connections go on meanwhile, eight at once (Rule 7.15). If it takes longer the log names
     * it, its thread is interrupted, and another thread takes that one's place. Exceptions that it throws are counted
     * and logged at intervals.
     *
     * @param reason why
     * @throws Exception if it cannot be closed
     */
    void disconnect(DisconnectReason reason) throws Exception;

    /**
     * Whether the client keeps up. {@linkplain Packet#asDroppable() Droppable} packets are dropped, and counted as
     * {@code packets.skipped}, while it does not (Rule 2.26).
     *
     * <p><b>Threading.</b> As for {@link #send(Packet)}: any thread, and quick.
     *
     * @return true by default
     */
    default boolean writable() {
        return true;
    }

    /**
     * Asks the client, and completes with its answer; see {@link Cluster#ask}. How a question and its answer travel to
     * the client and back is the server's matter.
     *
     * <p><b>Threading.</b> As for {@link #send(Packet)}, with whose packets questions keep their order. The stage may
     * be completed on any thread; it should fail when the connection closes, so that no caller waits for it any longer.
     *
     * @param question the question
     * @return a stage with the answer; by default it has failed with {@link UnsupportedOperationException}
     * @throws Exception if it cannot be asked
     */
    default CompletionStage<Packet> ask(Packet question) throws Exception {
        return CompletableFuture.failedStage(new UnsupportedOperationException(
                "connection " + id() + " cannot be asked: override Connection.ask to answer questions"));
    }

    /**
     * The person behind the connection. A person may have any number of connections on any nodes. Called once, when the
     * connection is added; {@link Member#user(String)} changes the user later.
     *
     * @return the user's id, if there is one
     */
    default Optional<String> user() {
        return Optional.empty();
    }

    /**
     * The data about the connection that other nodes may see. Called once, when the connection is added;
     * {@link Member#attributes(Map)} changes it later.
     *
     * @return names and values
     */
    default Map<String, String> attributes() {
        return Map.of();
    }

    /**
     * This connection, with a user, for classes without one: {@link #of} and {@link #queued} make such.
     *
     * @param user see {@link #user()}
     * @return a connection that delegates the rest to this one; {@link #attributes()} of this one is called now
     */
    default Connection withUser(String user) {
        return new DescribedConnection(this, Optional.of(user), attributes());
    }

    /**
     * This connection, with these attributes, and no others.
     *
     * @param attributes see {@link #attributes()}; they are copied
     * @return a connection that delegates the rest to this one; {@link #user()} of this one is called now
     */
    default Connection withAttributes(Map<String, String> attributes) {
        return new DescribedConnection(this, user(), attributes);
    }

    /**
     * A connection from two lambdas.
     *
     * @param id see {@link #id()}
     * @param sender see {@link #send(Packet)}
     * @param closer see {@link #disconnect(DisconnectReason)}
     * @return a connection without user and attributes; {@link #withUser} and {@link #withAttributes} give it some
     */
    static Connection of(String id, Sender sender, Closer closer) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(closer, "closer");
        return new Connection() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public void send(Packet packet) throws Exception {
                sender.send(packet);
            }

            @Override
            public void disconnect(DisconnectReason reason) throws Exception {
                closer.close(reason);
            }

            @Override
            public String toString() {
                return "Connection[" + id + "]";
            }
        };
    }

    /**
     * A connection with a bounded queue of its own, which gives the server one packet at a time: for servers that
     * refuse a write while another is under way, and for servers that would queue without bound for a client that does
     * not read. With Jakarta WebSocket:
     *
     * <pre>{@code
     * Connection.queued(
     *         session.getId(),
     *         (packet, sent) -> session.getAsyncRemote()
     *                 .sendText(packet.text(), result -> sent.done(result.getException())),
     *         why -> session.close(new CloseReason(CloseCodes.getCloseCode(why.closeCode()), why.text())),
     *         QueueLimit.bytes(1024 * 1024).thenDisconnect());
     * }</pre>
     *
     * @param id see {@link #id()}
     * @param sender begins the server's asynchronous write
     * @param closer see {@link #disconnect(DisconnectReason)}; called once at most, and not on the thread that sends;
     *     {@link Closer#closeThenCut} makes one for a server whose close frame waits until the client has read the rest
     * @param limit how many bytes may wait, and the consequence if more would
     * @return a connection that reports how much waits, without user and attributes; {@link #withUser} and
     *     {@link #withAttributes} give it some
     */
    static QueuedConnection queued(String id, AsyncSender sender, Closer closer, QueueLimit limit) {
        return new QueuedConnection(id, sender, closer, limit);
    }

    /** Sends one packet to one client. */
    @FunctionalInterface
    interface Sender {

        /**
         * See {@link Connection#send(Packet)}.
         *
         * @param packet to be sent
         * @throws Exception if it cannot be sent
         */
        void send(Packet packet) throws Exception;
    }

    /** Begins to send one packet to one client, and reports when the write is done. */
    @FunctionalInterface
    interface AsyncSender {

        /**
         * Begins the server's asynchronous write. Is not called again before it has returned and {@code sent} was
         * called, and must not block. An exception that it throws is a failure like any other.
         *
         * @param packet to be sent as a text or a binary frame, as {@link Packet#isText()} says
         * @param sent to be called when the write is done; where that never happens nothing more is sent, and the limit
         *     of the queue applies, so let the server give up a write that takes too long
         * @throws Exception if it cannot be sent
         */
        void send(Packet packet, Sent sent) throws Exception;
    }

    /** The server calls it when a write is done. */
    @FunctionalInterface
    interface Sent {

        /**
         * To be called once for each write, from any thread, also before {@link AsyncSender#send} has returned; further
         * calls do nothing. It may call the sender with the next packet.
         *
         * @param failure why the packet could not be written, which closes the connection; null if it was written
         */
        void done(@Nullable Throwable failure);
    }

    /** Closes one client's connection. */
    @FunctionalInterface
    interface Closer {

        /**
         * See {@link Connection#disconnect(DisconnectReason)}.
         *
         * @param reason why
         * @throws Exception if it cannot be closed
         */
        void close(DisconnectReason reason) throws Exception;

        /**
         * A closer in two steps: sends a close frame, and cuts the connection 2 s later. For servers that send the
         * close frame after all packets that the client has not read yet: a client that does not read at all would
         * never get it. A client that reads again within the 2 s receives the reason. With Netty:
         *
         * <pre>{@code
         * Closer.closeThenCut(
         *         why -> channel.writeAndFlush(new CloseWebSocketFrame(why.closeCode(), why.text())),
         *         channel::close)
         * }</pre>
         *
         * @param closeFrame begins to send the close frame; the connection is cut in time also where this blocks or
         *     throws
         * @param cut closes the socket without asking the client, on a thread of the adapter's; called once for each
         *     call of the closer, also if the client has closed the connection by then
         * @return a closer that returns, or throws, when {@code closeFrame} does
         */
        static Closer closeThenCut(Closer closeFrame, Cut cut) {
            return new CuttingCloser(closeFrame, cut, QueueThreads.SHARED);
        }
    }

    /** Cuts one client's connection. */
    @FunctionalInterface
    interface Cut {

        /**
         * Closes the socket at once, and does nothing if it is closed already. Exceptions that it throws are logged at
         * intervals.
         *
         * @throws Exception if it cannot be closed
         */
        void cut() throws Exception;
    }
}
