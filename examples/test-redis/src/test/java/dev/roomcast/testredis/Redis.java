package dev.roomcast.testredis;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tests ask a server, by its URL. */
final class Redis {
    private static final Duration PATIENCE = Patience.LIMIT;

    private Redis() {}

    static RedisSocket connect(String url) throws IOException {
        return connect(url, PATIENCE);
    }

    static RedisSocket connect(String url, Duration patience) throws IOException {
        URI uri = URI.create(url);
        return RedisSocket.open(uri.getHost(), uri.getPort(), patience);
    }

    static String ask(String url, String command) throws IOException {
        try (RedisSocket socket = connect(url)) {
            return socket.ask(command);
        }
    }

    /** The process of a server on this machine. */
    static ProcessHandle process(String url) throws IOException {
        return ProcessHandle.of(Long.parseLong(info(url, "process_id"))).orElseThrow();
    }

    /** The directory of a server on this machine. */
    static Path directory(String url) throws IOException {
        return Path.of(info(url, "config_file")).getParent();
    }

    private static String info(String url, String field) throws IOException {
        Matcher matcher = Pattern.compile(field + ":(.*)\r\n").matcher(ask(url, "INFO server"));
        if (!matcher.find()) {
            throw new AssertionError("INFO tells no " + field);
        }
        return matcher.group(1);
    }
}
