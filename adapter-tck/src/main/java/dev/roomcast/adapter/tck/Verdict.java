package dev.roomcast.adapter.tck;

import java.util.List;
import java.util.Optional;

/**
 * The result of one test of a rule, as a line of a file.
 *
 * @param rule its number
 * @param outcome of this test
 * @param title the rule in words
 * @param reason why it was skipped or failed, or nothing
 */
record Verdict(String rule, Outcome outcome, String title, String reason) {

    /** From what is best to what is worst. */
    enum Outcome {
        PASSED,
        SKIPPED,
        FAILED
    }

    private static final String BETWEEN = "\t";
    private static final int FIELDS = 4;

    String line() {
        return String.join(BETWEEN, List.of(rule, outcome.name(), title, reason.replaceAll("\\s+", " ")));
    }

    /** Nothing, if the line is none of ours. */
    static Optional<Verdict> of(String line) {
        String[] fields = line.split(BETWEEN, FIELDS);
        try {
            return Optional.of(new Verdict(fields[0], Outcome.valueOf(fields[1]), fields[2], fields[3]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
