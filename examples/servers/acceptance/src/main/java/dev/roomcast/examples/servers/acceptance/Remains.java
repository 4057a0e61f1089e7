package dev.roomcast.examples.servers.acceptance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a process holds.
 *
 * @param threads how many
 * @param files how many files and sockets; 0 where the operating system does not tell
 * @param bytes how many bytes all reachable objects take
 * @param objects how many objects are reachable, by class
 */
record Remains(long threads, long files, long bytes, Map<String, Long> objects) {

    private static final Pattern OBJECTS = Pattern.compile("^ *\\d+: +(\\d+) +\\d+ +(\\S+).*");

    private static final Pattern TOTAL = Pattern.compile("^Total +\\d+ +(\\d+).*");

    static Remains of(ServerProcess process) throws IOException, InterruptedException {
        List<String> histogram = process.jcmd("GC.class_histogram");
        long bytes = histogram.stream()
                .map(TOTAL::matcher)
                .filter(Matcher::matches)
                .mapToLong(total -> Long.parseLong(total.group(1)))
                .sum();
        Map<String, Long> objects = histogram.stream()
                .map(OBJECTS::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(line -> line.group(2), line -> Long.valueOf(line.group(1)), Long::sum));
        long threads = process.jcmd("Thread.print").stream()
                .filter(line -> line.startsWith("\""))
                .count();
        return new Remains(threads, process.files(), bytes, objects);
    }

    /** Returns what there is by so much more of than before, or more. */
    List<String> moreThan(Remains before, long few) {
        List<String> more = new ArrayList<>();
        if (threads >= before.threads + few) {
            more.add(threads + " threads instead of " + before.threads);
        }
        if (files >= before.files + few) {
            more.add(files + " files and sockets instead of " + before.files);
        }
        objects.forEach((type, count) -> {
            long formerly = before.objects.getOrDefault(type, 0L);
            if (count >= formerly + few) {
                more.add(count + " of " + type + " instead of " + formerly);
            }
        });
        return more;
    }

    @Override
    public String toString() {
        long all = objects.values().stream().mapToLong(count -> count).sum();
        return threads + " threads, " + files + " files and sockets, " + all + " objects of " + bytes / 1024 + " KiB";
    }
}
