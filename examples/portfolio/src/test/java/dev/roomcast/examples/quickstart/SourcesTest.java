package dev.roomcast.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no source of this repository does. The list is short on purpose: nobody argues about it. */
class SourcesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

    /** Code waits for an event instead. */
    private static final Pattern SLEEP = Pattern.compile("\\bThread\\.sleep\\(|\\bTimeUnit\\.\\w+\\.sleep\\(");

    /** A busy machine is slow, and that is no fault of what is tested. A limit of minutes against hanging is {@code @Timeout}. */
    private static final Pattern WALL_CLOCK = Pattern.compile("\\bassertTimeout(Preemptively)?\\(");

    @Test
    void noneSleeps() throws IOException {
        assertEquals(List.of(), matching(SLEEP));
    }

    @Test
    void noTestAssertsWallTime() throws IOException {
        assertEquals(List.of(), matching(WALL_CLOCK));
    }

    private static List<String> matching(Pattern pattern) throws IOException {
        List<Path> sources = sources();
        assertTrue(sources.size() > 300, () -> "only " + sources.size() + " sources were found under " + ROOT);
        return sources.stream()
                .filter(file -> pattern.matcher(text(file)).find())
                .map(file -> ROOT.relativize(file).toString())
                .collect(Collectors.toList());
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
                    .collect(Collectors.toList());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
