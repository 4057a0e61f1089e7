package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A campaign that is short enough for every build, with each fault once. */
@Timeout(180)
class BriefCampaignTest {

    /** With it a node is killed late: until it is given up, the outages of other faults cannot be told apart. */
    private static final long SEED = 364;

    @Test
    void everyPromiseHolds() throws Exception {
        Plan plan = Plan.brief(SEED, Topology.STANDALONE.faults());
        Verdict verdict = Campaign.run(plan, Topology.STANDALONE, Path.of("target", "chaos"), System.out);
        System.out.println(verdict);
        Timeline.of(verdict, "./mvnw verify").write(Path.of("target", "chaos.html"));
        assertTrue(verdict.isKept(), verdict::toString);
        assertTrue(verdict.delivered > 0 && verdict.toldByEvent + verdict.toldByStage > 0, verdict::toString);
    }
}
