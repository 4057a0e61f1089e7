package dev.roomcast.testredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ServerChoiceTest {
    @TempDir
    Path bin;

    private final Map<String, String> properties =
            new HashMap<>(Map.of("os.name", System.getProperty("os.name"), "os.arch", System.getProperty("os.arch")));
    private final Map<String, String> variables = new HashMap<>();
    private final ServerChoice choice =
            new ServerChoice(new Surroundings(properties::get, variables::get), () -> false);

    @Test
    void sharedUsesTheServerOfRedisUrl() {
        try (Server there = LocalServer.start(embedded(), List.of())) {
            variables.put("REDIS_URL", there.url());
            Server shared = choice.shared();
            assertEquals(there.url(), shared.url());
            assertEquals(there.port(), shared.port());
            assertEquals("server of REDIS_URL at 127.0.0.1:" + there.port(), shared.description());
        }
    }

    @Test
    void thePropertyWinsOverTheVariable() {
        try (Server there = LocalServer.start(embedded(), List.of())) {
            variables.put("REDIS_URL", "redis://127.0.0.1:1");
            properties.put("test.redis.url", there.url());
            assertEquals(
                    "server of test.redis.url at 127.0.0.1:" + there.port(),
                    choice.shared().description());
        }
    }

    @Test
    void aServerOfOnesOwnIsNeverThatOfRedisUrl() {
        variables.put("REDIS_URL", "redis://127.0.0.1:1");
        try (Server own = choice.own(Launch.of(List.of()))) {
            assertTrue(own.description().startsWith("embedded redis-server 7.0.15 at 127.0.0.1:"), own.description());
        }
    }

    @Test
    void anExplicitWishWinsOverRedisUrl() {
        variables.put("REDIS_URL", "redis://127.0.0.1:1");
        properties.put("test.redis", "embedded");
        assertTrue(choice.shared().description().startsWith("embedded redis-server"));
    }

    @Test
    void aDeadRedisUrlIsAnErrorThatKeepsThePassword() {
        variables.put("REDIS_URL", "redis://user:secret@127.0.0.1:1");
        assertFailure(IllegalStateException.class, choice::shared, "REDIS_URL", "127.0.0.1:1", "-Dtest.redis=embedded");
    }

    @Test
    void aRedisUrlOfAnotherKindIsAnErrorThatKeepsThePassword() {
        variables.put("REDIS_URL", "http://user:secret@127.0.0.1");
        assertFailure(IllegalArgumentException.class, choice::shared, "REDIS_URL", "redis://HOST:PORT");
        variables.put("REDIS_URL", "redis://user:secret %@127.0.0.1");
        assertFailure(IllegalArgumentException.class, choice::shared, "REDIS_URL", "percent-encoded");
    }

    @Test
    void aBlankRedisUrlCountsAsNone() {
        variables.put("REDIS_URL", " ");
        assertTrue(choice.shared().description().startsWith("embedded redis-server"));
    }

    @Test
    void theServerOnThePathComesBeforeTheEmbeddedOne() throws IOException {
        Path server = serverOnPath();
        variables.put("PATH", "/nowhere:" + bin);
        try (Server own = choice.own(Launch.of(List.of()))) {
            assertEquals(server + " 7.0.15 at 127.0.0.1:" + own.port(), own.description());
        }
        properties.put("test.redis", "embedded");
        try (Server own = choice.own(Launch.of(List.of()))) {
            assertTrue(own.description().startsWith("embedded redis-server"), own.description());
        }
    }

    @Test
    void somethingElseOfThatNameOnThePathIsAnError() throws IOException {
        Path impostor = script("echo hello");
        variables.put("PATH", bin.toString());
        assertFailure(
                IllegalStateException.class, () -> choice.own(Launch.of(List.of())), impostor.toString(), "hello");
    }

    @Test
    void anUnknownWishNamesKeyValueAndWhatIsAccepted() {
        for (String wish : List.of("mock", "container", "container:")) {
            properties.put("test.redis", wish);
            Executable[] both = {choice::shared, () -> choice.own(Launch.of(List.of()))};
            for (Executable each : both) {
                assertFailure(
                        IllegalArgumentException.class,
                        each,
                        "test.redis=" + wish + " ",
                        "url, path, embedded and container:IMAGE");
            }
        }
    }

    @Test
    void aWishForTheUrlNeedsOne() {
        properties.put("test.redis", "url");
        assertFailure(IllegalStateException.class, choice::shared, "REDIS_URL", "test.redis.url");
    }

    @Test
    void aWishForTheUrlCannotBeMetWithAServerOfOnesOwn() {
        properties.put("test.redis", "url");
        variables.put("REDIS_URL", "redis://127.0.0.1:1");
        assertFailure(
                IllegalStateException.class,
                () -> choice.own(Launch.of(List.of())),
                "cannot be killed, restarted, frozen or given arguments");
    }

    @Test
    void aWishForThePathNeedsAServerThere() {
        properties.put("test.redis", "path");
        variables.put("PATH", bin.toString());
        assertFailure(IllegalStateException.class, choice::shared, "test.redis=path", "install Redis");
    }

    @Test
    void aWishForTheEmbeddedServerNeedsItsPlatform() {
        properties.put("test.redis", "embedded");
        properties.put("os.name", "Windows 11");
        assertFailure(IllegalStateException.class, choice::shared, "Windows 11", "-Dtest.redis=container:redis:7.4");
    }

    @Test
    void aWishForAContainerNeedsAnEngine() {
        properties.put("test.redis", "container:redis:7.4");
        assertFailure(IllegalStateException.class, choice::shared, "test.redis=container:redis:7.4", "start Docker");
    }

    @Test
    void nothingToBeHadIsAnErrorThatNamesTheRemedies() {
        properties.put("os.arch", "riscv64");
        assertFailure(
                IllegalStateException.class, choice::shared, "riscv64", "Install Redis", "start Docker", "REDIS_URL");
    }

    private Path serverOnPath() throws IOException {
        return script("exec " + embedded().file() + " \"$@\"");
    }

    private static ServerBinary embedded() {
        return EmbeddedBinary.resource(System.getProperty("os.name"), System.getProperty("os.arch"))
                .map(ServerBinary::embedded)
                .orElseThrow();
    }

    private Path script(String line) throws IOException {
        Path script = Files.writeString(bin.resolve("redis-server"), "#!/bin/sh\n" + line + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    private static void assertFailure(Class<? extends Exception> type, Executable action, String... words) {
        String message = assertThrows(type, action).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
        assertFalse(message.contains("secret"), message);
    }
}
