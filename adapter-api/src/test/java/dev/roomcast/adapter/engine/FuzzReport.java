package dev.roomcast.adapter.engine;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What several runs have counted together, and how fast. */
public final class FuzzReport {

    private final long begun = System.nanoTime();
    private final Map<String, Long> counts = new TreeMap<>();
    private final long heapAtStart = heap();
    private long mostHeap = heapAtStart;

    void add(Map<String, Long> run) {
        run.forEach(
                (what, count) -> counts.merge(what, count, what.equals(FuzzRun.ALLOCATION) ? Math::max : Long::sum));
    }

    long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    /** What is reachable, in bytes: what came before a run and what it left. */
    public static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** How much more there is than at the start. */
    long heapGrowth() {
        long now = heap();
        mostHeap = Math.max(mostHeap, now);
        return now - heapAtStart;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%4.0f s: %,d frames, %,d past the header, %,d to a node; %,.0f a second",
                seconds(),
                count(FuzzRun.FRAMES),
                count(FuzzRun.PAST_HEADER),
                count(FuzzRun.TO_NODE),
                count(FuzzRun.FRAMES) / seconds());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(line());
        text.append(String.format(
                Locale.ROOT,
                "%n  most allocated for a frame: 2 kB and %.1f bytes for each of its bytes%n  heap: %,d kB at the start, %,d kB at the most between runs, %,d kB at the end",
                count(FuzzRun.ALLOCATION) / 100.0,
                heapAtStart >> 10,
                mostHeap >> 10,
                heap() >> 10));
        counts.forEach((what, count) -> {
            if (!what.equals(FuzzRun.ALLOCATION)) {
                text.append(String.format(Locale.ROOT, "%n  %,12d %s", count, what));
            }
        });
        return text.toString();
    }
}
