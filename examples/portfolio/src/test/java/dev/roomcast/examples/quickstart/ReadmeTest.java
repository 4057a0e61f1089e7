package dev.roomcast.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.spi.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README and the pages of docs/ that it points to show is what is there: code, options and versions. */
class ReadmeTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final String HEADER_ROW = "| key | also as | default | what it is |";
    private static final String HEADER = HEADER_ROW + "\n|---|---|---|---|";

    private static final Pattern LIBRARIES = Pattern.compile("(?m)^\\| (\\d\\.\\d\\.\\d) \\| (4\\.[\\d.]+) \\|");

    @Test
    void itsCodeIsBuiltAndTested() throws IOException {
        Matcher code = CODE.matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(code.find(), "the README has no code");
        String chat = Files.readString(Path.of("src/main/java/dev/roomcast/examples/quickstart/Chat.java"));
        assertTrue(chat.contains(code.group(1)), "not in Chat.java:\n" + code.group(1));
    }

    @Test
    void theTableOfConfigurationIsThatOfTheOptions() throws IOException {
        String table = Stream.concat(Stream.of(HEADER), rows().stream()).collect(Collectors.joining("\n"));
        String page = Files.readString(ROOT.resolve("docs/configuration.md"));
        assertTrue(page.contains("\n" + table + "\n\n"), "docs/configuration.md should have this table:\n" + table);
    }

    @Test
    void itsTableIsOfTenOfTheOptions() throws IOException {
        List<String> readme = Files.readAllLines(ROOT.resolve("README.md"));
        List<String> shown = readme.subList(readme.indexOf(HEADER_ROW) + 2, readme.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .collect(Collectors.toList());
        assertEquals(rows().stream().filter(shown::contains).collect(Collectors.toList()), shown);
        assertEquals(10, shown.size());
    }

    @Test
    void theTableOfLibrariesIsWhatIsTested() throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));
        String sets = Files.readString(ROOT.resolve("adapter-redis/library-sets/pom.xml"));
        Set<String> tested = new TreeSet<>(versions(parent, "lettuce.version", "netty.version"));
        tested.addAll(versions(
                sets.replaceFirst("(?s)<id>refused</id>.*?</execution>", ""),
                "roomcast.test.lettuce",
                "roomcast.test.netty"));
        for (String boot : List.of("3.5", "4.0", "4.1")) {
            String pom = Files.readString(ROOT.resolve("examples/servers/boot-" + boot + "/pom.xml"));
            List<String> versions = versions(pom, "expected.lettuce", "expected.netty");
            assertTrue(tested.containsAll(versions), "library-sets lacks " + versions);
        }
        Set<String> shown = LIBRARIES
                .matcher(Files.readString(ROOT.resolve("docs/lettuce-and-netty.md")))
                .results()
                .map(row -> row.group(1) + " on " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(tested, shown);
    }

    private static List<String> versions(String pom, String lettuce, String netty) {
        return Pattern.compile(
                        "<" + lettuce + ">([\\d.]+)\\.RELEASE<.*?<" + netty + ">([\\d.]+)\\.Final<", Pattern.DOTALL)
                .matcher(pom)
                .results()
                .map(found -> found.group(1) + " on " + found.group(2))
                .collect(Collectors.toList());
    }

    private static List<String> rows() {
        return Adapters.options().stream()
                .sorted(Comparator.comparing(ReadmeTest::backend).thenComparing(Option::key))
                .map(ReadmeTest::row)
                .collect(Collectors.toList());
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
