package dev.roomcast.adapter.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** From a run of a kit to the table. */
class CompatibilityTableTest {

    @TempDir
    private Path directory;

    @Test
    void rulesByBackendWithReasons() throws IOException {
        write(
                "alone",
                "1.1\tPASSED\ta rule\t",
                "10.2\tSKIPPED\tanother\tdoes not declare [CLUSTER]",
                "T.1\tPASSED\tbytes\t");
        write(
                "cluster",
                "1.1\tFAILED\ta rule\tRule 1.1: expected this, but came that",
                "2.1\tPASSED\tonly here\t",
                "10.2\tPASSED\tanother\t",
                "10.2\tSKIPPED\tanother\tin part");
        assertEquals("""

                Compatibility, by rules of docs/spec.md

                                 alone    cluster
                1.1   a rule     passed   FAILED
                2.1   only here  -        passed
                10.2  another    skipped  partly
                T.1   bytes      passed   -

                4 rules
                alone: 2 passed, 1 skipped
                    10.2: does not declare [CLUSTER]
                cluster: 1 FAILED, 1 partly, 1 passed
                    1.1: FAILED: Rule 1.1: expected this, but came that
                    10.2: in part
                """, CompatibilityTable.of(directory).toString());
    }

    private void write(String backend, String... lines) throws IOException {
        Files.write(directory.resolve(backend + Verdicts.ENDING), List.of(backend + "\n" + String.join("\n", lines)));
    }

    @Test
    void withoutResultsItSaysSo() throws IOException {
        assertEquals(
                "No results of the compatibility kit were found.\n",
                CompatibilityTable.of(directory).toString());
    }

    @Test
    void aDirectoryThatIsNotThereBreaksNothing() {
        CompatibilityTable.main(new String[] {directory.resolve("none").toString()});
    }

    @Test
    void whatAKitFoundIsWrittenDown() throws IOException {
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(BrokenBroadcast.ForgetsExceptions.class))
                .configurationParameter(Verdicts.RESULTS, directory.toString())
                .execute();
        String table = CompatibilityTable.of(directory).toString();
        assertTrue(table.lines().anyMatch(line -> line.startsWith("2.4 ") && line.contains("FAILED")), table);
        assertTrue(table.lines().anyMatch(line -> line.startsWith("1.1 ") && line.contains("passed")), table);
        assertTrue(table.contains("ForgetsExceptions does not declare [CLUSTER]"), table);
        assertTrue(table.contains("2.4: FAILED: Rule 2.4 (client "), table);
    }
}
