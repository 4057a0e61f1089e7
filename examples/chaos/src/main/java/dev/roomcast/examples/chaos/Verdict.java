package dev.roomcast.examples.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a campaign has shown, for people, and whether every promise held. */
final class Verdict {

    /**
     * One line of the result.
     *
     * @param promised empty for what is just a figure
     */
    record Row(String what, String figure, String promised, boolean isKept) {}

    private static final int MOST_CASES = 10;
    private static final double LEAST_ACCEPTED = 0.99;

    final Breaches breaches = new Breaches();
    final List<Outage> outages;
    final List<NodeBook> nodes;
    /** Of what was owed to members of other nodes. */
    long delivered;

    long toldByStage;
    long toldByEvent;
    long losses;
    /** Events that came late, about losses that were told in time. */
    long lateGaps;

    private final Map<Note.Fate, Long> fates = new EnumMap<>(Note.Fate.class);
    private final List<String> refusedWhileWell = new ArrayList<>();
    private long sent;
    private long sentWhileWell;
    private long acceptedWhileWell;

    Verdict(List<Outage> outages, Collection<NodeBook> nodes) {
        this.outages = List.copyOf(outages);
        this.nodes = List.copyOf(nodes);
    }

    /** @param wasCutOff whether its node was killed before its stage could end */
    void sent(NodeBook.Sent packet, boolean wasCutOff) {
        sent++;
        Note.Fate fate = packet.fate();
        if (fate != null) {
            fates.merge(fate, 1L, Long::sum);
        }
        Instant begin = packet.note.at();
        Instant end = packet.answer == null ? begin : packet.answer.at();
        if (!wasCutOff && outages.stream().noneMatch(outage -> outage.meets(begin, end))) {
            sentWhileWell++;
            if (fate == Note.Fate.ACCEPTED) {
                acceptedWhileWell++;
            } else if (refusedWhileWell.size() < MOST_CASES) {
                refusedWhileWell.add(packet.note.line() + ", at " + packet.note.at() + ", " + packet.answer);
            }
        }
    }

    boolean isKept() {
        return rows().stream().allMatch(Row::isKept);
    }

    /** The share of packets accepted outside outages. */
    private double accepted() {
        return sentWhileWell == 0 ? 1 : (double) acceptedWhileWell / sentWhileWell;
    }

    /** How long it took until all was well, from the end of the last fault that came meanwhile; nothing if it never was. */
    Duration recovery(Outage outage) {
        Instant back = outage.back().orElse(outage.end());
        Instant over = outages.stream()
                .filter(other -> other.begin().isBefore(back))
                .map(Outage::end)
                .max(Instant::compareTo)
                .orElse(outage.end());
        return over.isBefore(back) ? Duration.between(over, back) : Duration.ZERO;
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(figure("faults", outages.size()));
        rows.add(figure("packets sent", sent));
        for (Note.Fate fate : List.of(Note.Fate.ACCEPTED, Note.Fate.NOT_SENT, Note.Fate.UNKNOWN)) {
            rows.add(figure("of them " + fate, fates.getOrDefault(fate, 0L)));
        }
        String share = String.format(Locale.ROOT, "%.3f %%", 100 * accepted());
        rows.add(new Row("accepted outside outages", share, ">= 99 %", accepted() >= LEAST_ACCEPTED));
        long untold = breaches.count(Promise.LOST_UNTOLD);
        rows.add(figure("owed to members of other nodes", delivered + toldByStage + toldByEvent + untold));
        rows.add(figure("of them delivered", delivered));
        rows.add(figure("lost", toldByStage + toldByEvent + untold));
        rows.add(figure("lost, and told by the stage", toldByStage));
        rows.add(figure("lost, and told by an event", toldByEvent));
        rows.add(figure("loss events", losses));
        rows.add(figure("of them gaps that came late, in losses told before", lateGaps));
        rows.add(new Row("longest time to recover", seconds(longestRecovery(outages)), "", true));
        for (Promise promise : Promise.values()) {
            int count = breaches.count(promise);
            rows.add(new Row(promise.toString(), number(count), "0", count == 0));
        }
        return rows;
    }

    private static Row figure(String what, long figure) {
        return new Row(what, number(figure), "", true);
    }

    private Duration longestRecovery(List<Outage> some) {
        return some.stream().map(this::recovery).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    @Override
    public String toString() {
        StringBuilder page =
                new StringBuilder("| fault | how often | well again after, at the latest |\n|---|---:|---:|\n");
        for (Fault fault : Fault.values()) {
            List<Outage> some = outages.stream()
                    .filter(outage -> outage.done().fault() == fault)
                    .toList();
            if (!some.isEmpty()) {
                boolean never = some.stream().anyMatch(outage -> outage.back().isEmpty());
                row(page, fault, some.size(), never ? "never" : seconds(longestRecovery(some)));
            }
        }
        page.append("\n| what | figure | promised |\n|---|---:|---:|\n");
        rows().forEach(row -> row(page, row.what, row.figure, row.promised));
        for (Promise promise : Promise.values()) {
            breaches.cases(promise)
                    .forEach(broken -> page.append('\n')
                            .append(promise)
                            .append(", ")
                            .append(broken.at().truncatedTo(ChronoUnit.MILLIS))
                            .append(": ")
                            .append(broken.how()));
        }
        refusedWhileWell.forEach(
                how -> page.append("\nnot accepted outside outages: ").append(how));
        return page.toString();
    }

    private static void row(StringBuilder page, Object... cells) {
        for (Object cell : cells) {
            page.append("| ").append(cell).append(' ');
        }
        page.append("|\n");
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
