package dev.roomcast.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link LocalFanOut} by JMH, one short fork at a time, adapter and array in turn. */
final class FanOutRun {

    private static final List<Integer> SIZES = List.of(1_000, 10_000, 100_000);
    private static final Goal GOAL = Goal.atMost(3);

    private final Effort effort;

    FanOutRun(Effort effort) {
        this.effort = effort;
    }

    void reportTo(Report report) {
        for (int size : SIZES) {
            Progress.say("LocalFanOut, " + size + " members");
            List<Double> allocated = new ArrayList<>();
            Rounds rounds = Rounds.run(
                    effort.forks(),
                    List.of(
                            new Contender("adapter", () -> nanosPerRecipient("adapter", size, allocated)),
                            new Contender("array", () -> nanosPerRecipient("array", size, new ArrayList<>()))));
            String what = String.format(Locale.ROOT, "local fan-out to %,d members, ns per recipient", size);
            report.compare(what, "%.2f", rounds.median(0), "plain array", rounds.median(1), rounds.ratio(0, 1), GOAL);
            double bytes = Ratio.median(
                    allocated.stream().mapToDouble(Double::doubleValue).toArray());
            report.note(String.format(
                    Locale.ROOT,
                    "One broadcast to %,d members allocates %.0f bytes in all: %.3f for each recipient.",
                    size,
                    bytes,
                    bytes / size));
        }
    }

    private double nanosPerRecipient(String method, int size, List<Double> allocated) {
        RunResult result = run(options(method, size));
        allocated.add(bytesPerBroadcast(result));
        return result.getPrimaryResult().getScore() / size;
    }

    private static double bytesPerBroadcast(RunResult result) {
        return Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"), "the profiler's result")
                .getScore();
    }

    private static RunResult run(Options options) {
        try {
            return new Runner(options).runSingle();
        } catch (RunnerException e) {
            throw new IllegalStateException(
                    "JMH could not measure; if its lock is held, another JMH is running on this machine", e);
        }
    }

    private Options options(String method, int size) {
        TimeValue time = time(effort.iteration());
        return new OptionsBuilder()
                .include(LocalFanOut.class.getName() + "\\." + method + "$")
                .param("members", Integer.toString(size))
                .forks(1)
                .warmupIterations(2)
                .warmupTime(time)
                .measurementIterations(1)
                .measurementTime(time)
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xms1g", "-Xmx1g")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
    }

    private static TimeValue time(Duration duration) {
        return TimeValue.milliseconds(duration.toMillis());
    }
}
