package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a plan: a node in a process of its own on each seat, and a Redis of some topology of their own. */
final class Campaign {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** So many hand-overs on each node come before the first fault: a JVM that is cold is slow enough for a fault of its own. */
    private static final long WARM_UP = 3_000;

    private static final long BETWEEN_LINES_SECONDS = 10;

    private final Plan plan;
    private final PrintStream out;
    private final Judge judge;
    private final Site.Pause pause;
    private final Site site;
    private final Fleet fleet;
    private final long start = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();

    private Campaign(Plan plan, PrintStream out, Judge judge, Site.Pause pause, Site site, Fleet fleet) {
        this.plan = plan;
        this.out = out;
        this.judge = judge;
        this.pause = pause;
        this.site = site;
        this.fleet = fleet;
    }

    /**
     * Returns when it is over.
     *
     * @param logs the directory for the nodes' logs
     * @param out gets a line every ten seconds, and for each fault
     */
    static Verdict run(Plan plan, Topology topology, Path logs, PrintStream out)
            throws IOException, InterruptedException {
        Files.createDirectories(logs);
        Judge judge = new Judge(plan.heartbeat(), plan.grace(), topology.order());
        CountDownLatch ended = new CountDownLatch(1);
        ScheduledExecutorService lines = Executors.newSingleThreadScheduledExecutor();
        Site.Pause pause = time -> {
            if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("a node ended by itself; see " + logs.toAbsolutePath());
            }
        };
        try (Site site = topology.open(new Random(plan.seed()), pause);
                Fleet fleet = new Fleet(plan, site, logs, judge, pause, ended::countDown)) {
            Campaign campaign = new Campaign(plan, out, judge, pause, site, fleet);
            lines.scheduleAtFixedRate(campaign::tell, BETWEEN_LINES_SECONDS, BETWEEN_LINES_SECONDS, TimeUnit.SECONDS);
            campaign.run();
        } finally {
            lines.shutdownNow();
        }
        return judge.verdict();
    }

    private void run() throws IOException, InterruptedException {
        fleet.start();
        if (!judge.awaitWell(PATIENCE)) {
            throw new IllegalStateException("the nodes have not met; see their logs");
        }
        fleet.tell(ChaosNode.BEGIN);
        if (!judge.awaitReceived(WARM_UP, PATIENCE)) {
            throw new IllegalStateException("too little comes; see the nodes' logs");
        }
        happen();
        pause.of(Outage.NOTICE);
        // If they are not, the judge says so.
        judge.awaitWell(PATIENCE);
        fleet.tell(ChaosNode.QUIET);
        // What was sent last is answered, and what was lost last is told.
        pause.of(plan.heartbeat().multipliedBy(2).plus(plan.commandTimeout()));
        fleet.end();
    }

    private void happen() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (Plan.Planned next : plan.faults()) {
            pause.of(next.at().minusNanos(System.nanoTime() - begin));
            if (!next.kind().isOfOneSeat()) {
                site.settle();
            }
            if (next.kind() == Fault.GARBAGE) {
                // A copy is one too many only for those who were there before it.
                judge.awaitWell(PATIENCE);
            }
            happen(next);
        }
        pause.of(plan.length().minusNanos(System.nanoTime() - begin));
    }

    private void happen(Plan.Planned fault) throws IOException, InterruptedException {
        Instant from = Instant.now();
        if (fault.kind().place() == Fault.Place.NODE) {
            fleet.happen(fault);
        } else {
            site.happen(fault);
        }
        Instant to = Instant.now();
        judge.fault(new Outage.Done(fault.kind(), fault.seat(), from, to));
        done.incrementAndGet();
        say(fault + ", for " + Duration.between(from, to).toMillis() + " ms");
    }

    private void tell() {
        say(judge.progress() + ", " + done + " of " + plan.faults().size() + " faults");
    }

    private void say(String what) {
        out.printf("%4d s  %s%n", Duration.ofNanos(System.nanoTime() - start).toSeconds(), what);
    }
}
