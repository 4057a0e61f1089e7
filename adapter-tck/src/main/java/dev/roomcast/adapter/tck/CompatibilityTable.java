package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.tck.Verdict.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints the rules by backend as one table: passed, skipped with the reason, or failed. It reads the files that the
 * kits write if the system property {@code roomcast.tck.results} of the tests names a directory.
 *
 * <p>A column is named by the {@code @DisplayName} of the test class; classes with the same name share a column.
 */
public final class CompatibilityTable {

    /** A rule that several tests prove, some of which were skipped. */
    private static final String PARTLY = "partly";

    private static final String NOT_RUN = "-";
    private static final int DEEP = 6;

    /** By chapter and number, not letter by letter; chapters of letters come last. */
    private static final Comparator<String> BY_NUMBER = Comparator.comparing(
                    (String rule) -> Character.isLetter(rule.charAt(0)))
            .thenComparing(rule -> String.format("%5s%5s", part(rule, 0), part(rule, 1)));

    private static final int WIDTH = "skipped".length();

    private final Map<String, Map<String, List<Verdict>>> byBackend = new TreeMap<>();

    private CompatibilityTable() {}

    /**
     * Prints the table of all results below a directory. If there are none it says so, and is content.
     *
     * @param arguments the directory; the present one by default
     */
    public static void main(String[] arguments) {
        Path below = Path.of(arguments.length == 0 ? "." : arguments[0]);
        try {
            System.out.print(of(below));
        } catch (IOException | UncheckedIOException e) {
            // What the tests have found is known without it.
            System.out.println("The table of the compatibility kit cannot be made: " + e);
        }
    }

    /** The table of all results below a directory. */
    static CompatibilityTable of(Path below) throws IOException {
        CompatibilityTable table = new CompatibilityTable();
        try (Stream<Path> all = Files.walk(below, DEEP)) {
            for (Path file : all.filter(f -> f.toString().endsWith(Verdicts.ENDING))
                    .sorted()
                    .toList()) {
                table.add(Files.readAllLines(file));
            }
        }
        return table;
    }

    private void add(List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        Map<String, List<Verdict>> rules = byBackend.computeIfAbsent(lines.get(0), backend -> new TreeMap<>(BY_NUMBER));
        lines.stream()
                .skip(1)
                .flatMap(line -> Verdict.of(line).stream())
                .forEach(verdict -> rules.computeIfAbsent(verdict.rule(), rule -> new ArrayList<>())
                        .add(verdict));
    }

    private static String part(String rule, int index) {
        String[] parts = rule.split("\\.", 2);
        return parts[Math.min(index, parts.length - 1)];
    }

    /** The rules that any backend was put under, each with its title. */
    private Map<String, String> rules() {
        Map<String, String> titles = new TreeMap<>(BY_NUMBER);
        byBackend
                .values()
                .forEach(rules -> rules.forEach(
                        (rule, verdicts) -> titles.put(rule, verdicts.get(0).title())));
        return titles;
    }

    private static String cell(List<Verdict> verdicts) {
        Set<Outcome> outcomes = verdicts.stream().map(Verdict::outcome).collect(Collectors.toSet());
        if (outcomes.contains(Outcome.FAILED)) {
            return "FAILED";
        }
        if (outcomes.size() > 1) {
            return PARTLY;
        }
        return outcomes.contains(Outcome.PASSED) ? "passed" : outcomes.isEmpty() ? NOT_RUN : "skipped";
    }

    @Override
    public String toString() {
        Map<String, String> rules = rules();
        if (rules.isEmpty()) {
            return "No results of the compatibility kit were found.\n";
        }
        int width = rules.values().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder("\nCompatibility, by rules of docs/spec.md\n\n");
        text.append(row("", "", width, byBackend.keySet()));
        rules.forEach((rule, title) -> text.append(row(
                rule,
                title,
                width,
                byBackend.values().stream()
                        .map(of -> cell(of.getOrDefault(rule, List.of())))
                        .toList())));
        text.append('\n').append(rules.size()).append(" rules\n");
        byBackend.forEach((backend, of) -> text.append(summary(backend, of)));
        return text.toString();
    }

    private String row(String rule, String title, int width, Collection<String> cells) {
        StringBuilder row = new StringBuilder(String.format("%-6s%-" + width + "s", rule, title));
        Iterator<String> backends = byBackend.keySet().iterator();
        for (String cell : cells) {
            row.append(String.format("  %-" + Math.max(WIDTH, backends.next().length()) + "s", cell));
        }
        return row.toString().stripTrailing() + "\n";
    }

    private static String summary(String backend, Map<String, List<Verdict>> rules) {
        Map<String, Set<String>> byCell = new TreeMap<>();
        Map<String, Set<String>> byReason = new TreeMap<>();
        rules.forEach((rule, verdicts) -> {
            byCell.computeIfAbsent(cell(verdicts), cell -> new LinkedHashSet<>())
                    .add(rule);
            verdicts.stream()
                    .filter(verdict -> verdict.outcome() != Outcome.PASSED)
                    .map(verdict ->
                            verdict.outcome() == Outcome.FAILED ? "FAILED: " + verdict.reason() : verdict.reason())
                    .forEach(why -> byReason.computeIfAbsent(why, reason -> new LinkedHashSet<>())
                            .add(rule));
        });
        StringBuilder text = new StringBuilder(backend).append(": ");
        text.append(byCell.entrySet().stream()
                .map(cell -> cell.getValue().size() + " " + cell.getKey())
                .collect(Collectors.joining(", ")));
        byReason.forEach((why, which) -> text.append("\n    ")
                .append(String.join(" ", which))
                .append(": ")
                .append(why));
        return text.append('\n').toString();
    }
}
