package dev.roomcast.adapter.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What nodes reach their Redis through: passes everything on, in order. It can have Redis far away or behind a slow line, cut connections, look at what Redis
 * says, and say more to the nodes than Redis has said.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class LoopbackProxy implements AutoCloseable {

    /** Sees what comes on one connection, before it is passed on. By one thread. */
    interface Tap {
        void read(byte[] bytes, int count);
    }

    /** On a slow line. */
    private static final int CHUNKS_PER_SECOND = 50;

    private volatile int redisPort;
    /** Each of one connection, for what Redis says. */
    private final Supplier<Tap> taps;

    private final Set<Socket> subscribers = new CopyOnWriteArraySet<>();
    /** By the words of which a command has all, the error that answers it in place of Redis. */
    private final Map<List<String>, String> errors = new ConcurrentHashMap<>();

    private final ServerSocket door;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Duration delay = Duration.ZERO;
    private volatile long bytesPerSecondToRedis = Long.MAX_VALUE;
    private volatile long bytesPerSecondToNodes = Long.MAX_VALUE;
    private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);
    private final CountDownLatch closed = new CountDownLatch(1);

    LoopbackProxy(int redisPort) throws IOException {
        this(redisPort, () -> (bytes, count) -> {});
    }

    LoopbackProxy(int redisPort, Supplier<Tap> taps) throws IOException {
        this.redisPort = redisPort;
        this.taps = taps;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        begin("accept", this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    String url() {
        return "redis://127.0.0.1:" + port();
    }

    void delay(Duration time) {
        delay = time;
    }

    /** Lets so many bytes through to Redis on each connection, and has all others wait where they come from. */
    void slowDownToRedis(long bytesPerSecond) {
        bytesPerSecondToRedis = bytesPerSecond;
    }

    /** The same the other way. */
    void slowDownToNodes(long bytesPerSecond) {
        bytesPerSecondToNodes = bytesPerSecond;
    }

    /** Lets no more than so many bytes through, of all connections together, and then nothing. */
    void haltAfter(long bytes) {
        bytesLeft.set(bytes);
    }

    /** Connections that are made from now on lead to another Redis. */
    void redirect(int port) {
        redisPort = port;
    }

    /** Answers each command that holds these words by an error, in place of Redis; one that is written alone. */
    void answer(String error, String... words) {
        errors.put(List.of(words), error);
    }

    void cut() {
        sockets.forEach(LoopbackProxy::close);
        sockets.clear();
    }

    /** Ends a subscription, as a server does that nobody has asked to. To be called while nothing is under way. */
    void endSubscription(String channel) throws IOException {
        String push = ">3\r\n$11\r\nunsubscribe\r\n$" + channel.length() + "\r\n" + channel + "\r\n:0\r\n";
        for (Socket subscriber : subscribers) {
            subscriber.getOutputStream().write(push.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void begin(String role, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // By one side or the other: there is nothing left to do.
                        return;
                    }
                },
                "loopback-proxy-" + role);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket node = door.accept();
            try {
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort);
                for (Socket socket : List.of(node, redis)) {
                    socket.setTcpNoDelay(true);
                    sockets.add(socket);
                }
                begin(
                        "to-redis",
                        () -> pass(
                                node,
                                redis,
                                () -> bytesPerSecondToRedis,
                                (bytes, count) -> passesOn(node, bytes, count)));
                Tap tap = taps.get();
                begin(
                        "to-node",
                        () -> pass(redis, node, () -> bytesPerSecondToNodes, (bytes, count) -> {
                            tap.read(bytes, count);
                            return true;
                        }));
            } catch (IOException noRedis) {
                close(node);
            }
        }
    }

    private boolean passesOn(Socket node, byte[] bytes, int count) throws IOException {
        String command = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        if (command.contains("SUBSCRIBE")) {
            subscribers.add(node);
        }
        for (Map.Entry<List<String>, String> error : errors.entrySet()) {
            if (error.getKey().stream().allMatch(command::contains)) {
                node.getOutputStream().write(("-" + error.getValue() + "\r\n").getBytes(StandardCharsets.US_ASCII));
                return false;
            }
        }
        return true;
    }

    /** Sees what is to be passed on, and says whether it is. */
    private interface Filter {
        boolean passes(byte[] bytes, int count) throws IOException;
    }

    /** Bytes, and when they are due; none at the end. */
    private record Chunk(byte[] bytes, long due) {}

    /** One thread writes what another has read, when it is due, in the order in which it was read. */
    private void pass(Socket from, Socket to, LongSupplier bytesPerSecond, Filter filter) throws IOException {
        BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
        OutputStream out = to.getOutputStream();
        begin("write", () -> write(chunks, out));
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (filter.passes(buffer, count)) {
                    for (int at = 0, end; at < count; at = end) {
                        end = (int) Math.min(count, at + 1 + bytesPerSecond.getAsLong() / CHUNKS_PER_SECOND);
                        haltOrSlowDown(end - at, bytesPerSecond.getAsLong());
                        byte[] bytes = Arrays.copyOfRange(buffer, at, end);
                        chunks.add(new Chunk(bytes, System.nanoTime() + delay.toNanos()));
                    }
                }
            }
        } finally {
            chunks.add(new Chunk(new byte[0], System.nanoTime()));
            close(from);
            close(to);
        }
    }

    private void haltOrSlowDown(int count, long bytesPerSecond) {
        try {
            if (bytesLeft.addAndGet(-count) < 0) {
                closed.await();
            }
            // As slow as the line, until the proxy is closed.
            closed.await(TimeUnit.SECONDS.toNanos(count) / bytesPerSecond, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    private void write(BlockingQueue<Chunk> chunks, OutputStream out) throws IOException {
        try {
            for (Chunk next = chunks.take(); next.bytes().length > 0; next = chunks.take()) {
                // The way to a Redis that is far away takes that long, until the proxy is closed.
                closed.await(next.due() - System.nanoTime(), TimeUnit.NANOSECONDS);
                out.write(next.bytes());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            // Then it is closed.
            return;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        close(door);
        cut();
    }
}
