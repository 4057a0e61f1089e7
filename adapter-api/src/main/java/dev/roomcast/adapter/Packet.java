package dev.roomcast.adapter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The payload that is delivered: text or bytes, which the adapter never interprets (Rule 2.9).
 *
 * <p>Immutable, and encodes once: {@link #text()}, {@link #bytes()} and what a server {@linkplain #derived derives}
 * from a packet are computed once per broadcast and node, not once per recipient.
 *
 * <p><b>Threading.</b> May be used from any thread. Two packets are equal if their kind (text or bytes) and their
 * content are.
 */
public final class Packet {

    private static final AtomicIntegerFieldUpdater<Packet> QUEUES =
            AtomicIntegerFieldUpdater.newUpdater(Packet.class, "queues");

    private final boolean isText;
    private final boolean isDroppable;
    private volatile @Nullable String text;
    private volatile byte @Nullable [] bytes;
    private volatile @Nullable Map<Key<?>, Derived> derived;
    /** In how many queues it waits. */
    @SuppressWarnings("unused") // by its name
    private volatile int queues;

    private Packet(boolean isText, boolean isDroppable, @Nullable String text, byte @Nullable [] bytes) {
        this.isText = isText;
        this.isDroppable = isDroppable;
        this.text = text;
        this.bytes = bytes;
    }

    /**
     * A text packet.
     *
     * @param text well-formed Unicode: a lone surrogate cannot be sent in a WebSocket text frame, and arrives as
     *     {@code ?}
     * @return a packet with this text
     */
    public static Packet text(String text) {
        return new Packet(true, false, Objects.requireNonNull(text, "text"), null);
    }

    /**
     * A binary packet.
     *
     * @param bytes the content, which is copied
     * @return a packet with these bytes
     */
    public static Packet bytes(byte[] bytes) {
        return new Packet(false, false, null, bytes.clone());
    }

    /**
     * A text packet from text that is encoded already.
     *
     * @param utf8 the text in UTF-8, which is copied from position to limit; the buffer is left as it is
     * @return a packet with this text, decoded only when {@link #text()} is called
     */
    public static Packet text(ByteBuffer utf8) {
        return new Packet(true, false, null, copy(utf8));
    }

    /**
     * A binary packet.
     *
     * @param bytes the content, which is copied from position to limit; the buffer is left as it is
     * @return a packet with these bytes
     */
    public static Packet bytes(ByteBuffer bytes) {
        return new Packet(false, false, null, copy(bytes));
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return copy;
    }

    /**
     * This packet, as one that may be dropped for a client that does not keep up ({@link Connection#writable()}). It is
     * for content that the next packet replaces, such as the position of a cursor (Rule 2.26).
     *
     * @return a packet of the same kind and content
     */
    public Packet asDroppable() {
        return isDroppable ? this : new Packet(isText, true, text, bytes);
    }

    /**
     * Whether the packet may be dropped for a client that does not keep up.
     *
     * @return true after {@link #asDroppable()}, on every node
     */
    public boolean isDroppable() {
        return isDroppable;
    }

    /**
     * The kind of frame that the client gets.
     *
     * @return true for text, false for bytes
     */
    public boolean isText() {
        return isText;
    }

    /**
     * The text of a text packet.
     *
     * @return the same text each time, decoded once
     * @throws IllegalStateException if this is a binary packet
     */
    public String text() {
        if (!isText) {
            throw new IllegalStateException("this packet is binary; ask isText() first, or use bytes()");
        }
        String known = text;
        if (known == null) {
            known = new String(content(), StandardCharsets.UTF_8);
            text = known;
        }
        return known;
    }

    /**
     * The content: of a text packet, its UTF-8 form.
     *
     * @return a new read-only buffer each time, over content that is encoded once
     */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(content()).asReadOnlyBuffer();
    }

    /**
     * The size of the content.
     *
     * @return bytes
     */
    public int size() {
        return content().length;
    }

    /**
     * Whether the content has at most so many bytes, found without encoding it where that is possible.
     *
     * @param limit in bytes
     * @return whether {@code size() <= limit}
     */
    public boolean fitsIn(int limit) {
        String known = text;
        // A char becomes at most three bytes of UTF-8.
        return known != null && bytes == null && known.length() <= limit / 3 || size() <= limit;
    }

    /**
     * An object that the server makes of this packet for its clients, such as its own frame type: made once, for all
     * recipients on this node.
     *
     * <p>The result is shared by all recipients and threads. A derived Netty frame must therefore be unpooled and be
     * sent as a {@code retainedDuplicate()}.
     *
     * <p>{@code make} runs without a lock, in the first thread that asks. Threads that ask with the same key meanwhile
     * wait for its result; other keys of this packet, and everything else, wait for nothing. {@code make} may derive
     * with other keys. If it throws, its caller gets the exception, and one of those that wait, or the next caller,
     * makes the result with a {@code make} of its own.
     *
     * <pre>{@code
     * private static final Packet.Key<TextWebSocketFrame> FRAME = Packet.Key.named("frame");
     * }</pre>
     *
     * @param <T> the type of the result
     * @param key identifies the use of the result: keep it in a constant, one for each use
     * @param make makes the result; called once per packet and key. It must not wait for a
     *     thread that derives with the same key, nor may two results be derived from each other.
     * @return what {@code make} returned the first time
     * @throws IllegalStateException if {@code make} asks for the result that it is making
     */
    public <T> T derived(Key<T> key, Function<? super Packet, ? extends T> make) {
        Map<Key<?>, Derived> all = allDerived();
        while (true) {
            Derived found = all.get(key);
            if (found == null) {
                Derived mine = new Derived();
                found = all.putIfAbsent(key, mine);
                if (found == null) {
                    return make(key, mine, make);
                }
            }
            Object made = found.await(key);
            if (made != null) {
                return key.cast(made);
            }
        }
    }

    private Map<Key<?>, Derived> allDerived() {
        Map<Key<?>, Derived> known = derived;
        if (known == null) {
            synchronized (this) {
                known = derived;
                if (known == null) {
                    known = new ConcurrentHashMap<>(2);
                    derived = known;
                }
            }
        }
        return known;
    }

    private <T> T make(Key<T> key, Derived mine, Function<? super Packet, ? extends T> make) {
        T made = null;
        try {
            made = Objects.requireNonNull(make.apply(this), "derived");
            return made;
        } finally {
            if (made == null) {
                allDerived().remove(key, mine);
            }
            mine.end(made);
        }
    }

    /** Returns whether no other queue holds it. */
    boolean holdInQueue() {
        return QUEUES.getAndIncrement(this) == 0;
    }

    /** Returns whether no other queue holds it. */
    boolean releaseFromQueue() {
        return QUEUES.decrementAndGet(this) == 0;
    }

    private byte[] content() {
        byte[] known = bytes;
        if (known == null) {
            known = Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8);
            bytes = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Packet packet && isText == packet.isText && Arrays.equals(content(), packet.content());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content());
    }

    /** States kind and size, never the content: packets are private, and logs are not. */
    @Override
    public String toString() {
        return "Packet[" + (isText ? "text, " : "binary, ") + size() + " bytes]";
    }

    /**
     * Distinguishes results that are {@linkplain Packet#derived derived} from packets for one use from those for other
     * uses, also where all are of the same class. Equal only to itself.
     *
     * @param <T> the type of the derived result
     */
    public static final class Key<T> {

        private final String name;

        private Key(String name) {
            this.name = name;
        }

        /**
         * A new key.
         *
         * @param <T> the type of the derived result
         * @param name for messages; keys of the same name are different keys
         * @return a key that is equal to no other
         */
        public static <T> Key<T> named(String name) {
            return new Key<>(Objects.requireNonNull(name, "name"));
        }

        @SuppressWarnings("unchecked") // Under a key there is only what a make for this key has returned.
        private T cast(Object made) {
            return (T) made;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A result that one thread derives, or has derived. */
    private static final class Derived {

        /** Null once it failed. */
        private final CompletableFuture<@Nullable Object> made = new CompletableFuture<>();

        private volatile @Nullable Thread maker = Thread.currentThread();

        void end(@Nullable Object result) {
            maker = null;
            made.complete(result);
        }

        /** The result; null if that failed. */
        @Nullable
        Object await(Key<?> key) {
            if (maker == Thread.currentThread()) {
                throw new IllegalStateException(
                        "what derives \"" + key + "\" of a packet asks for it itself: return the result instead");
            }
            return made.join();
        }
    }
}
