package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Set<Fault> KINDS = Topology.STANDALONE.faults();

    @Test
    void theSameSeedPlansTheSame() {
        Duration length = Duration.ofMinutes(10);
        assertEquals(Plan.standard(7, length, KINDS), Plan.standard(7, length, KINDS));
    }

    @Test
    void tenMinutesHaveThirtyFaultsAndEachKindAsOftenAsAnyOther() {
        Plan plan = Plan.standard(7, Duration.ofMinutes(10), KINDS);
        assertEquals(30, plan.faults().size());
        for (Fault kind : KINDS) {
            long ofKind =
                    plan.faults().stream().filter(fault -> fault.kind() == kind).count();
            assertEquals(30 / KINDS.size(), ofKind, kind::toString);
        }
    }

    @Test
    void aBriefCampaignMeetsEachKind() {
        Set<Fault> met = Plan.brief(7, KINDS).faults().stream()
                .map(Plan.Planned::kind)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(KINDS, met);
    }

    @Test
    void eachTopologyKnowsItsFaults() {
        Set<Fault> replicas = Set.of(Fault.FAILOVER, Fault.REPLACED);
        Set<Fault> standalone = Topology.STANDALONE.faults();
        Set<Fault> sentinel = Topology.SENTINEL.faults();
        Set<Fault> cluster = Topology.CLUSTER.faults();
        assertEquals(Fault.values().length, cluster.size());
        assertTrue(sentinel.containsAll(standalone) && sentinel.containsAll(replicas));
        assertTrue(standalone.stream().noneMatch(replicas::contains));
        assertFalse(sentinel.contains(Fault.SLOTS_MOVED) || standalone.contains(Fault.SLOTS_MOVED));
    }

    @Test
    void onlyWhatATopologyKnowsIsPlanned() {
        Set<Fault> some = Set.of(Fault.KILL, Fault.NODE_KILLED);
        assertTrue(Plan.standard(7, Duration.ofMinutes(10), some).faults().stream()
                .allMatch(fault -> some.contains(fault.kind())));
    }

    @Test
    void topologiesAreFoundByTheirNames() {
        for (Topology topology : Topology.values()) {
            assertEquals(topology, Topology.named(topology.toString()));
        }
        String message = assertThrows(IllegalArgumentException.class, () -> Topology.named("ring"))
                .getMessage();
        assertTrue(message.contains("chaos.topology=ring") && message.contains("sentinel, cluster"), message);
    }
}
