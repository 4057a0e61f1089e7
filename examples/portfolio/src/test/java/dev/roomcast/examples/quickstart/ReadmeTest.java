package dev.roomcast.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.cluster.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what is there: its code is a class that is built, and its table is that of the options. */
class ReadmeTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsCodeIsBuiltAndTested() throws IOException {
        Matcher code = CODE.matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(code.find(), "the README has no code");
        String chat = Files.readString(Path.of("src/main/java/dev/roomcast/examples/quickstart/Chat.java"));
        assertTrue(chat.contains(code.group(1)), "not in Chat.java:\n" + code.group(1));
    }

    @Test
    void itsTableIsThatOfTheOptions() throws IOException {
        String table = Stream.concat(
                        Stream.of("| key | also as | default | what it is |", "|---|---|---|---|"),
                        Adapters.options().stream()
                                .sorted(Comparator.comparing(ReadmeTest::backend)
                                        .thenComparing(Option::key))
                                .map(ReadmeTest::row))
                .collect(Collectors.joining("\n"));
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertTrue(readme.contains("\n" + table + "\n\n"), "the README's table of options should be\n" + table);
    }

    /** The engine's first. */
    private static String backend(Option<?> option) {
        List<String> parts = List.of(option.key().split("\\."));
        return List.of("memory", "redis").contains(parts.get(1)) ? parts.get(1) : "";
    }

    private static String row(Option<?> option) {
        assertEquals(false, option.description().isEmpty(), option + " has no description");
        String aliases = option.aliases().stream().map(ReadmeTest::code).collect(Collectors.joining(", "));
        String fallback =
                option.fallback().map(ReadmeTest::show).map(ReadmeTest::code).orElse("");
        return "| " + code(option.key()) + " | " + aliases + " | " + fallback + " | " + option.description()
                + (option.isSecret() ? " Never shown." : "") + " |";
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String show(Object value) {
        if (value instanceof Duration time) {
            return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
        }
        return value.toString();
    }
}
