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
    private static final Path PAGE = Path.of("target", "chaos.html");

    private Chaos() {}

    public static void main(String... args) throws IOException, InterruptedException {
        Duration length = Duration.ofMinutes(Long.parseLong(System.getProperty("chaos.minutes", "1")));
        String given = System.getProperty("chaos.seed", "").strip();
        long seed = given.isEmpty() ? new Random().nextInt(1_000_000) : Long.parseLong(given);
        Topology topology = topology();
        Plan plan = Plan.standard(seed, length, topology.faults());
        String command = "./mvnw -Pchaos -Dchaos.minutes=%d -Dchaos.seed=%d -Dchaos.topology=%s"
                .formatted(length.toMinutes(), seed, topology);
        OUT.printf(
                "Campaign of %d minutes with %d faults. Again: %s%n",
                length.toMinutes(), plan.faults().size(), command);
        Verdict verdict = Campaign.run(plan, topology, LOGS, OUT);
        Timeline.of(verdict, command).write(PAGE);
        OUT.printf("%n%s%n%nAs a picture: %s%n", verdict, PAGE.toAbsolutePath());
        OUT.println(verdict.isKept() ? "Every promise held." : "A PROMISE BROKE.");
        System.exit(verdict.isKept() ? 0 : 1);
    }

    private static Topology topology() {
        try {
            return Topology.named(
                    System.getProperty("chaos.topology", "standalone").strip());
        } catch (IllegalArgumentException e) {
            OUT.println(e.getMessage());
            System.exit(2);
            throw e;
        }
    }
}
