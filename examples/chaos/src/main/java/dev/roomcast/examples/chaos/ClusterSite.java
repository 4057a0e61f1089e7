package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestCluster;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A Redis Cluster: three masters, each with a replica. What happens to Redis happens to one master. */
final class ClusterSite implements Site {

    private static final int MASTERS = 3;
    /** With one partition of channels in 64 of them: ten. */
    private static final int SLOTS_THAT_MOVE = 640;

    private final TestCluster cluster;
    private final Pause pause;
    /** Of its own, so that what moves does not hang on what else is drawn. */
    private final Random moves;

    private final List<RedisFaults> faults = new ArrayList<>();
    private final Stranger stranger;
    private final Proxies proxies;

    private ClusterSite(TestCluster cluster, Random random, Pause pause, Proxies proxies) {
        this.cluster = cluster;
        this.pause = pause;
        this.moves = new Random(random.nextLong());
        this.stranger = new Stranger(PubSub.SHARDED, pause, random);
        this.proxies = proxies;
        for (int i = 0; i < cluster.size(); i++) {
            faults.add(new RedisFaults(cluster.server(i), PubSub.SHARDED, pause));
        }
    }

    static ClusterSite open(Random random, Pause pause) throws IOException {
        TestCluster cluster = TestCluster.start(MASTERS, 1);
        List<Integer> ports = IntStream.range(0, cluster.size())
                .mapToObj(i -> cluster.server(i).port())
                .toList();
        return new ClusterSite(cluster, random, pause, Proxies.to(ports, pause));
    }

    @Override
    public Map<String, String> settings(String seat) {
        return Map.of(
                "roomcast.redis.url",
                cluster.url(),
                Detours.KEY,
                proxies.from(seat).toString());
    }

    @Override
    public void settle() {
        cluster.awaitAgreed();
    }

    @Override
    public void happen(Plan.Planned fault) throws InterruptedException {
        switch (fault.kind().place()) {
            case REDIS -> happen(fault.kind(), masterOf(fault.seat()), fault.lasts());
            case CHANNELS -> stranger.litter(urls(), fault.lasts());
            case LINK -> proxies.happen(fault.kind(), fault.seat(), fault.lasts());
            case NODE -> throw new IllegalArgumentException(fault + " is no fault of Redis, or of the way to it");
        }
    }

    private void happen(Fault kind, int master, Duration lasts) throws InterruptedException {
        switch (kind) {
            case FAILOVER -> cluster.failOver(cluster.replicaOf(master));
            case REPLACED -> replace(master, lasts);
            case SLOTS_MOVED -> moveSlots();
            default -> faults.get(master).happen(kind, lasts);
        }
    }

    /** There are as many masters as seats. */
    private int masterOf(String seat) {
        return cluster.masters(0).get(Plan.SEATS.indexOf(seat));
    }

    private List<String> urls() {
        return cluster.masters(0).stream()
                .map(master -> cluster.server(master).url())
                .toList();
    }

    private void replace(int master, Duration absence) throws InterruptedException {
        int replica = cluster.replicaOf(master);
        cluster.server(master).kill();
        cluster.takeOver(replica);
        pause.of(absence);
        cluster.server(master).restart();
    }

    /** The slot of some channel, every other time that of a namespace, and those behind it go to the next master. */
    private void moveSlots() {
        List<Integer> masters = cluster.masters(0);
        String pattern = moves.nextBoolean() ? Stranger.NAMESPACES : Stranger.ALL;
        List<String> channels = masters.stream()
                .flatMap(master ->
                        cluster.ask(master, "PUBSUB SHARDCHANNELS " + pattern).lines())
                .sorted()
                .toList();
        int first = SlotHash.getSlot(channels.get(moves.nextInt(channels.size())));
        int from = cluster.masterOf(first, 0);
        int last = Math.min(first + SLOTS_THAT_MOVE - 1, cluster.lastBeside(first, 0));
        cluster.move(first, last, masters.get((masters.indexOf(from) + 1) % masters.size()));
    }

    @Override
    public void close() {
        proxies.close();
        stranger.close();
        faults.forEach(RedisFaults::close);
        cluster.close();
    }
}
