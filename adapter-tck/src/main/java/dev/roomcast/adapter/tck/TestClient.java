package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client that records its packets. */
final class TestClient implements Connection {

    private static final String MARKER = "marker ";

    private final TestNode node;
    private final String id;
    private final Optional<String> user;
    private final Expect expect;
    private final List<Packet> received = new ArrayList<>();
    private final List<DisconnectReason> disconnects = Collections.synchronizedList(new ArrayList<>());
    private volatile @Nullable Throwable thrown;
    private volatile @Nullable CountDownLatch gate;
    private volatile @Nullable CountDownLatch closingGate;
    private volatile boolean interrupted;
    private volatile boolean writable = true;
    private volatile @Nullable Function<Packet, CompletionStage<Packet>> answering;
    private volatile @Nullable Member member;

    TestClient(TestNode node, String id, Optional<String> user, Expect expect) {
        this.node = node;
        this.id = id;
        this.user = user;
        this.expect = expect;
    }

    static String marker(int number) {
        return MARKER + number;
    }

    void added(Member as) {
        member = as;
    }

    Member member() {
        return Objects.requireNonNull(member, "the client was not added");
    }

    TestNode node() {
        return node;
    }

    /** From now on it throws whatever it is sent. */
    void throwsFromNowOn(Throwable failure) {
        thrown = failure;
    }

    /** From now on it does not return from what it is sent, until it is let go on. */
    void blocksFromNowOn() {
        gate = new CountDownLatch(1);
    }

    /** From now on it does not return from being disconnected, until it is let go on. */
    void blocksWhenItIsDisconnected() {
        closingGate = new CountDownLatch(1);
    }

    /** From now on it says that it does not keep up. */
    void fallsBehind() {
        writable = false;
    }

    /** How it answers questions from now on; before, it cannot be asked. */
    TestClient answers(Function<Packet, CompletionStage<Packet>> answers) {
        answering = answers;
        return this;
    }

    TestClient answers(String text) {
        return answers(question -> CompletableFuture.completedStage(Packet.text(text)));
    }

    void goesOn() {
        CountDownLatch shut = gate;
        gate = null;
        if (shut != null) {
            shut.countDown();
        }
        CountDownLatch closing = closingGate;
        if (closing != null) {
            closing.countDown();
        }
    }

    /** Whether it was interrupted while it blocked. */
    boolean wasInterrupted() {
        return interrupted;
    }

    /** Whether it can be expected to get something. */
    boolean isListening() {
        Member as = member;
        return thrown == null && gate == null && as != null && as.isPresent() && node.isOpen();
    }

    // What the test does

    TestClient join(String room) {
        expect.completes(this, "joining \"" + room + "\"", node.adapter().join(member(), room));
        return this;
    }

    void leave(String room) {
        node.adapter().leave(member(), room);
    }

    void remove() {
        node.adapter().remove(member());
    }

    // What came

    synchronized List<Packet> packets() {
        return received.stream().filter(packet -> !isMarker(packet)).toList();
    }

    List<String> texts() {
        return packets().stream().map(Packet::text).toList();
    }

    /** What came, each text once, in the order in which it came first. */
    List<String> distinctTexts() {
        return texts().stream().distinct().toList();
    }

    List<DisconnectReason> disconnects() {
        return List.copyOf(disconnects);
    }

    private static boolean isMarker(Packet packet) {
        return packet.isText() && packet.size() < 64 && packet.text().startsWith(MARKER);
    }

    synchronized boolean has(String text) {
        return received.contains(Packet.text(text));
    }

    /** Awaits a packet, however often it comes. */
    void awaits(String text) {
        expect.eventually(this, "\"" + text + "\" to come", () -> has(text), this::texts);
    }

    /** Awaits packets, in this order, and nothing else so far; how often each came is for the rules about that to say. */
    void gets(String... texts) {
        List<String> wanted = List.of(texts);
        wanted.forEach(this::awaits);
        expect.equal(this, "what came", wanted, distinctTexts());
    }

    // What the adapter does

    @Override
    public String id() {
        return id;
    }

    @Override
    public void send(Packet packet) throws Exception {
        Throwable failure = thrown;
        if (failure instanceof Exception e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        synchronized (this) {
            received.add(packet);
        }
        expect.signal().changed();
        CountDownLatch shut = gate;
        if (shut != null) {
            block(shut);
        }
    }

    private void block(CountDownLatch shut) throws InterruptedException {
        try {
            shut.await();
        } catch (InterruptedException e) {
            interrupted = true;
            expect.signal().changed();
            throw e;
        }
    }

    @Override
    public void disconnect(DisconnectReason reason) throws InterruptedException {
        disconnects.add(reason);
        expect.signal().changed();
        CountDownLatch shut = closingGate;
        if (shut != null) {
            block(shut);
        }
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public CompletionStage<Packet> ask(Packet question) throws Exception {
        synchronized (this) {
            received.add(question);
        }
        expect.signal().changed();
        Function<Packet, CompletionStage<Packet>> how = answering;
        return how == null ? Connection.super.ask(question) : how.apply(question);
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of("called", id);
    }

    @Override
    public Optional<String> user() {
        return user;
    }

    @Override
    public String toString() {
        return "client " + id + " at " + node;
    }
}
