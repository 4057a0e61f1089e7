package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Health;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A page that shows what happened when: faults, how the nodes stood, losses that were told, packets, and promises that broke. */
final class Timeline {

    private static final double LEFT = 110;
    private static final double LEAST_WIDTH = 1_000;
    private static final double PIXELS_PER_SECOND = 2;
    private static final double LANE = 26;
    private static final double BAR = 16;
    private static final double CHART = 60;
    private static final double FOOT = 22;
    private static final int[] STEPS = {1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600};
    private static final double LEAST_STEP = 50;

    private final Verdict verdict;
    private final String command;
    private final Instant begin;
    private final double seconds;
    private final double scale;
    private final Svg svg = new Svg();
    private double y = FOOT;

    private Timeline(Verdict verdict, String command) {
        this.verdict = verdict;
        this.command = command;
        this.begin = moments().min(Instant::compareTo).orElse(Instant.EPOCH);
        Instant end = moments().max(Instant::compareTo).orElse(Instant.EPOCH);
        this.seconds = Math.max(1, Duration.between(begin, end).toMillis() / 1000.0);
        this.scale = Math.max(LEAST_WIDTH, seconds * PIXELS_PER_SECOND) / seconds;
    }

    /** @param command by which the campaign is run again */
    static Timeline of(Verdict verdict, String command) {
        return new Timeline(verdict, command);
    }

    private Stream<Instant> moments() {
        return verdict.nodes.stream()
                .flatMap(node -> Stream.concat(
                        Stream.of(node.born),
                        Stream.concat(
                                node.sent.stream().map(packet -> packet.note.at()),
                                node.told.stream().map(Note::at))));
    }

    void write(Path page) throws IOException {
        Files.writeString(page, page());
    }

    String page() throws IOException {
        return resource()
                .replace("{verdict}", verdict.isKept() ? "Every promise held" : "A promise broke")
                .replace("{kind}", verdict.isKept() ? "kept" : "broken")
                .replace("{command}", Svg.escape(command))
                .replace("{timeline}", picture())
                .replace("{rows}", rows())
                .replace("{faults}", faults())
                .replace("{breaches}", breaches());
    }

    private static String resource() throws IOException {
        try (InputStream in = Objects.requireNonNull(Timeline.class.getResourceAsStream("timeline.html"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    // ---- the picture

    private String picture() {
        double bottom = y + (Fault.Place.values().length + Plan.SEATS.size() + 1) * LANE + 2 * CHART + LANE / 2;
        axis(bottom);
        faultLane("Redis", Fault.Place.REDIS);
        faultLane("channels", Fault.Place.CHANNELS);
        faultLane("links", Fault.Place.LINK);
        faultLane("nodes", Fault.Place.NODE);
        y += LANE / 2;
        Plan.SEATS.forEach(this::seat);
        y += LANE / 2;
        chart("sent/s", sentBySecond(false), "accepted", sentBySecond(true), "failed");
        chart("handed over/s", receivedBySecond(), "received", new TreeMap<>(), "failed");
        for (Promise promise : Promise.values()) {
            verdict.breaches.cases(promise).forEach(broken -> breach(promise, broken, bottom));
        }
        return svg.document(LEFT + seconds * scale + FOOT, bottom + FOOT);
    }

    private double x(Instant moment) {
        double since = Duration.between(begin, moment).toMillis() / 1000.0;
        return LEFT + Math.min(Math.max(since, 0), seconds) * scale;
    }

    private double second(Instant moment) {
        return Duration.between(begin, moment).toMillis() / 1000.0;
    }

    private void label(String name) {
        svg.text("label", LEFT - 8, y + BAR - 4, name);
    }

    private void faultLane(String name, Fault.Place place) {
        label(name);
        List<Outage> outages = verdict.outages;
        for (int i = 0; i < outages.size(); i++) {
            Outage outage = outages.get(i);
            if (outage.done().fault().place() == place) {
                fault(i + 1, outage);
            }
        }
        y += LANE;
    }

    /** The fault itself, and as its foot the time until all was well. */
    private void fault(int number, Outage outage) {
        double from = x(outage.begin());
        double over = Math.max(x(outage.end()), from + 3);
        double well = Math.max(outage.back().map(this::x).orElse(LEFT + seconds * scale), over);
        String title = number + ". " + describe(outage);
        svg.box("after", from, y + BAR - 4, well - from, 4, title);
        svg.box("fault", from, y, over - from, BAR, title);
        svg.text("number", from, y - 1, Integer.toString(number));
    }

    private String describe(Outage outage) {
        return String.format(
                Locale.ROOT,
                "%s at %.1f s, for %s, well again after %s",
                outage.done(),
                second(outage.begin()),
                Verdict.seconds(Duration.between(outage.begin(), outage.end())),
                outage.back().isPresent() ? Verdict.seconds(verdict.recovery(outage)) : "never");
    }

    /** Whoever sat there: how it stood, and below what it told as lost. */
    private void seat(String seat) {
        label("node " + seat);
        verdict.nodes.stream().filter(node -> node.name.startsWith(seat)).forEach(this::node);
        y += LANE;
    }

    private void node(NodeBook node) {
        Instant from = node.born;
        Health.Status status = Health.Status.STARTING;
        for (Note note : node.told) {
            if (note instanceof Note.Standing standing) {
                stood(node, status, from, standing.at());
                from = standing.at();
                status = standing.status();
            }
        }
        Instant end = node.died == null ? moments().max(Instant::compareTo).orElse(from) : node.died;
        stood(node, status, from, end);
        bySecond(node.losses.stream().map(Note.Lost::at)).forEach((second, count) -> {
            double at = x(Instant.ofEpochSecond(second));
            svg.box("loss", at, y + BAR - 5, Math.max(2, scale * 0.8), 7, node.name + " told of " + count + " losses");
        });
    }

    private void stood(NodeBook node, Health.Status status, Instant from, Instant to) {
        if (status != Health.Status.CLOSED) {
            String title = String.format(
                    Locale.ROOT, "%s %s from %.1f to %.1f s", node.name, status, second(from), second(to));
            svg.box(status.name().toLowerCase(Locale.ROOT), x(from), y, x(to) - x(from), BAR - 6, title);
        }
    }

    private static NavigableMap<Long, Integer> bySecond(Stream<Instant> moments) {
        NavigableMap<Long, Integer> counts = new TreeMap<>();
        moments.forEach(moment -> counts.merge(moment.getEpochSecond(), 1, Integer::sum));
        return counts;
    }

    private NavigableMap<Long, Integer> sentBySecond(boolean onlyFailed) {
        return bySecond(verdict.nodes.stream()
                .flatMap(node -> node.sent.stream())
                .filter(packet -> !onlyFailed || packet.fate() != Note.Fate.ACCEPTED)
                .map(packet -> packet.note.at()));
    }

    private NavigableMap<Long, Integer> receivedBySecond() {
        NavigableMap<Long, Integer> sum = new TreeMap<>();
        verdict.nodes.forEach(
                node -> node.receivedBySecond.forEach((second, count) -> sum.merge(second, count, Integer::sum)));
        return sum;
    }

    private void chart(
            String name,
            NavigableMap<Long, Integer> counts,
            String kind,
            NavigableMap<Long, Integer> others,
            String otherKind) {
        int most = counts.values().stream().max(Integer::compareTo).orElse(1);
        label(name);
        svg.text("tick", LEFT - 8, y + 2 * BAR - 4, String.format(Locale.ROOT, "up to %,d", most));
        double base = y + CHART;
        svg.path(kind, area(counts, most, base));
        if (!others.isEmpty()) {
            svg.path(otherKind, area(others, most, base));
        }
        svg.line("base", LEFT, base, LEFT + seconds * scale, base);
        y = base + LANE / 2;
    }

    private String area(NavigableMap<Long, Integer> counts, int most, double base) {
        StringBuilder area = new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", LEFT, base));
        for (long second = begin.getEpochSecond(); second <= begin.getEpochSecond() + seconds; second++) {
            double height = CHART * counts.getOrDefault(second, 0) / most;
            double until = x(Instant.ofEpochSecond(second + 1));
            area.append(String.format(Locale.ROOT, "V%.1fH%.1f", base - height, until));
        }
        return area.append(String.format(Locale.ROOT, "V%.1fZ", base)).toString();
    }

    private void axis(double bottom) {
        int step = STEPS[STEPS.length - 1];
        for (int i = STEPS.length - 1; i >= 0 && STEPS[i] * scale >= LEAST_STEP; i--) {
            step = STEPS[i];
        }
        for (int second = 0; second <= seconds; second += step) {
            double x = LEFT + second * scale;
            svg.line("grid", x, FOOT, x, bottom);
            String time = seconds < 120 ? second + " s" : second / 60 + ":" + String.format("%02d", second % 60);
            svg.text("tick time", x, bottom + 12, time);
        }
    }

    private void breach(Promise promise, Breaches.Case broken, double bottom) {
        double at = x(broken.at());
        svg.box("breach", at - 1, 4, 2, bottom - 4, promise + ": " + broken.how());
        svg.box("breach", at - 5, 2, 10, 10, promise + ": " + broken.how());
    }

    // ---- the tables

    private String rows() {
        StringBuilder rows = new StringBuilder();
        verdict.rows()
                .forEach(row -> tableRow(
                        rows, row.isKept() ? "" : "broken", List.of(row.what(), row.figure(), row.promised())));
        return rows.toString();
    }

    private String faults() {
        StringBuilder rows = new StringBuilder();
        int number = 1;
        for (Outage outage : verdict.outages) {
            tableRow(
                    rows,
                    outage.back().isPresent() ? "" : "broken",
                    List.of(
                            Integer.toString(number++),
                            String.format(Locale.ROOT, "%.1f s", second(outage.begin())),
                            outage.done().toString(),
                            Verdict.seconds(Duration.between(outage.begin(), outage.end())),
                            outage.back().isPresent() ? Verdict.seconds(verdict.recovery(outage)) : "never"));
        }
        return rows.toString();
    }

    private String breaches() {
        List<String> items = new ArrayList<>();
        for (Promise promise : Promise.values()) {
            verdict.breaches
                    .cases(promise)
                    .forEach(broken -> items.add(String.format(
                            Locale.ROOT,
                            "<li><b>%s</b>, at %.1f s: %s</li>",
                            promise,
                            second(broken.at()),
                            Svg.escape(broken.how()))));
        }
        return items.isEmpty() ? "<p>None.</p>" : "<ul>" + String.join("\n", items) + "</ul>";
    }

    private static void tableRow(StringBuilder rows, String kind, List<String> cells) {
        rows.append("<tr class='").append(kind).append("'>");
        cells.forEach(cell -> rows.append("<td>").append(Svg.escape(cell)).append("</td>"));
        rows.append("</tr>\n");
    }
}
