package dev.roomcast.testredis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that come back on the same one. */
public final class Ports {
    private static final int FIRST = 20_000;
    /**
     * The kernel gives ports from here on to outgoing connections (Linux; macOS does from 49152). Were a server's port
     * among them, then while the server is down any connection might get it, even one that is trying to reach the
     * server: it would be connected to itself. A cluster bus, 10,000 above its port, also stays below 65536.
     */
    private static final int END = 32_768;

    private static final int TRIES = 100;

    private Ports() {}

    /** Returns a port of the loopback interface that is free at this moment. */
    public static int free() {
        for (int tries = 0; tries < TRIES; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "No free port found among " + TRIES + " between " + FIRST + " and " + (END - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
