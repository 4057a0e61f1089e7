package dev.roomcast.examples.servers.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/servers.md shows is what is there: its code is that of the modules. */
class ServersPageTest {

    private static final Path SERVERS = Path.of("").toAbsolutePath().getParent();
    private static final Path PAGE = SERVERS.getParent().getParent().resolve("docs/servers.md");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsCodeIsThatOfTheModules() throws IOException {
        String modules = Stream.of("chat", "tomcat", "jetty", "netty", "undertow", "javalin", "spring-boot")
                .flatMap(module -> sources(SERVERS.resolve(module).resolve("src/main/java")))
                .collect(Collectors.joining());
        String page = read(PAGE);
        assertTrue(CODE.matcher(page).find(), "the page has no code");
        CODE.matcher(page)
                .results()
                .forEach(code -> assertTrue(modules.contains(code.group(1)), "in no module:\n" + code.group(1)));
    }

    private static Stream<String> sources(Path module) {
        try (Stream<Path> files = Files.walk(module)) {
            return files.filter(Files::isRegularFile).map(ServersPageTest::read).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
