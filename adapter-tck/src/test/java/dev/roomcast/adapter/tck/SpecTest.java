package dev.roomcast.adapter.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/spec.md} with the kit. */
class SpecTest {

    private static final Pattern ROW = Pattern.compile("\\| (\\w+\\.\\d+) \\| (MUST|SHOULD) \\| [^|]+ \\| [^|]+ \\|");
    /** A rule that holds no longer leaves its number behind. */
    private static final Pattern DROPPED = Pattern.compile("\\| (\\w+\\.\\d+) \\| dropped \\|.*");

    /** The chapters of which the engine's own tests see to it. */
    private static final String IN_THE_ENGINE = "[ASV]";

    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");

    @Test
    void everyRuleHasATestAndEveryTestARule() throws IOException {
        Set<String> tested = new TreeSet<>(tested());
        tested.addAll(testedInTheEngine());
        assertEquals(new TreeSet<>(specified()), tested);
    }

    /** What no stranger's adapter can observe has its tests beside the engine, which name the rule. */
    private static Set<String> testedInTheEngine() throws IOException {
        Set<String> tested = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("adapter-api/src/test/java"))) {
            for (Path source :
                    sources.filter(p -> p.toString().endsWith("Test.java")).toList()) {
                Pattern.compile("Rules? (" + IN_THE_ENGINE + "\\.\\d+)(?: and (" + IN_THE_ENGINE + "\\.\\d+))?")
                        .matcher(Files.readString(source))
                        .results()
                        .flatMap(named -> Stream.of(named.group(1), named.group(2)))
                        .filter(Objects::nonNull)
                        .forEach(tested::add);
            }
        }
        return tested;
    }

    @Test
    void everyTestOfAChapterIsOfOneOfItsRules() {
        for (Class<?> chapter : chapters()) {
            Set<String> numbers = rulesOf(chapter)
                    .map(rule -> rule.value().substring(0, rule.value().indexOf('.')))
                    .collect(Collectors.toSet());
            assertEquals(1, numbers.size(), chapter + " holds rules of chapters " + numbers);
        }
    }

    @Test
    void numbersAreWithoutGapsAndInOrder() throws IOException {
        // Chapters of letters come after those of numbers.
        List<String> chapters = new ArrayList<>(List.of("0"));
        int rule = 0;
        for (String number : numbers(ROW, DROPPED)) {
            String last = chapters.get(chapters.size() - 1);
            String chapter = number.substring(0, number.indexOf('.'));
            boolean isNext = number.equals(last + "." + (rule + 1));
            boolean begins = number.endsWith(".1") && !chapters.contains(chapter) && isAfter(last, chapter);
            assertTrue(isNext || begins, number + " after " + last + "." + rule);
            chapters.add(chapter);
            rule = isNext ? rule + 1 : 1;
        }
    }

    private static boolean isAfter(String last, String chapter) {
        return chapter.matches("[A-Z]") || chapter.equals(String.valueOf(Integer.parseInt(last) + 1));
    }

    @Test
    void everyRuleThatTheJavadocCitesIsSpecified() throws IOException {
        Set<String> unknown = new TreeSet<>();
        List<String> specified = specified();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("adapter-api/src/main/java"))) {
            for (Path source :
                    sources.filter(p -> p.toString().endsWith(".java")).toList()) {
                Pattern.compile("Rules? ([0-9A-Z][0-9., toandA-Z]*)")
                        .matcher(Files.readString(source))
                        .results()
                        .flatMap(cited -> Pattern.compile("\\b\\w+\\.\\d+")
                                .matcher(cited.group(1))
                                .results())
                        .map(number -> number.group())
                        .filter(number -> !specified.contains(number))
                        .forEach(unknown::add);
            }
        }
        assertEquals(Set.of(), unknown);
    }

    /** The rules that hold. */
    static List<String> specified() throws IOException {
        return numbers(ROW);
    }

    @Test
    void everyRowIsThatOfARule() throws IOException {
        for (String line : Files.readAllLines(ROOT.resolve("docs/spec.md"))) {
            assertTrue(
                    !line.matches("\\| *\\w+\\.\\d.*")
                            || ROW.matcher(line).matches()
                            || DROPPED.matcher(line).matches(),
                    "not a rule's row: " + line);
        }
    }

    private static List<String> numbers(Pattern... kinds) throws IOException {
        List<String> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/spec.md"))) {
            for (Pattern kind : kinds) {
                var row = kind.matcher(line);
                if (row.matches()) {
                    numbers.add(row.group(1));
                }
            }
        }
        return numbers;
    }

    /** The rules that a backend can break. */
    static Set<String> tested() {
        return chapters().stream().flatMap(SpecTest::rulesOf).map(Rule::value).collect(Collectors.toSet());
    }

    private static Stream<Rule> rulesOf(Class<?> chapter) {
        return Stream.of(chapter.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Rule.class))
                .map(method -> method.getAnnotation(Rule.class));
    }

    private static List<Class<?>> chapters() {
        return Stream.of(AdapterCompatibilityKit.class, TransportCompatibilityKit.class)
                .flatMap(kit -> Stream.of(kit.getDeclaredClasses()))
                .filter(type -> type.isAnnotationPresent(Nested.class))
                .<Class<?>>map(Class::getSuperclass)
                .toList();
    }
}
