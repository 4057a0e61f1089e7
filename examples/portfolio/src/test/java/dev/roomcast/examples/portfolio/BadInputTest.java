package dev.roomcast.examples.portfolio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Over real sockets: every bad frame is answered, and the node lives on. */
class BadInputTest {
    private static final Duration PATIENCE = Nodes.PATIENCE;
    private static final int TEN_MEBIBYTES = 10 * 1024 * 1024;
    private static final int TOO_BIG = 1009;
    private static final int BROKEN = 1006;

    private static final int LAST_FRAGMENT = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_OF_64_BITS = 127;
    private static final byte TEXT = 1;
    private static final byte BINARY = 2;
    private static final byte CLOSE = 8;
    private static final String UPGRADE = """
            GET /ws HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r
            Sec-WebSocket-Version: 13\r
            \r
            """;

    private final Nodes nodes = new Nodes();
    private String url = "";

    @BeforeEach
    void start() {
        url = Nodes.url(nodes.lone("alpha"));
    }

    /** Whatever came before, an honest client is served. */
    @AfterEach
    void nodeLivesOn() throws Exception {
        try (nodes) {
            CheckClient honest = nodes.subscribe(url, "honest");
            honest.send(update());
            assertTrue(honest.await("portfolio:update", PATIENCE).isPresent(), "the node does not serve any more");
        }
    }

    static Stream<Arguments> badFrames() {
        return Stream.of(
                Arguments.of("no JSON", "{\"event\":", "invalid-json"),
                Arguments.of("nothing", "", "invalid-json"),
                Arguments.of("no object", "[1, 2]", "invalid-json"),
                Arguments.of("two objects", "{} {}", "invalid-json"),
                Arguments.of("too deep", "{\"a\":".repeat(3000) + "1" + "}".repeat(3000), "invalid-json"),
                Arguments.of("no event", "{\"data\":1}", "missing-event"),
                Arguments.of("an event that is a number", "{\"event\":1}", "missing-event"),
                Arguments.of("an unknown event", "{\"event\":\"sell:everything\"}", "unknown-event"),
                Arguments.of("a subscription before hello", "{\"event\":\"subscribe:portfolio\"}", "hello-first"),
                Arguments.of("an update before hello", "{\"event\":\"portfolio:update\",\"data\":1}", "hello-first"),
                Arguments.of("a question before hello", "{\"event\":\"rooms\"}", "hello-first"),
                Arguments.of("no user", "{\"event\":\"hello\",\"sessionID\":\"s\"}", "missing-user"),
                Arguments.of("an empty user", "{\"event\":\"hello\",\"userId\":\" \"}", "missing-user"),
                Arguments.of("a user that is an object", "{\"event\":\"hello\",\"userId\":{}}", "missing-user"),
                Arguments.of(
                        "a session of 10,000 characters",
                        "{\"event\":\"hello\",\"userId\":\"u\",\"sessionID\":\"" + "s".repeat(10_000) + "\"}",
                        "bad-session"),
                Arguments.of(
                        "a user of 10,000 characters",
                        "{\"event\":\"hello\",\"userId\":\"" + "u".repeat(10_000) + "\"}",
                        "refused"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFrames")
    void badFrameIsAnsweredWithAnErrorAndTheConnectionStays(String what, String frame, String code) throws Exception {
        Raw raw = new Raw();
        WebSocket socket = raw.connect();

        socket.sendText(frame, true).join();
        assertEquals(code, raw.error());

        socket.sendText("{\"event\":\"hello\",\"userId\":\"alice\"}", true).join();
        assertEquals("hello", raw.next().path("event").asText(), "the connection is of no use after " + what);
        socket.abort();
    }

    @Test
    void userWhoseRoomsNameIsTooLongIsTold() throws Exception {
        CheckClient client = nodes.connect(url);
        // As long as a user's name may be, so that the room's name is longer than that.
        client.send(Json.object().put("event", "hello").put("userId", "u".repeat(250)));
        ObjectNode hello = client.await(frame -> true, PATIENCE).orElseThrow().frame();
        client.send("subscribe:portfolio");
        ObjectNode answer = client.await(frame -> true, PATIENCE).orElseThrow().frame();

        assertTrue(Stream.of(hello, answer).allMatch(frame -> frame.toString().length() < 3000), "answers are short");
        assertEquals("hello", hello.path("event").asText());
        assertEquals("refused", answer.path("code").asText());
    }

    @Test
    void secondHelloIsRefused() throws Exception {
        CheckClient client = nodes.subscribe(url, "alice");
        client.send(Json.object().put("event", "hello").put("userId", "bob"));
        assertEquals(
                "known",
                client.await("error", PATIENCE)
                        .orElseThrow()
                        .frame()
                        .path("code")
                        .asText());
    }

    @Test
    void updateWithoutDataIsRefused() throws Exception {
        CheckClient client = nodes.subscribe(url, "alice");
        client.send("portfolio:update");
        assertEquals(
                "missing-data",
                client.await("error", PATIENCE)
                        .orElseThrow()
                        .frame()
                        .path("code")
                        .asText());
    }

    /** JSON can say half a character, which no text frame can hold. */
    @Test
    void halfACharacterIsReplaced() throws Exception {
        CheckClient listener = nodes.subscribe(url, "alice");
        WebSocket socket = new Raw().connect();
        socket.sendText("{\"event\":\"hello\",\"userId\":\"alice\"}", true).join();
        socket.sendText("{\"event\":\"portfolio:update\",\"data\":\"\\ud800\"}", true)
                .join();
        ObjectNode update =
                listener.await("portfolio:update", PATIENCE).orElseThrow().frame();
        assertEquals("?", update.path("data").textValue());
        socket.abort();
    }

    @Test
    void binaryFrameIsAnsweredWithAnError() throws Exception {
        Raw raw = new Raw();
        WebSocket socket = raw.connect();
        socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).join();
        assertEquals("binary", raw.error());
        socket.abort();
    }

    /** What a client sees that goes on writing is up to its own network stack: status 1009, or that the connection broke. */
    @Test
    void frameOfTenMebibytesEndsItsConnection() throws Exception {
        char[] large = new char[TEN_MEBIBYTES];
        Arrays.fill(large, ' ');
        Raw text = new Raw();
        text.connect().sendText(new String(large), true).exceptionally(text::broken);
        Raw binary = new Raw();
        binary.connect().sendBinary(ByteBuffer.allocate(TEN_MEBIBYTES), true).exceptionally(binary::broken);

        for (Raw raw : List.of(text, binary)) {
            int status = raw.closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(status == TOO_BIG || status == BROKEN, "closed with status " + status);
        }
    }

    /** The server does not wait for the rest of a frame, which here never comes. */
    @Test
    void frameOfTenMebibytesIsAnsweredWithStatus1009AsSoonAsItPassesTheLimit() throws Exception {
        for (byte opcode : new byte[] {TEXT, BINARY}) {
            try (Socket socket = new Socket("localhost", URI.create(url).getPort())) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
                DataInputStream in = new DataInputStream(socket.getInputStream());
                for (int newlines = 0; newlines < 2; ) {
                    int next = in.readByte();
                    newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
                }
                ByteBuffer header = ByteBuffer.allocate(14).put((byte) (LAST_FRAGMENT | opcode));
                header.put((byte) (MASKED | LENGTH_OF_64_BITS)).putLong(TEN_MEBIBYTES);
                socket.getOutputStream().write(header.array());
                socket.getOutputStream().write(new byte[PortfolioServer.LONGEST_FRAME_BYTES + 1]);

                assertEquals((byte) (LAST_FRAGMENT | CLOSE), in.readByte());
                in.readByte();
                assertEquals(TOO_BIG, in.readShort());
            }
        }
    }

    @Test
    void messageOfManyFragmentsEndsItsConnectionWithStatus1009() throws Exception {
        Raw raw = new Raw();
        WebSocket socket = raw.connect();
        String part = " ".repeat(PortfolioServer.LONGEST_FRAME_BYTES / 4);
        for (int i = 0; i < 4; i++) {
            socket.sendText(part, false).join();
        }
        // Nothing that the server has not read when it closes, or the client might see a broken connection instead.
        socket.sendText(" ", false).join();
        assertEquals(TOO_BIG, raw.closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private static ObjectNode update() {
        return Json.object().put("event", "portfolio:update").put("data", 1);
    }

    /** A socket that can say anything. */
    private final class Raw implements WebSocket.Listener {
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        WebSocket connect() {
            return nodes.http()
                    .newWebSocketBuilder()
                    .buildAsync(Nodes.webSocket(url), this)
                    .join();
        }

        ObjectNode next() throws InterruptedException {
            String text = texts.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return Json.parse(String.valueOf(text)).orElseThrow(() -> new AssertionError("no answer but " + text));
        }

        String error() throws InterruptedException {
            ObjectNode frame = next();
            assertEquals("error", frame.path("event").asText());
            String message = frame.path("message").asText();
            assertTrue(!message.isEmpty() && message.length() < 400, "a clear message, but it is: " + message);
            return frame.path("code").asText();
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                texts.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            closed.complete(statusCode);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.complete(BROKEN);
        }

        WebSocket broken(Throwable whileWriting) {
            closed.complete(BROKEN);
            throw new CompletionException(whileWriting);
        }
    }
}
