package dev.roomcast.testredis;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A redis-server that can be run here, and what people call it. */
record ServerBinary(Path file, String name) {
    private static final Pattern VERSION = Pattern.compile("\\bv=(\\S+)");

    /** Returns the first redis-server of a {@code PATH}. */
    static Optional<ServerBinary> onPath(String path) {
        return Stream.of(path.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "redis-server").toAbsolutePath())
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .map(file -> new ServerBinary(file, file.toString()));
    }

    static ServerBinary embedded(String resource) {
        return new ServerBinary(EmbeddedBinary.unpack(resource), "embedded redis-server");
    }

    /** Asks the binary; so one that does not run here is found out before it is waited for. */
    String version() {
        String answer;
        try {
            Process process = new ProcessBuilder(file.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException(file + " does not run here", e);
        }
        Matcher matcher = VERSION.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException(file + " is no redis-server: asked for its version it said: " + answer);
        }
        return matcher.group(1);
    }
}
