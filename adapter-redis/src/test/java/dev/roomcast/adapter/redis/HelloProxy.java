package dev.roomcast.adapter.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy before a Redis that does not know HELLO, and says so in its own words; whatever else a connection begins with, it passes on.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class HelloProxy implements AutoCloseable {

    private final int redisPort;
    private final String answer;
    private final ServerSocket door;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param answer to HELLO, without the end of the line; empty to close the connection instead */
    HelloProxy(int redisPort, String answer) throws IOException {
        this.redisPort = redisPort;
        this.answer = answer;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        begin(() -> {
            while (true) {
                Socket node = door.accept();
                sockets.add(node);
                begin(() -> serve(node));
            }
        });
    }

    String url(String login) {
        return "redis://" + login + "127.0.0.1:" + door.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void begin(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // By one side or the other: there is nothing left to do.
                        return;
                    }
                },
                "hello-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket node) throws IOException {
        InputStream in = node.getInputStream();
        StringBuilder first = new StringBuilder();
        // *N, $length, NAME
        for (int lines = 0; lines < 3; ) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            first.append((char) next);
            lines += next == '\n' ? 1 : 0;
        }
        if (first.toString().toUpperCase(java.util.Locale.ROOT).endsWith("HELLO\r\n")) {
            if (answer.isEmpty()) {
                node.close();
            } else {
                node.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            return;
        }
        Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort);
        sockets.add(redis);
        redis.getOutputStream().write(first.toString().getBytes(StandardCharsets.ISO_8859_1));
        begin(() -> pass(redis, node));
        pass(node, redis);
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
