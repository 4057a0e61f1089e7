package dev.roomcast.examples.servers.acceptance;

import dev.roomcast.testredis.Patience;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A client that reads all it is sent, and keeps it. */
final class ChatClient implements WebSocket.Listener, AutoCloseable {

    private static final long SECONDS_FOR_CLOSING = 5;
    private static final int NO_ANSWER = -1;
    private static final String MEMBERS = "members ";

    private static final HttpClient http = HttpClient.newHttpClient();

    private final String id;
    private final StringBuilder part = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;
    /** Guarded by this. */
    private final List<String> received = new ArrayList<>();

    private ChatClient(ServerProcess server, String room, String user, String id) {
        this.id = id;
        this.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + server.address() + path(room, user, id)), this)
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static String path(String room, String user, String id) {
        return "/chat/" + room + "/" + user + "/" + id;
    }

    /** Returns once the client is told that it has joined. */
    static ChatClient join(ServerProcess server, String room, String user, String id) throws InterruptedException {
        ChatClient client = new ChatClient(server, room, user, id);
        client.await("joined");
        return client;
    }

    /** The server's socket has taken it when this returns. */
    void say(String text) {
        send(text, true);
    }

    /** The first fragment of what is said next. */
    void begin(String text) {
        send(text, false);
    }

    private void send(String text, boolean isLast) {
        socket.sendText(text, isLast)
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    synchronized List<String> received() {
        return List.copyOf(received);
    }

    synchronized void await(String text) throws InterruptedException {
        await("of \"" + text + "\"", () -> received.contains(text));
    }

    /** Waits until so many packets that begin so have come. */
    synchronized void awaitCount(String beginning, int count) throws InterruptedException {
        await("of " + count + " that begin with \"" + beginning + "\"", () -> count(beginning) >= count);
    }

    /** Returns how many packets that begin so have come. */
    synchronized long count(String beginning) {
        return received.stream().filter(text -> text.startsWith(beginning)).count();
    }

    /** Asks until the answer is that so many clients are there on all nodes, and no node is missing. */
    void awaitMembers(int count) throws Exception {
        String wanted = "members " + count + ", missing 0";
        Await.value(
                this::askForMembers,
                wanted::equals,
                answer -> this + " is told \"" + wanted + "\" and not \"" + answer + "\"");
    }

    private String askForMembers() throws InterruptedException {
        int before = answers().size();
        say("/members");
        awaitCount(MEMBERS, before + 1);
        return answers().get(before);
    }

    private synchronized List<String> answers() {
        return received.stream().filter(text -> text.startsWith(MEMBERS)).collect(Collectors.toList());
    }

    private synchronized void await(String what, BooleanSupplier come) throws InterruptedException {
        long deadline = Patience.deadline();
        while (!come.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (closed.isDone() || left <= 0) {
                throw new AssertionError(this + " waited in vain for the arrival " + what);
            }
            wait(left);
        }
    }

    int awaitClose() {
        return closed.orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        part.append(text);
        if (last) {
            synchronized (this) {
                received.add(part.toString());
                notifyAll();
            }
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        wake();
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
        wake();
    }

    private synchronized void wake() {
        notifyAll();
    }

    void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        closed.completeOnTimeout(NO_ANSWER, SECONDS_FOR_CLOSING, TimeUnit.SECONDS)
                .exceptionally(failure -> NO_ANSWER)
                .join();
        socket.abort();
    }

    @Override
    public synchronized String toString() {
        return "client " + id + " (" + received.size() + " packets received, " + closed + ")";
    }
}
