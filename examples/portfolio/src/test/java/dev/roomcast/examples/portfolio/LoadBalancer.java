package dev.roomcast.examples.portfolio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Hands one connection after the other to the nodes in turn, byte by byte. */
final class LoadBalancer implements AutoCloseable {
    private final ServerSocket listener;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    private LoadBalancer(ServerSocket listener) {
        this.listener = listener;
    }

    static LoadBalancer to(int... ports) throws IOException {
        LoadBalancer balancer = new LoadBalancer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        balancer.run(() -> balancer.accept(ports));
        return balancer;
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept(int[] ports) throws IOException {
        for (int i = 0; ; i++) {
            Socket client = opened(listener.accept());
            Socket server = opened(new Socket(InetAddress.getLoopbackAddress(), ports[i % ports.length]));
            run(() -> copy(client, server));
            run(() -> copy(server, client));
        }
    }

    private Socket opened(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    private void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                if (!listener.isClosed() && sockets.isEmpty()) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException;
    }
}
