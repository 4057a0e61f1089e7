package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes, one on each seat. The first on seat a is a1; if it is killed, a2 takes its place.
 *
 * <p><i>Threading:</i> used by one thread.
 */
final class Fleet implements AutoCloseable {

    private final Plan plan;
    private final Site site;
    private final Path logs;
    private final Judge judge;
    private final Site.Pause pause;
    private final Runnable ended;
    private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
    private int started;

    /**
     * Without nodes yet.
     *
     * @param pause lets time pass between a node and the next one on its seat
     * @param ended is run when a node has ended by itself
     */
    Fleet(Plan plan, Site site, Path logs, Judge judge, Site.Pause pause, Runnable ended) {
        this.plan = plan;
        this.site = site;
        this.logs = logs;
        this.judge = judge;
        this.pause = pause;
        this.ended = ended;
    }

    void start() {
        Plan.SEATS.forEach(this::start);
    }

    private void start(String seat) {
        NodeProcess before = nodes.get(seat);
        int generation = before == null ? 1 : Integer.parseInt(before.name().substring(seat.length())) + 1;
        String name = seat + generation;
        List<String> settings = new ArrayList<>();
        settings.add("roomcast.adapter=redis");
        site.settings(seat).forEach((key, value) -> settings.add(key + "=" + value));
        plan.settings().forEach((key, value) -> settings.add(key + "=" + value));
        judge.born(name, Instant.now());
        long seed = plan.seed() + started++;
        nodes.put(seat, NodeProcess.start(name, seat, seed, settings, logs, note -> judge.note(name, note), ended));
    }

    /** Says a word to all nodes. */
    void tell(String word) throws IOException {
        for (NodeProcess node : nodes.values()) {
            node.tell(word);
        }
    }

    void happen(Plan.Planned fault) throws IOException, InterruptedException {
        switch (fault.kind()) {
            case NODE_STOPPED -> at(fault.seat()).stop(fault.lasts());
            case NODE_KILLED -> replace(fault.seat(), fault.lasts());
            default -> throw new IllegalArgumentException(fault + " is no fault of a node");
        }
    }

    private NodeProcess at(String seat) {
        NodeProcess node = nodes.get(seat);
        if (node == null) {
            throw new IllegalArgumentException("nobody sits on " + seat);
        }
        return node;
    }

    private void replace(String seat, Duration absence) throws IOException, InterruptedException {
        NodeProcess node = at(seat);
        judge.died(node.name(), Instant.now());
        node.kill();
        pause.of(absence);
        start(seat);
        at(seat).tell(ChaosNode.BEGIN);
    }

    /** Has all nodes say goodbye. */
    void end() throws IOException, InterruptedException {
        for (NodeProcess node : nodes.values()) {
            node.end();
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(NodeProcess::close);
    }
}
