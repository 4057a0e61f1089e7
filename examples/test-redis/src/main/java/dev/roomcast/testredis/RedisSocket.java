package dev.roomcast.testredis;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Speaks just enough RESP to ask a server how it is, so that nobody who uses this module gets a client with it. */
final class RedisSocket implements Closeable {
    /** What a server answers to PING when it is up: the last two, when the one who asks is not let in. */
    private static final List<String> UP = List.of("+PONG", "-NOAUTH", "-NOPERM");

    private static final Duration PATIENCE = Patience.LIMIT;

    private final Socket socket;
    private final InputStream in;

    private RedisSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param patience how long to wait for the connection, and then for each part of an answer */
    static RedisSocket open(String host, int port, Duration patience) throws IOException {
        int millis = Math.toIntExact(patience.toMillis());
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            return new RedisSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Asks a server of this machine one thing.
     *
     * @throws IllegalStateException if the answer is an error
     */
    static String ask(int port, String command) {
        try (RedisSocket socket = open("127.0.0.1", port, PATIENCE)) {
            String answer = socket.ask(command);
            if (answer.startsWith("-")) {
                throw new IllegalStateException(command + " was answered " + answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says whether an answer to PING is that of a server that is up; one that is still loading is not. */
    static boolean isUp(String reply) {
        return UP.stream().anyMatch(reply::startsWith);
    }

    /**
     * Sends a command inline and returns the answer: the text of a bulk string, the line of a simple string, an error or
     * an integer with its first character, or for an array its elements, each with a line end behind it.
     */
    String ask(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        return answer();
    }

    private String answer() throws IOException {
        String line = line();
        if (line.startsWith("*")) {
            StringBuilder elements = new StringBuilder();
            for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                elements.append(answer()).append('\n');
            }
            return elements.toString();
        }
        if (!line.startsWith("$") || line.equals("$-1")) {
            return line;
        }
        int length = Integer.parseInt(line.substring(1));
        byte[] bulk = in.readNBytes(length + 2);
        if (bulk.length < length + 2) {
            throw new EOFException("The server closed the connection in the middle of an answer");
        }
        return new String(bulk, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The server closed the connection");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
