package dev.roomcast.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.Health.Status;
import dev.roomcast.adapter.Loss;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final Judge judge = new Judge(Duration.ofSeconds(5), Duration.ofSeconds(5), PacketOrder.ACROSS_CHANNELS);

    private void a1(Note note) {
        judge.note("a1", note);
    }

    private String page() throws IOException {
        return Timeline.of(judge.verdict(), "./again <now>").page();
    }

    @Test
    void showsFaultsHealthLossesPacketsAndBreaches() throws IOException {
        judge.born("a1", BEGIN);
        a1(new Note.Standing(BEGIN.plusSeconds(1), Status.UP));
        a1(new Note.Sent(BEGIN.plusSeconds(2), 0, Address.room("r")));
        judge.fault(new Outage.Done(Fault.LINK_CUT, "a", BEGIN.plusSeconds(5), BEGIN.plusSeconds(6)));
        a1(new Note.Standing(BEGIN.plusSeconds(5), Status.DEGRADED));
        a1(new Note.Lost(
                BEGIN.plusSeconds(8),
                Loss.Kind.POSSIBLE,
                Loss.Scope.ROOMS,
                Set.of("r"),
                Note.Lost.ANYONE,
                BEGIN.plusSeconds(5),
                BEGIN.plusSeconds(6)));
        a1(new Note.Standing(BEGIN.plusSeconds(8), Status.UP));
        String page = page();
        assertTrue(page.contains("1. node a: link cut at 5.0 s, for 1.00 s, well again after 2.00 s"), page);
        assertTrue(page.contains("a1 DEGRADED from 5.0 to 8.0 s"), page);
        assertTrue(page.contains("a1 told of 1 losses"), page);
        assertTrue(page.contains("class='accepted'") && page.contains("class='failed'"), page);
        // The stage of its packet never ended.
        assertTrue(page.contains("A promise broke") && page.contains("class='breach'"), page);
        assertTrue(page.contains("./again &lt;now&gt;"), page);
    }

    @Test
    void standsByItselfAndFitsLightAndDark() throws IOException {
        String page = page();
        assertTrue(page.contains("Every promise held") && page.contains("prefers-color-scheme: dark"), page);
        assertFalse(page.contains("http") || page.contains("<script") || page.contains("{timeline}"), page);
        assertFalse(page.contains("class='breach'"), page);
    }
}
