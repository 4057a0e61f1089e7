package dev.roomcast.examples.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a campaign has shown, for people, and whether every promise held. */
final class Verdict {

    private static final int MOST_CASES = 10;
    private static final double LEAST_ACCEPTED = 0.99;

    final Breaches breaches = new Breaches();
    /** Of what was owed to members of the other node. */
    long delivered;

    long toldByStage;
    long toldByEvent;
    long losses;
    /** Events that came late, about losses that were told in time. */
    long lateGaps;

    private final List<Outage> outages;
    private final Map<Note.Fate, Long> fates = new EnumMap<>(Note.Fate.class);
    private final List<String> refusedWhileWell = new ArrayList<>();
    private long sent;
    private long sentWhileWell;
    private long acceptedWhileWell;

    Verdict(List<Outage> outages) {
        this.outages = List.copyOf(outages);
    }

    void sent(NodeBook.Sent packet) {
        sent++;
        Note.Fate fate = packet.fate();
        if (fate != null) {
            fates.merge(fate, 1L, Long::sum);
        }
        Instant begin = packet.note.at();
        Instant end = packet.answer == null ? begin : packet.answer.at();
        if (outages.stream().noneMatch(outage -> outage.meets(begin, end))) {
            sentWhileWell++;
            if (fate == Note.Fate.ACCEPTED) {
                acceptedWhileWell++;
            } else if (refusedWhileWell.size() < MOST_CASES) {
                refusedWhileWell.add(packet.note.line() + ", at " + packet.note.at() + ", " + packet.answer);
            }
        }
    }

    boolean isKept() {
        for (Promise promise : Promise.values()) {
            if (breaches.count(promise) > 0) {
                return false;
            }
        }
        return accepted() >= LEAST_ACCEPTED;
    }

    /** The share of packets accepted outside outages. */
    private double accepted() {
        return sentWhileWell == 0 ? 1 : (double) acceptedWhileWell / sentWhileWell;
    }

    /** From the moment at which Redis was well, after the last fault that came meanwhile. */
    private Duration recovery(Outage outage) {
        Instant back = outage.back().orElse(Instant.MAX);
        Instant well = outages.stream()
                .filter(other -> other.begin().isBefore(back))
                .map(Outage::end)
                .max(Instant::compareTo)
                .orElse(outage.end());
        return Duration.between(well, back).isNegative() ? Duration.ZERO : Duration.between(well, back);
    }

    @Override
    public String toString() {
        StringBuilder page =
                new StringBuilder("| fault | at | lasted | both nodes UP again after |\n|---|---|---:|---:|\n");
        for (Outage outage : outages) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.1f s | %s |%n",
                    outage.fault(),
                    outage.begin().truncatedTo(ChronoUnit.MILLIS),
                    seconds(Duration.between(outage.begin(), outage.end())),
                    outage.back()
                            .map(back -> String.format(Locale.ROOT, "%.2f s", seconds(recovery(outage))))
                            .orElse("never")));
        }
        page.append("\n| what | figure | promised |\n|---|---:|---:|\n");
        figures(page);
        for (Promise promise : Promise.values()) {
            row(page, promise.toString(), number(breaches.count(promise)), "0");
        }
        for (Promise promise : Promise.values()) {
            breaches.cases(promise)
                    .forEach(how ->
                            page.append('\n').append(promise).append(": ").append(how));
        }
        refusedWhileWell.forEach(
                how -> page.append("\nnot accepted outside outages: ").append(how));
        return page.toString();
    }

    private void figures(StringBuilder page) {
        row(page, "packets sent", number(sent), "");
        for (Note.Fate fate : List.of(Note.Fate.ACCEPTED, Note.Fate.NOT_SENT, Note.Fate.UNKNOWN)) {
            row(page, "of them " + fate, number(fates.getOrDefault(fate, 0L)), "");
        }
        row(page, "accepted outside outages", String.format(Locale.ROOT, "%.3f %%", 100 * accepted()), ">= 99 %");
        long untold = breaches.count(Promise.LOST_UNTOLD);
        row(page, "owed to members of the other node", number(delivered + toldByStage + toldByEvent + untold), "");
        row(page, "of them delivered", number(delivered), "");
        row(page, "lost", number(toldByStage + toldByEvent + untold), "");
        row(page, "lost, and told by the stage", number(toldByStage), "");
        row(page, "lost, and told by an event", number(toldByEvent), "");
        row(page, "loss events", number(losses), "");
        row(page, "of them gaps that came late, in losses told before", number(lateGaps), "");
        Duration longest = outages.stream()
                .filter(outage -> outage.back().isPresent())
                .map(this::recovery)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        row(page, "longest time to recover", String.format(Locale.ROOT, "%.2f s", seconds(longest)), "");
    }

    private static void row(StringBuilder page, String what, String figure, String promised) {
        page.append(String.format(Locale.ROOT, "| %s | %s | %s |%n", what, figure, promised));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
