package dev.roomcast.adapter.engine.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.codec.Message.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which version a cluster speaks (Rules V.1 and V.3). */
class VersionNegotiationTest {

    @Test
    void whoIsAloneSpeaksTheLeastThatItCan() {
        assertEquals(2, of(versions(2, 5)).spoken());
    }

    @Test
    void theHighestThatAllSpeak() {
        assertEquals(3, of(versions(2, 5), versions(1, 3), versions(3, 9)).spoken());
        assertEquals(5, of(versions(2, 5), versions(2, 5)).spoken());
        assertEquals(255, of(versions(0, 255), versions(255, 255)).spoken());
    }

    @Test
    void whereThereIsNoneTheOneThatMostSpeakAndOfThoseTheLowest() {
        VersionNegotiation newcomer = of(versions(2, 2), versions(1, 1));
        assertEquals(1, newcomer.common());
        assertFalse(newcomer.isShared());
        assertEquals(2, newcomer.spoken(), "what it speaks at all");
        VersionNegotiation between = of(versions(1, 2), versions(1, 1), versions(2, 3), versions(2, 3));
        assertEquals(2, between.common());
        assertTrue(between.isShared());
        assertFalse(between.isSharedBy(versions(1, 1)));
    }

    @Test
    void theSameNodesLeadEachOfThemToTheSameVersion() {
        Random random = new Random(1);
        for (int run = 0; run < 2_000; run++) {
            List<Versions> nodes = new ArrayList<>();
            for (int i = 2 + random.nextInt(5); i > 0; i--) {
                int least = random.nextInt(5);
                nodes.add(versions(least, least + random.nextInt(4)));
            }
            int common = seenBy(0, nodes);
            for (int i = 1; i < nodes.size(); i++) {
                assertEquals(common, seenBy(i, nodes), nodes.toString());
            }
        }
    }

    @Test
    void whoHasLeftCountsNoMore() {
        VersionNegotiation versionNegotiation = of(versions(1, 3), versions(1, 2), versions(1, 1));
        assertEquals(1, versionNegotiation.common());
        versionNegotiation.left(versions(1, 1));
        assertTrue(versionNegotiation.review());
        assertEquals(2, versionNegotiation.common());
        assertFalse(versionNegotiation.review());
    }

    @Test
    void whoHasNotMetEveryoneWritesWhatTheOthersMayReadToo() {
        VersionNegotiation newcomer = new VersionNegotiation(versions(1, 3));
        newcomer.joined(versions(1, 3));
        newcomer.review();
        assertEquals(3, newcomer.common());
        assertEquals(1, newcomer.spoken(), "others may speak less than the first that it has met");
        newcomer.joined(versions(2, 3));
        newcomer.review();
        assertEquals(2, newcomer.spoken(), "what all that it has met can read");
        newcomer.metAll();
        assertEquals(3, newcomer.spoken());
    }

    private static int seenBy(int node, List<Versions> nodes) {
        List<Versions> others = new ArrayList<>(nodes);
        return of(others.remove(node), others.toArray(new Versions[0])).common();
    }

    private static VersionNegotiation of(Versions own, Versions... others) {
        VersionNegotiation versionNegotiation = new VersionNegotiation(own);
        List.of(others).forEach(versionNegotiation::joined);
        versionNegotiation.review();
        versionNegotiation.metAll();
        return versionNegotiation;
    }

    private static Versions versions(int least, int most) {
        return new Versions(least, most);
    }
}
