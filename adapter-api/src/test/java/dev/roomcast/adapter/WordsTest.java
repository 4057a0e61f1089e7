package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Refuses words that only this project once understood, in documents, in the Javadoc of exported packages, and in texts
 * of the sources: log lines, errors, descriptions of options. The glossary has the terms to use instead.
 */
class WordsTest {

    /** Private words and the terms to use instead. Words that are also standard, such as drain, are not listed. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("hear|hears|heard|hearing", "receive"),
            Map.entry("speak|speaks|spoke|spoken|speaking", "publish, or support or use a version"),
            Map.entry("tell|tells|told|telling", "report, state, show, distinguish"),
            Map.entry("deaf|deafness", "receives nothing, although connected"),
            Map.entry("strangers?", "unknown sender"),
            Map.entry("tails?", "last-sequence frame"),
            Map.entry("unheard", "not received"),
            Map.entry("walks?|walked|walking", "delivery"),
            Map.entry("lanes?", "stalled queue"),
            Map.entry("outbox", "batch builder"),
            Map.entry("seals?|sealed", "MAC, signed"),
            Map.entry("beats?", "heartbeat"),
            Map.entry("dialects?", "version"),
            Map.entry("voices?", "frame writer"),
            Map.entry("ears?", "subscriber"),
            Map.entry("pulses?", "keep-alive"),
            Map.entry("standing", "state of health"),
            Map.entry("closeness", "watch level"),
            Map.entry("inquiry|inquiries", "query"),
            Map.entry("mends?", "recover, repair"),
            Map.entry("whoever", "the agent's name"));

    private static final Pattern PRIVATE = Pattern.compile(
            WORDS.keySet().stream().collect(Collectors.joining("|", "\\b(", ")\\b")), Pattern.CASE_INSENSITIVE);

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** Skipped are names in code, quoted log lines, which are checked at their source, and targets of links. */
    private static final Pattern CODE_IN_DOCUMENTS = Pattern.compile("(?s)```.*?```|`[^`]*`|(?<=\\])\\([^)]*\\)");

    private static final Pattern JAVADOC = Pattern.compile("(?s)/\\*\\*.*?\\*/");
    private static final Pattern CODE_IN_JAVADOC = Pattern.compile("(?s)<pre>.*?</pre>|\\{@\\w+[^}]*\\}");
    /** Comments, texts and characters: each is recognized only if it does not begin within another one. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"" + "|\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)+'");

    private static final Pattern EXPORT = Pattern.compile("(?m)^\\s*exports ([\\w.]+)\\s*;");

    @Test
    void documentsUseTheTermsOfTheGlossary() {
        List<Path> documents = files(ROOT, ".md");
        assertTrue(documents.size() > 50, () -> "only " + documents.size() + " documents were found under " + ROOT);
        assertEquals(List.of(), refused(documents, WordsTest::prose));
    }

    @Test
    void javadocOfExportedPackagesUsesTheTermsOfTheGlossary() {
        List<Path> sources = mainSources().stream().filter(exported()).collect(Collectors.toList());
        assertTrue(sources.size() > 50, () -> "only " + sources.size() + " sources of exported packages were found");
        assertEquals(List.of(), refused(sources, WordsTest::javadoc));
    }

    @Test
    void logLinesAndErrorsUseTheTermsOfTheGlossary() {
        List<Path> sources = mainSources();
        assertTrue(sources.size() > 200, () -> "only " + sources.size() + " sources were found under " + ROOT);
        assertEquals(List.of(), refused(sources, WordsTest::texts));
    }

    /** A part of a file that is checked, and where it begins. */
    private record Passage(int offset, String text) {}

    private interface Passages {
        List<Passage> of(Path file);
    }

    private static List<String> refused(List<Path> files, Passages passages) {
        return files.stream()
                .flatMap(file -> words(file, passages.of(file)).stream())
                .collect(Collectors.toList());
    }

    private static List<String> words(Path file, List<Passage> passages) {
        List<String> refused = new ArrayList<>();
        for (Passage passage : passages) {
            found(PRIVATE, passage.text()).forEach(word -> {
                long line = 1 + newLines(read(file).substring(0, passage.offset() + word.start()));
                refused.add(name(file) + ":" + line + ": \"" + word.group() + "\", better: " + better(word.group()));
            });
        }
        return refused;
    }

    private static long newLines(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }

    private static String better(String word) {
        return WORDS.entrySet().stream()
                .filter(entry -> Pattern.compile(entry.getKey(), Pattern.CASE_INSENSITIVE)
                        .matcher(word)
                        .matches())
                .map(Map.Entry::getValue)
                .findAny()
                .orElseThrow();
    }

    private static List<Passage> prose(Path file) {
        return name(file).endsWith(".md") ? List.of(new Passage(0, without(CODE_IN_DOCUMENTS, read(file)))) : List.of();
    }

    private static List<Passage> javadoc(Path file) {
        if (!name(file).endsWith(".java")) {
            return List.of();
        }
        return passages(read(file), JAVADOC).stream()
                .map(passage -> new Passage(passage.offset(), without(CODE_IN_JAVADOC, passage.text())))
                .collect(Collectors.toList());
    }

    /** String literals with a blank: what is read by people. */
    private static List<Passage> texts(Path file) {
        if (!name(file).endsWith(".java")) {
            return List.of();
        }
        return passages(read(file), TOKEN).stream()
                .filter(token -> token.text().startsWith("\"") && token.text().contains(" "))
                .collect(Collectors.toList());
    }

    private static List<Passage> passages(String source, Pattern pattern) {
        return found(pattern, source)
                .map(found -> new Passage(found.start(), found.group()))
                .collect(Collectors.toList());
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    /** Replaces matches by blanks, so that the rest keeps its place. */
    private static String without(Pattern pattern, String text) {
        return pattern.matcher(text).replaceAll(found -> found.group().replaceAll("[^\n]", " "));
    }

    /** Sources of the modules that are published, and of the benchmarks. */
    private static List<Path> mainSources() {
        return Stream.of("adapter-api", "adapter-memory", "adapter-redis", "adapter-tck", "benchmarks")
                .flatMap(module -> files(ROOT.resolve(module).resolve("src/main"), ".java").stream())
                .collect(Collectors.toList());
    }

    private static Predicate<Path> exported() {
        TreeSet<String> packages = mainSources().stream()
                .filter(file -> file.endsWith("module-info.java"))
                .flatMap(module -> found(EXPORT, read(module)))
                .map(export -> export.group(1).replace('.', '/'))
                .collect(Collectors.toCollection(TreeSet::new));
        return file -> packages.stream().anyMatch(name -> file.getParent().endsWith(Path.of(name)));
    }

    private static String name(Path file) {
        return ROOT.relativize(file).toString();
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> Stream.of(name(file).split("/"))
                            .noneMatch(part -> part.equals("target") || part.startsWith(".")))
                    .sorted()
                    .collect(Collectors.toList());
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
