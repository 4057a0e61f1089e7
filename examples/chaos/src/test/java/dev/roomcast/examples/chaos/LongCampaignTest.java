package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A campaign of {@code -Dchaos.minutes} on each topology, with a new seed: what {@link Chaos} does on one. */
@Tag("soak")
class LongCampaignTest {

    private final Duration length = Duration.ofMinutes(Integer.getInteger("chaos.minutes", 3));

    @ParameterizedTest
    @EnumSource
    void everyPromiseHolds(Topology topology) throws Exception {
        long seed = new Random().nextInt(1_000_000);
        String command = "./mvnw -Pchaos -Dchaos.minutes=%d -Dchaos.seed=%d -Dchaos.topology=%s"
                .formatted(length.toMinutes(), seed, topology);
        System.out.println(command);
        Plan plan = Plan.standard(seed, length, topology.faults());
        Verdict verdict = Campaign.run(plan, topology, Path.of("target", "soak-" + topology), System.out);
        System.out.println(verdict);
        Timeline.of(verdict, command).write(Path.of("target", "soak-" + topology + ".html"));
        assertTrue(verdict.isKept(), verdict::toString);
    }
}
