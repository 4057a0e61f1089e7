package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestRedis;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a plan: two nodes in two processes, on a Redis of their own. */
final class Campaign {

    private static final List<String> NAMES = List.of("a", "b");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** So many hand-overs on each node come before the first fault: a JVM that is cold is slow enough for a fault of its own. */
    private static final long WARM_UP = 3_000;

    private static final long BETWEEN_LINES_SECONDS = 10;

    private final Plan plan;
    private final Path logs;
    private final PrintStream out;
    private final Judge judge;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long start = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();

    private Campaign(Plan plan, Path logs, PrintStream out) {
        this.plan = plan;
        this.logs = logs;
        this.out = out;
        this.judge = new Judge(NAMES, plan.heartbeat(), plan.grace());
    }

    /**
     * Returns when it is over.
     *
     * @param logs the directory for the nodes' logs
     * @param out gets a line every ten seconds, and for each fault
     */
    static Verdict run(Plan plan, Path logs, PrintStream out) throws IOException, InterruptedException {
        Files.createDirectories(logs);
        Campaign campaign = new Campaign(plan, logs, out);
        ScheduledExecutorService lines = Executors.newSingleThreadScheduledExecutor();
        try (TestRedis redis = TestRedis.start();
                RedisFaults faults = new RedisFaults(redis, campaign::pause)) {
            lines.scheduleAtFixedRate(campaign::tell, BETWEEN_LINES_SECONDS, BETWEEN_LINES_SECONDS, TimeUnit.SECONDS);
            campaign.run(redis.url(), faults);
        } finally {
            lines.shutdownNow();
            campaign.nodes.forEach(NodeProcess::close);
        }
        return campaign.judge.verdict();
    }

    private void run(String redisUrl, RedisFaults faults) throws IOException, InterruptedException {
        NAMES.forEach(name -> start(name, redisUrl));
        if (!judge.awaitUp(PATIENCE)) {
            throw new IllegalStateException("the nodes have not met; see " + logs.toAbsolutePath());
        }
        tell(ChaosNode.BEGIN);
        if (!judge.awaitReceived(WARM_UP, PATIENCE)) {
            throw new IllegalStateException("too little comes; see " + logs.toAbsolutePath());
        }
        happen(faults);
        pause(Outage.NOTICE);
        // If they are not, the judge says so.
        judge.awaitUp(PATIENCE);
        tell(ChaosNode.QUIET);
        // What was sent last is answered, and what was lost last is told.
        pause(plan.heartbeat().multipliedBy(2).plus(plan.commandTimeout()));
        for (NodeProcess node : nodes) {
            node.end();
        }
    }

    private void start(String name, String redisUrl) {
        List<String> settings = new ArrayList<>();
        settings.add("roomcast.adapter=redis");
        settings.add("roomcast.redis.url=" + redisUrl);
        plan.settings().forEach((key, value) -> settings.add(key + "=" + value));
        nodes.add(NodeProcess.start(
                name,
                plan.seed() + NAMES.indexOf(name),
                settings,
                logs,
                note -> judge.note(name, note),
                ended::countDown));
    }

    private void tell(String word) throws IOException {
        for (NodeProcess node : nodes) {
            node.tell(word);
        }
    }

    private void happen(RedisFaults faults) throws InterruptedException {
        long begin = System.nanoTime();
        for (Plan.Planned next : plan.faults()) {
            pause(next.at().minusNanos(System.nanoTime() - begin));
            Instant from = Instant.now();
            faults.happen(next);
            Instant to = Instant.now();
            judge.fault(new Outage.Done(next.kind(), from, to));
            done.incrementAndGet();
            say(next.kind() + " for " + Duration.between(from, to).toMillis() + " ms");
        }
        pause(plan.length().minusNanos(System.nanoTime() - begin));
    }

    /** Lets time pass, unless a node ends. */
    private void pause(Duration time) throws InterruptedException {
        if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("a node ended in the middle; see " + logs.toAbsolutePath());
        }
    }

    private void tell() {
        say(judge.progress() + ", " + done + " of " + plan.faults().size() + " faults");
    }

    private void say(String what) {
        out.printf("%4d s  %s%n", Duration.ofNanos(System.nanoTime() - start).toSeconds(), what);
    }
}
