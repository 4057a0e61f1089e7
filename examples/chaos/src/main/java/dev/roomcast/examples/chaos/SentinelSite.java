package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestRedis;
import dev.roomcast.testredis.TestSentinel;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A master with a replica, and the Sentinels that watch them. What happens to Redis happens to whichever is the master. */
final class SentinelSite implements Site {

    /** How the names of a node's connections begin. */
    private static final String CONNECTIONS = "roomcast-";

    private final TestSentinel all;
    private final Pause pause;
    private final Map<TestRedis, RedisFaults> faults = new LinkedHashMap<>();
    private final Stranger stranger;
    private final Proxies proxies;

    private SentinelSite(TestSentinel all, Random random, Pause pause, Proxies proxies) {
        this.all = all;
        this.pause = pause;
        this.stranger = new Stranger(PubSub.CLASSIC, pause, random);
        this.proxies = proxies;
        all.servers().forEach(server -> faults.put(server, new RedisFaults(server, PubSub.CLASSIC, pause)));
    }

    static SentinelSite open(Random random, Pause pause) throws IOException {
        TestSentinel all = TestSentinel.start();
        List<Integer> ports = all.servers().stream().map(TestRedis::port).toList();
        return new SentinelSite(all, random, pause, Proxies.to(ports, pause));
    }

    @Override
    public Map<String, String> settings(String seat) {
        return Map.of(
                "roomcast.redis.url", all.url(), Detours.KEY, proxies.from(seat).toString());
    }

    /** A replica that is not there yet cannot take over, and a failover that is going on takes the master with it. */
    @Override
    public void settle() {
        all.awaitAgreed();
    }

    @Override
    public void happen(Plan.Planned fault) throws InterruptedException {
        switch (fault.kind().place()) {
            case REDIS -> happen(fault.kind(), fault.lasts());
            case CHANNELS -> stranger.litter(List.of(all.master().url()), fault.lasts());
            case LINK -> proxies.happen(fault.kind(), fault.seat(), fault.lasts());
            case NODE -> throw new IllegalArgumentException(fault + " is no fault of Redis, or of the way to it");
        }
    }

    private void happen(Fault kind, Duration lasts) throws InterruptedException {
        switch (kind) {
            case FAILOVER -> all.failOver();
            case REPLACED -> {
                TestRedis before = all.replaceMaster();
                pause.of(lasts);
                before.restart();
            }
            default -> master().happen(kind, lasts);
        }
        // The failover that it has brought about, perhaps, is a part of it, and so is the time for which nodes are on
        // both servers.
        all.awaitMaster();
        all.awaitFollowed(CONNECTIONS);
    }

    private RedisFaults master() {
        RedisFaults master = faults.get(all.master());
        if (master == null) {
            throw new IllegalStateException("the Sentinels name a master that nobody has started");
        }
        return master;
    }

    @Override
    public void close() {
        proxies.close();
        stranger.close();
        faults.values().forEach(RedisFaults::close);
        all.close();
    }
}
