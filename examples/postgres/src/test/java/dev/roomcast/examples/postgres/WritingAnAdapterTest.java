package dev.roomcast.examples.postgres;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/writing-an-adapter.md shows is what is built here. */
class WritingAnAdapterTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path PAGE = MODULE.resolve("../../docs/writing-an-adapter.md");
    private static final Pattern CODE = Pattern.compile("```(?:java|xml)\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsCodeIsBuiltAndTested() throws IOException {
        List<String> files = files();
        Matcher code = CODE.matcher(Files.readString(PAGE));
        int blocks = 0;
        while (code.find()) {
            String block = code.group(1);
            assertTrue(files.stream().anyMatch(file -> file.contains(block)), "in no file of this module:\n" + block);
            blocks++;
        }
        assertTrue(blocks > 0, "no code in " + PAGE);
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(MODULE.resolve("src"))) {
            return Stream.concat(Stream.of(MODULE.resolve("pom.xml")), all.filter(Files::isRegularFile))
                    .map(WritingAnAdapterTest::read)
                    .collect(Collectors.toList());
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
