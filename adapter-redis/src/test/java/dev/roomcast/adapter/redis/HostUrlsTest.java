package dev.roomcast.adapter.redis;

import static dev.roomcast.adapter.redis.Recording.What.FRAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.testredis.TestCertificates;
import dev.roomcast.testredis.TestRedis;
import dev.roomcast.testredis.TestSentinel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of docs/redis-urls.md, each on a server that demands it. */
@Timeout(600)
class HostUrlsTest {

    private static final Path PAGE = Path.of("..", "docs", "redis-urls.md");
    private static final String PASSWORD = "p@s:s/w?o#r%d +";
    private static final String ENCODED = "p%40s%3As%2Fw%3Fo%23r%25d%20+";
    private static final Pattern USER = Pattern.compile("//([^:@/]*):[^@]*@");

    /** @param also the name of a variable, and perhaps its value */
    record Form(String from, String text, String wants, String also) {

        /** As a test report has it. */
        @Override
        public String toString() {
            return from.replaceAll("\\(.*?\\)", "") + ": " + text;
        }
    }

    private static final TestCertificates certificates = new TestCertificates();
    private static @Nullable TestRedis open;
    private static @Nullable TestRedis secured;
    private static @Nullable TestRedis openTls;
    private static @Nullable TestSentinel sentinel;

    @BeforeAll
    static void start() {
        open = TestRedis.start();
        openTls = TestRedis.startTls(certificates.server());
        sentinel = TestSentinel.start();
        List<String> users = new ArrayList<>(List.of("--user", "default", "on", ">" + PASSWORD, "&default.*", "+@all"));
        for (String user : List.of("user", "app", "admin", "red-0123456789abcdefghij")) {
            users.addAll(List.of("--user", user, "on", ">" + PASSWORD, "resetchannels", "&" + user + ".*", "+@all"));
        }
        users.addAll(List.of("--user", "guest", "on", "nopass", "resetchannels", "&guest.*", "+@all"));
        secured = TestRedis.startTls(certificates.server(), users.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        Stream.of(open, openTls, secured).filter(Objects::nonNull).forEach(TestRedis::close);
        Objects.requireNonNull(sentinel).close();
        certificates.close();
    }

    /** Rows of one of the page's tables, by the number of their cells. */
    private static List<List<String>> rows(int cells) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| "))
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .filter(row -> row.size() == cells + 1 && row.get(1).startsWith("`"))
                .toList();
    }

    private static String unquoted(String cell) {
        return cell.replace("`", "");
    }

    static List<Form> forms() throws IOException {
        return rows(4).stream()
                .map(row -> new Form(row.get(0), unquoted(row.get(1)), row.get(2), unquoted(row.get(3))))
                .toList();
    }

    static List<Form> refused() throws IOException {
        return rows(3).stream()
                .map(row -> new Form(row.get(0), unquoted(row.get(1)), row.get(2), ""))
                .toList();
    }

    private static int port(Form form) {
        TestRedis withLogin = Objects.requireNonNull(secured);
        return switch (form.wants()) {
            case "nothing" -> Objects.requireNonNull(open).port();
            case "TLS" -> Objects.requireNonNull(openTls).tlsPort();
            case "password", "user", "user without a password" -> withLogin.port();
            case "TLS, password", "TLS, user", "TLS of nobody" -> withLogin.tlsPort();
            default -> throw new IllegalArgumentException("the page has a word that this test does not know: " + form);
        };
    }

    private static Map<String, String> settings(Form form) {
        Map<String, String> settings = new HashMap<>();
        if (form.text().startsWith("REDIS_")) {
            for (String variable : form.text().split(" ")) {
                int equals = variable.indexOf('=');
                String value = variable.substring(equals + 1)
                        .replace("PORT", String.valueOf(port(form)))
                        .replace("PASSWORD", PASSWORD);
                settings.put(key(variable.substring(0, equals)), value);
            }
        } else {
            settings.put("roomcast.redis.url", url(form));
        }
        if (form.also().startsWith("REDIS_TLS_VERIFY=")) {
            settings.put("roomcast.redis.tls.verify", form.also().substring("REDIS_TLS_VERIFY=".length()));
        } else if (form.wants().startsWith("TLS")) {
            // Where the page sets nothing, a host's CA is one that the JVM trusts.
            settings.put("roomcast.redis.tls.ca", certificates.ca().toString());
        }
        return settings;
    }

    private static String key(String variable) {
        return RedisOptions.ALL.stream()
                .filter(option -> option.aliases().contains(variable))
                .findFirst()
                .orElseThrow()
                .key();
    }

    private static String url(Form form) {
        String url = form.text().replace("PASSWORD", ENCODED);
        if (!form.wants().equals("Sentinel")) {
            return url.replace("HOST", "127.0.0.1:" + port(form));
        }
        TestSentinel sentinels = Objects.requireNonNull(sentinel);

        url = url.replace("mymaster", TestSentinel.MASTER);
        for (int i = 0; url.contains("HOST"); i++) {
            url = url.replaceFirst("HOST", "127.0.0.1:" + sentinels.sentinel(i).port());
        }
        return url;
    }

    /** Each user may see channels that begin so. */
    private static String user(Form form) {
        Matcher user = USER.matcher(form.text());
        return user.find() && !user.group(1).isEmpty() ? user.group(1) : "default";
    }

    @ParameterizedTest
    @MethodSource("forms")
    void works(Form form) throws Exception {
        String channel = user(form) + ".room";
        try (Opened node = Opened.with(settings(form)).whenUp()) {
            node.subscribe(channel);
            node.publish(channel, "hello");
            assertEquals("hello", node.said().await(FRAME, channel).text());
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(Form form) {
        String url = form.text().replace("PASSWORD", ENCODED).replace("HOST", "h:6379");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Opened.with(Map.of("roomcast.redis.url", url)));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(form.wants()), message);
        assertFalse(message.contains("p%40s"), message);
    }

    @Test
    void thePageHasWhatItSays() throws Exception {
        assertTrue(forms().stream().map(Form::text).distinct().count() >= 25, forms().toString());
        assertTrue(refused().size() >= 10, refused().toString());
    }
}
