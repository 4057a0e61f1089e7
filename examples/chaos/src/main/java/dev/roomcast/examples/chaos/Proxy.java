package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way of one node to Redis: passes on what either says, unless something is wrong with it. {@link #mend} ends what is wrong.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class Proxy implements AutoCloseable {

    /** One of the two directions. */
    enum Way {
        TO_REDIS,
        TO_NODE
    }

    /** One connection of the node's, and what of it is swallowed: for good, as no byte may come after one that is missing. */
    private final class Call {

        private final Socket node;
        private final Socket redis;
        private final Set<Way> swallowed = ConcurrentHashMap.newKeySet();

        Call(Socket node, Socket redis) {
            this.node = node;
            this.redis = redis;
        }

        void begin() {
            calls.add(this);
            Proxy.begin("to-redis", () -> pass(Way.TO_REDIS, node, redis));
            Proxy.begin("to-node", () -> pass(Way.TO_NODE, redis, node));
        }

        private void pass(Way way, Socket from, Socket to) throws IOException {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[1 << 16];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    awaitFlow();
                    if (!swallowed.contains(way)) {
                        out.write(buffer, 0, count);
                    }
                }
            } finally {
                hangUp();
            }
        }

        void hangUp() {
            calls.remove(this);
            Proxy.close(node);
            Proxy.close(redis);
        }
    }

    private final ServerSocket door;
    private final int redisPort;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    private boolean stalls;
    private volatile boolean refuses;

    Proxy(int redisPort) throws IOException {
        this.redisPort = redisPort;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        begin("accept", this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Closes all connections, and each new one at once. */
    void refuse() {
        refuses = true;
        calls.forEach(Call::hangUp);
    }

    /** Holds back everything. */
    void stall() {
        synchronized (lock) {
            stalls = true;
        }
    }

    /** Swallows what goes one way on the connections that are open; new ones are well. */
    void swallow(Way way) {
        calls.forEach(call -> call.swallowed.add(way));
    }

    /** Everything passes again; what has lost something is closed. */
    void mend() {
        refuses = false;
        calls.stream().filter(call -> !call.swallowed.isEmpty()).forEach(Call::hangUp);
        synchronized (lock) {
            stalls = false;
            lock.notifyAll();
        }
    }

    private void awaitFlow() throws IOException {
        synchronized (lock) {
            while (stalls) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket node = door.accept();
            if (refuses) {
                close(node);
            } else {
                connect(node);
            }
        }
    }

    private void connect(Socket node) {
        try {
            Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort);
            node.setTcpNoDelay(true);
            redis.setTcpNoDelay(true);
            new Call(node, redis).begin();
        } catch (IOException noRedis) {
            close(node);
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
                "proxy-" + role);
        thread.setDaemon(true);
        thread.start();
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
        mend();
        close(door);
        calls.forEach(Call::hangUp);
    }
}
