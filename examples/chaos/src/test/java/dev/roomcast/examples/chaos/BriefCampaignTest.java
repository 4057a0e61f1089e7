package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A campaign that is short enough for CI, with each fault once. */
@Tag("full")
@Timeout(600)
class BriefCampaignTest {

    /** With it a node is killed late: until it is given up, the outages of other faults cannot be told apart. */
    private static final long SEED = 364;

    @Test
    void everyPromiseHolds() throws Exception {
        everyPromiseHolds(Topology.STANDALONE);
    }

    @Test
    void everyPromiseHoldsOnACluster() throws Exception {
        everyPromiseHolds(Topology.CLUSTER);
    }

    @Test
    void everyPromiseHoldsBehindSentinels() throws Exception {
        everyPromiseHolds(Topology.SENTINEL);
    }

    private static void everyPromiseHolds(Topology topology) throws Exception {
        Plan plan = Plan.brief(SEED, topology.faults());
        Verdict verdict = Campaign.run(plan, topology, Path.of("target", "chaos-" + topology), System.out);
        System.out.println(verdict);
        Timeline.of(verdict, "./mvnw -Pfull").write(Path.of("target", "chaos-" + topology + ".html"));
        assertTrue(verdict.isKept(), verdict::toString);
        assertTrue(verdict.delivered > 0 && verdict.toldByEvent + verdict.toldByStage > 0, verdict::toString);
    }
}
