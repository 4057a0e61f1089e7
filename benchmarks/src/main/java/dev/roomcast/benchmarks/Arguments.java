package dev.roomcast.benchmarks;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The arguments of a run.
 *
 * @param effort how thorough it is
 * @param chosen what is run, in the order of the enum
 */
record Arguments(Effort effort, Set<Choice> chosen) {

    /** The benchmarks, by the names of their classes. */
    enum Choice {
        LOCAL_FAN_OUT("LocalFanOut"),
        NODE_TO_NODE("NodeToNode"),
        THROUGHPUT("Throughput"),
        SHORT_LIVED_ROOMS("ShortLivedRooms"),
        RECOVERY("Recovery");

        private final String argument;

        Choice(String argument) {
            this.argument = argument;
        }
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException naming the word that is not understood, and those that are
     */
    static Arguments parse(List<String> words) {
        Effort effort = Effort.FULL;
        Set<Choice> chosen = EnumSet.noneOf(Choice.class);
        for (String word : words) {
            if (word.equals("--quick")) {
                effort = Effort.QUICK;
            } else {
                chosen.add(choice(word));
            }
        }
        return new Arguments(effort, chosen.isEmpty() ? EnumSet.allOf(Choice.class) : chosen);
    }

    private static Choice choice(String word) {
        for (Choice choice : Choice.values()) {
            if (choice.argument.equals(word)) {
                return choice;
            }
        }
        List<String> known =
                List.of(Choice.values()).stream().map(choice -> choice.argument).toList();
        throw new IllegalArgumentException(
                "bench.args: " + word + " is not understood; use --quick, or names out of " + known);
    }
}
