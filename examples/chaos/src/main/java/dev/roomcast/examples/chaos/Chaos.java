package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * A fault campaign: {@code ./mvnw -Pchaos -Dchaos.minutes=10 -Dchaos.seed=S}. Ends with status 1 if a promise broke. See
 * {@code docs/chaos.md}.
 */
final class Chaos {

    private static final PrintStream OUT = System.out;
    private static final Path LOGS = Path.of("target", "chaos");

    private Chaos() {}

    public static void main(String... args) throws IOException, InterruptedException {
        Duration length = Duration.ofMinutes(Long.parseLong(System.getProperty("chaos.minutes", "1")));
        String given = System.getProperty("chaos.seed", "").strip();
        long seed = given.isEmpty() ? new Random().nextInt(1_000_000) : Long.parseLong(given);
        Plan plan = Plan.standard(seed, length);
        OUT.printf(
                "Campaign of %d minutes with %d faults. Again: ./mvnw -Pchaos -Dchaos.minutes=%d -Dchaos.seed=%d%n",
                length.toMinutes(), plan.faults().size(), length.toMinutes(), seed);
        Verdict verdict = Campaign.run(plan, LOGS, OUT);
        OUT.printf("%n%s%n%s%n", verdict, verdict.isKept() ? "Every promise held." : "A PROMISE BROKE.");
        System.exit(verdict.isKept() ? 0 : 1);
    }
}
