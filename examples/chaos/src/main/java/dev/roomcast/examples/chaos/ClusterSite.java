package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestCluster;
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
    private static final int SLOTS = 16_384;
    /** With one partition of channels in 64 of them: ten. */
    private static final int SLOTS_THAT_MOVE = 640;

    private final TestCluster cluster;
    private final Random random;
    private final List<RedisFaults> faults = new ArrayList<>();
    private final Stranger stranger;
    private final Proxies proxies;

    private ClusterSite(TestCluster cluster, Random random, Pause pause, Proxies proxies) {
        this.cluster = cluster;
        this.random = random;
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
    public void happen(Plan.Planned fault) throws InterruptedException {
        switch (fault.kind().place()) {
            case REDIS -> happen(fault.kind(), masterOf(firstSlot(fault.seat())), fault.lasts());
            case CHANNELS -> stranger.litter(masters(), fault.lasts());
            case LINK -> proxies.happen(fault.kind(), fault.seat(), fault.lasts());
            case NODE -> throw new IllegalArgumentException(fault + " is no fault of Redis, or of the way to it");
        }
    }

    private void happen(Fault kind, int master, Duration lasts) throws InterruptedException {
        switch (kind) {
            case FAILOVER -> cluster.failOver(cluster.replicaOf(master));
            case SLOTS_MOVED -> moveSlots();
            default -> faults.get(master).happen(kind, lasts);
        }
    }

    /** As many masters as seats, each with a third of the slots to begin with. */
    private static int firstSlot(String seat) {
        return Plan.SEATS.indexOf(seat) * SLOTS / MASTERS + 1;
    }

    /** After a fault before it may take the servers a while to agree. */
    private int masterOf(int slot) {
        cluster.awaitAgreed();
        return cluster.masterOf(slot, 0);
    }

    private List<String> masters() {
        cluster.awaitAgreed();
        return IntStream.range(0, MASTERS)
                .map(i -> cluster.masterOf(i * SLOTS / MASTERS + 1, 0))
                .distinct()
                .mapToObj(master -> cluster.server(master).url())
                .toList();
    }

    private void moveSlots() {
        int first = random.nextInt(SLOTS - SLOTS_THAT_MOVE);
        int from = masterOf(first);
        int last = first;
        while (last < first + SLOTS_THAT_MOVE - 1 && cluster.masterOf(last + 1, 0) == from) {
            last++;
        }
        int to = IntStream.range(0, MASTERS)
                .map(i -> cluster.masterOf(i * SLOTS / MASTERS + 1, 0))
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        cluster.move(first, last, to);
    }

    @Override
    public void close() {
        proxies.close();
        stranger.close();
        faults.forEach(RedisFaults::close);
        cluster.close();
    }
}
