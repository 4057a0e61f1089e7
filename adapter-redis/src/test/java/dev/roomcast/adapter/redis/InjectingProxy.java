package dev.roomcast.adapter.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;

/** Stands between nodes and a Redis, and can say more to whoever has subscribed than Redis has said. */
final class InjectingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int redis;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Set<Socket> subscribers = new CopyOnWriteArraySet<>();

    private InjectingProxy(int redis) throws IOException {
        this.redis = redis;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static InjectingProxy before(int redisPort) throws IOException {
        InjectingProxy proxy = new InjectingProxy(redisPort);
        begin("accept", proxy::accept);
        return proxy;
    }

    String url() {
        return "redis://127.0.0.1:" + server.getLocalPort();
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

    private static void begin(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Closed, by one side or the other: there is nothing left to do.
                        return;
                    }
                },
                "injecting-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket node = server.accept();
            Socket there = new Socket(InetAddress.getLoopbackAddress(), redis);
            sockets.addAll(List.of(node, there));
            begin("to-redis", () -> copy(node, there));
            begin("to-node", () -> copy(there, node));
        }
    }

    private void copy(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[1 << 16];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            if (new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains("SUBSCRIBE")) {
                subscribers.add(from);
            }
            out.write(bytes, 0, count);
            out.flush();
        }
        to.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
