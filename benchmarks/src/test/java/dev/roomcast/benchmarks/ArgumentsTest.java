package dev.roomcast.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.roomcast.benchmarks.Arguments.Choice;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void withoutWordsEverythingIsRunThoroughly() {
        assertEquals(new Arguments(Effort.FULL, EnumSet.allOf(Choice.class)), Arguments.parse(List.of()));
    }

    @Test
    void namesChoose() {
        assertEquals(
                new Arguments(Effort.QUICK, EnumSet.of(Choice.NODE_TO_NODE, Choice.THROUGHPUT)),
                Arguments.parse(List.of("Throughput", "--quick", "NodeToNode")));
    }

    @Test
    void anUnknownWordIsRefused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Arguments.parse(List.of("Fanout")));

        assertEquals(
                "bench.args: Fanout is not understood; use --quick, or names out of [LocalFanOut, NodeToNode, Throughput, ShortLivedRooms, Recovery]",
                refused.getMessage());
    }
}
