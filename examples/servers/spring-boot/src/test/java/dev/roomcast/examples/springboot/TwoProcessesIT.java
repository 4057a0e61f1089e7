package dev.roomcast.examples.springboot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.testredis.TestRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The packaged application, twice, on the Lettuce and Netty that its Spring Boot brings, joined by a real Redis. */
@Timeout(300)
class TwoProcessesIT {

    /** One running application. */
    private static final class Server implements AutoCloseable {

        private static final Pattern SERVING =
                Pattern.compile("listening on port (\\d+) with Lettuce (\\S+?)(?:/\\S*)? and Netty (\\S+)");

        private final Process process;
        private final Matcher serving;

        Server(String redisUrl) throws IOException {
            ProcessBuilder java = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-jar",
                            System.getProperty("application.jar"),
                            "--server.port=0")
                    .redirectErrorStream(true);
            java.environment().put("REDIS_URL", redisUrl);
            process = java.start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            serving = awaitServing(out);
            Thread rest = new Thread(() -> out.lines().forEach(System.out::println), "rest of the output");
            rest.setDaemon(true);
            rest.start();
        }

        private Matcher awaitServing(BufferedReader out) throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                System.out.println(line);
                Matcher found = SERVING.matcher(line);
                if (found.find()) {
                    return found;
                }
            }
            throw new IllegalStateException("the application has ended: see its output above");
        }

        String port() {
            return serving.group(1);
        }

        String lettuce() {
            return serving.group(2);
        }

        String netty() {
            return serving.group(3);
        }

        /** By its handle, which leaves the output open for what is said at the end. */
        @Override
        public void close() {
            process.toHandle().destroy();
            process.onExit().join();
        }
    }

    /** Keeps what comes. */
    private static final class Client implements WebSocket.Listener {

        private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
        private final WebSocket socket;

        Client(Server server, String user) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://localhost:" + server.port() + "/chat/lobby/" + user + "/" + user), this)
                    .join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            said.add(text.toString());
            from.request(1);
            return null;
        }
    }

    @Test
    void aPacketGoesFromOneToTheOtherOnTheLibrariesOfSpringBoot() throws Exception {
        String redis = TestRedis.shared().url();
        try (Server one = new Server(redis);
                Server other = new Server(redis)) {
            for (Server server : new Server[] {one, other}) {
                assertEquals(System.getProperty("expected.lettuce"), server.lettuce());
                assertEquals(System.getProperty("expected.netty"), server.netty());
            }
            Client sender = new Client(one, "ann");
            Client receiver = new Client(other, "bob");
            assertEquals("joined", sender.said.take());
            assertEquals("joined", receiver.said.take());
            sender.socket.sendText("hello", true).join();
            assertEquals("hello", receiver.said.take());
            assertEquals("hello", sender.said.take());
        }
    }
}
