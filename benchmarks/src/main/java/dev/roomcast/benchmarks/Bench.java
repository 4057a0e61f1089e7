package dev.roomcast.benchmarks;

import dev.roomcast.benchmarks.Arguments.Choice;
import dev.roomcast.testredis.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Runs the benchmarks, prints a report and writes it to {@code target/report.md}. */
public final class Bench {

    private static final Path FILE = Path.of("target", "report.md");
    /** Those that share a Redis. */
    private static final Set<Choice> OVER_REDIS =
            EnumSet.of(Choice.NODE_TO_NODE, Choice.THROUGHPUT, Choice.SHORT_LIVED_ROOMS);

    private Bench() {}

    /**
     * Runs what the arguments choose.
     *
     * @param words {@code --quick}, and names of benchmarks; all are run if none is named
     * @throws IOException if the report cannot be written
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(List.of(words));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Report report = run(arguments);
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, report.toString());
        System.out.printf("%n%s%nWritten to %s%n", report, FILE.toAbsolutePath());
    }

    private static Report run(Arguments arguments) throws InterruptedException {
        Report report = new Report();
        Machine.describe(report);
        if (arguments.chosen().contains(Choice.LOCAL_FAN_OUT)) {
            new FanOutRun(arguments.effort()).reportTo(report);
        }
        if (!Collections.disjoint(arguments.chosen(), OVER_REDIS)) {
            overRedis(arguments, report);
        }
        if (arguments.chosen().contains(Choice.RECOVERY)) {
            new Recovery(arguments.effort()).reportTo(report);
        }
        report.fact("load average " + Machine.load() + " after the run; effort: " + arguments.effort());
        return report;
    }

    private static void overRedis(Arguments arguments, Report report) {
        String url = TestRedis.shared().url();
        Machine.describeRedis(report, url);
        if (arguments.chosen().contains(Choice.NODE_TO_NODE)) {
            new NodeToNode(url, arguments.effort()).reportTo(report);
        }
        if (arguments.chosen().contains(Choice.THROUGHPUT)) {
            new Throughput(url, arguments.effort()).reportTo(report);
        }
        if (arguments.chosen().contains(Choice.SHORT_LIVED_ROOMS)) {
            new ShortLivedRooms(url, arguments.effort()).reportTo(report);
        }
    }
}
