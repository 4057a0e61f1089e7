package dev.roomcast.examples.servers.acceptance;

import dev.roomcast.testredis.Patience;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** A client that upgrades its connection, and then reads nothing: the kernel's buffer is all that it takes. */
final class MuteClient implements AutoCloseable {

    private static final int SMALL_BUFFER = 4 * 1024;
    private static final int CLOSE = 8;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int LENGTH_OF_64_BITS = 127;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    MuteClient(ServerProcess server, String path) throws IOException {
        String[] address = server.address().split(":");
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
        String upgrade = "GET " + path + " HTTP/1.1\r\nHost: " + server.address()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
        in = new DataInputStream(socket.getInputStream());
        String status = readLine();
        if (!status.startsWith("HTTP/1.1 101")) {
            throw new IOException("the server does not upgrade: " + status);
        }
        while (!readLine().isEmpty()) {
            // The other headers.
        }
    }

    /** Reads up to this text. */
    void awaitText(String text) throws IOException {
        String read;
        do {
            in.readUnsignedByte();
            read = new String(in.readNBytes(readLength()), StandardCharsets.UTF_8);
        } while (!read.equals(text));
    }

    /** Reads all that is left, and returns the close code, if a close frame came before the end. */
    OptionalInt readToTheEnd() throws IOException {
        try {
            while (true) {
                int operation = in.readUnsignedByte() & 0xf;
                int length = readLength();
                if (operation == CLOSE) {
                    return OptionalInt.of(length < 2 ? 0 : in.readUnsignedShort());
                }
                in.skipNBytes(length);
            }
        } catch (EOFException | SocketException closed) {
            return OptionalInt.empty();
        }
    }

    private int readLength() throws IOException {
        int length = in.readUnsignedByte();
        return length == LENGTH_OF_16_BITS
                ? in.readUnsignedShort()
                : length == LENGTH_OF_64_BITS ? Math.toIntExact(in.readLong()) : length;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return "the client that does not read";
    }
}
