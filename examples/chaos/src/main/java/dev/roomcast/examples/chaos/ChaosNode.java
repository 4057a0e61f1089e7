package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.redis.RedisTransportProvider;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node in a process of its own. Its standard output is its {@link Journal}; its standard input tells it to {@link #BEGIN} and to be
 * {@link #QUIET}, and when that ends, with the process that started it, so does the node.
 */
final class ChaosNode {

    static final String BEGIN = "begin";
    static final String QUIET = "quiet";

    private static final long BETWEEN_PACKETS_MS = 10;
    private static final long BETWEEN_JOINS_MS = 100;

    private final Journal journal;
    private final Crowd crowd;
    private final Traffic traffic;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    private ChaosNode(String name, String seat, Random random, Adapter adapter, Journal journal) {
        this.journal = journal;
        this.crowd = new Crowd(adapter, journal, random);
        this.traffic = new Traffic(adapter, name, journal, random);
        adapter.cluster().onEvent(new Witness());
        crowd.enter(seat);
    }

    /** Takes the node's name, its seat, a seed, and settings of the adapter, as {@code key=value}. */
    public static void main(String... args) throws IOException, InterruptedException, ExecutionException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.US_ASCII);
        Map<String, String> settings = new HashMap<>(Map.of("roomcast.node.name", args[0]));
        for (String setting : List.of(args).subList(3, args.length)) {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        String detours = settings.remove(Detours.KEY);
        try (Journal journal = new Journal(out);
                Adapter adapter = open(AdapterConfig.of(settings), detours)) {
            new ChaosNode(args[0], args[1], new Random(Long.parseLong(args[2])), adapter, journal).obey();
        }
        System.exit(0);
    }

    private static Adapter open(AdapterConfig config, @Nullable String detours) {
        return detours == null
                ? Adapters.open(config)
                : Adapters.connect(
                                config,
                                new RedisTransportProvider()
                                        .withResources(Detours.parse(detours).resources()))
                        .open("/");
    }

    private void obey() throws IOException, InterruptedException, ExecutionException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String told = in.readLine(); told != null; told = in.readLine()) {
            if (told.equals(BEGIN)) {
                begin();
            } else {
                beQuiet();
            }
        }
    }

    private void begin() {
        every(BETWEEN_PACKETS_MS, traffic::sendSomething);
        every(BETWEEN_JOINS_MS, this::comeAndGo);
    }

    /** What throws ends the node, which the judge sees: a silent node would break no promise. */
    private void every(long millis, Runnable step) {
        Runnable orEnd = () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        };
        thread.scheduleAtFixedRate(orEnd, 0, millis, TimeUnit.MILLISECONDS);
    }

    private void comeAndGo() {
        Instant now = Instant.now();
        crowd.leaveWhereItIsTime(now);
        crowd.joinSomewhere(now);
    }

    private void beQuiet() throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a broadcast, a join or a leave does not return");
        }
    }

    /** Notes what the cluster tells. */
    private final class Witness implements ClusterListener {

        @Override
        public void healthChanged(Health health) {
            journal.note(new Note.Standing(Instant.now(), health.status()));
        }

        @Override
        public void nodeChanged(NodeInfo node) {
            journal.note(new Note.Seen(Instant.now(), node.name(), node.status()));
        }

        @Override
        public void lost(Loss loss) {
            Set<String> names = loss.scope() == Loss.Scope.USERS ? loss.users() : loss.rooms();
            String from = loss.from().map(NodeInfo::name).orElse(Note.Lost.ANYONE);
            journal.note(
                    new Note.Lost(Instant.now(), loss.kind(), loss.scope(), names, from, loss.since(), loss.until()));
        }
    }
}
