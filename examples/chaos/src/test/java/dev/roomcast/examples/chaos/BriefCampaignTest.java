package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A campaign that is short enough for every build: Redis is killed, closes the connections that hear, and is frozen. */
@Timeout(180)
class BriefCampaignTest {

    private static final long SEED = 55;

    @Test
    void everyPromiseHolds() throws Exception {
        Verdict verdict = Campaign.run(Plan.brief(SEED), Path.of("target", "chaos"), System.out);
        System.out.println(verdict);
        assertTrue(verdict.isKept(), verdict::toString);
        assertTrue(verdict.delivered > 0 && verdict.toldByEvent + verdict.toldByStage > 0, verdict::toString);
    }

    @Test
    void theSameSeedPlansTheSame() {
        assertEquals(Plan.standard(7, Duration.ofMinutes(10)), Plan.standard(7, Duration.ofMinutes(10)));
    }

    @Test
    void tenMinutesHaveTwentyFaultsOfAllKinds() {
        Plan plan = Plan.standard(7, Duration.ofMinutes(10));
        assertEquals(20, plan.faults().size());
        for (Fault kind : Fault.values()) {
            List<Plan.Planned> ofKind =
                    plan.faults().stream().filter(fault -> fault.kind() == kind).toList();
            assertEquals(4, ofKind.size(), kind::toString);
        }
    }
}
