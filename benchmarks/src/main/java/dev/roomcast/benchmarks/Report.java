package dev.roomcast.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of a run, as a page of Markdown. */
final class Report {

    private static final String HEAD = """
            | what | figure | reference | ratio | 95 %% interval | goal |
            |---|---:|---:|---:|---:|---|
            """.formatted();

    private final List<String> facts = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Something about the machine and the run. */
    void fact(String fact) {
        facts.add("- " + fact + "\n");
    }

    /** Something that has no reference. */
    void note(String note) {
        notes.add("- " + note + "\n");
    }

    /** A row of the table: both figures are medians over the rounds, and the ratio is the median of the rounds' own. */
    void compare(
            String what, String format, double figure, String referenceName, double reference, Ratio ratio, Goal goal) {
        rows.add(String.format(
                Locale.ROOT,
                "| %s | " + format + " | %s: " + format + " | %.2f | %s | %s |%n",
                what,
                figure,
                referenceName,
                reference,
                ratio.median(),
                ratio.interval(),
                goal.verdict(ratio)));
    }

    /** A row of the table for what has no reference, but a goal. */
    void figure(String what, String format, double figure, Goal goal) {
        rows.add(String.format(
                Locale.ROOT, "| %s | " + format + " |  |  |  | %s |%n", what, figure, goal.verdict(figure)));
    }

    @Override
    public String toString() {
        return "# Benchmark report\n\n" + String.join("", facts) + "\n" + HEAD + String.join("", rows) + "\n"
                + String.join("", notes);
    }
}
