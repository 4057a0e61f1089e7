package dev.roomcast.adapter.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one node reaches its Redis through: passes on every byte, and knows of what came from Redis how much it was, and how often a marker
 * was in it, on any of the node's connections.
 *
 * <p><i>Threading:</i> thread-safe. A byte is counted before it is passed on.
 */
final class LinkProxy implements AutoCloseable {

    private final int redisPort;
    private final byte[] marker;
    private final ServerSocket door;
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong markers = new AtomicLong();

    LinkProxy(int redisPort, byte[] marker) throws IOException {
        this.redisPort = redisPort;
        this.marker = marker;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread("accept", this::accept);
    }

    String url() {
        return "redis://127.0.0.1:" + door.getLocalPort();
    }

    /** How many bytes the node got. */
    long received() {
        return received.get();
    }

    /** How often the marker was in them. */
    long markers() {
        return markers.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket node = owned(door.accept());
                Socket redis = owned(new Socket(InetAddress.getLoopbackAddress(), redisPort));
                thread("from-node", () -> pass(node, redis));
                thread("from-redis", () -> passCounted(redis, node));
            }
        } catch (IOException closed) {
            // The test is over, or its Redis is: the node sees its connection end.
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // By one side or the other.
        }
        close(from);
        close(to);
    }

    private void passCounted(Socket redis, Socket node) {
        MarkerCount count = new MarkerCount(marker);
        byte[] bytes = new byte[8_192];
        try {
            InputStream in = redis.getInputStream();
            OutputStream out = node.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                received.addAndGet(length);
                markers.addAndGet(count.in(bytes, length));
                out.write(bytes, 0, length);
            }
        } catch (IOException closed) {
            // By one side or the other.
        }
        close(redis);
        close(node);
    }

    private Socket owned(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        synchronized (sockets) {
            sockets.add(socket);
        }
        return socket;
    }

    private static void thread(String role, Runnable work) {
        Thread thread = new Thread(work, "link-proxy-" + role);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            // Then it is closed.
        }
    }

    @Override
    public void close() {
        close(door);
        synchronized (sockets) {
            sockets.forEach(LinkProxy::close);
        }
    }
}
