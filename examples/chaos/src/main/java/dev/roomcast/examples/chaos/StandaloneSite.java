package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** One Redis, which the nodes on each seat reach through a proxy of their own. */
final class StandaloneSite implements Site {

    private final TestRedis redis;
    private final Pause pause;
    private final RedisFaults faults;
    private final Stranger stranger;
    private final Map<String, Proxy> proxies = new LinkedHashMap<>();

    private StandaloneSite(TestRedis redis, Random random, Pause pause) {
        this.redis = redis;
        this.pause = pause;
        this.faults = new RedisFaults(redis, pause);
        this.stranger = new Stranger(redis.url(), pause, random);
    }

    static StandaloneSite open(Random random, Pause pause) throws IOException {
        StandaloneSite site = new StandaloneSite(TestRedis.start(), random, pause);
        for (String seat : Plan.SEATS) {
            site.proxies.put(seat, new Proxy(site.redis.port()));
        }
        return site;
    }

    @Override
    public Map<String, String> settings(String seat) {
        return Map.of("roomcast.redis.url", "redis://127.0.0.1:" + proxy(seat).port());
    }

    private Proxy proxy(String seat) {
        Proxy proxy = proxies.get(seat);
        if (proxy == null) {
            throw new IllegalArgumentException("nobody sits on " + seat);
        }
        return proxy;
    }

    @Override
    public void happen(Plan.Planned fault) throws IOException, InterruptedException {
        switch (fault.kind().place()) {
            case REDIS -> faults.happen(fault.kind(), fault.lasts());
            case CHANNELS -> stranger.litter(fault.lasts());
            case LINK -> happen(fault.kind(), proxy(fault.seat()), fault.lasts());
            case NODE -> throw new IllegalArgumentException(fault + " is no fault of Redis, or of the way to it");
        }
    }

    private void happen(Fault kind, Proxy proxy, Duration lasts) throws InterruptedException {
        switch (kind) {
            case LINK_CUT -> proxy.refuse();
            case LINK_STALLED -> proxy.stall();
            case LINK_DEAF -> proxy.swallow(Proxy.Way.TO_NODE);
            case LINK_MUTE -> proxy.swallow(Proxy.Way.TO_REDIS);
            default -> throw new IllegalArgumentException(kind + " is no fault of a link");
        }
        try {
            pause.of(lasts);
        } finally {
            proxy.mend();
        }
    }

    @Override
    public void close() throws IOException {
        for (Proxy proxy : proxies.values()) {
            proxy.close();
        }
        stranger.close();
        faults.close();
        redis.close();
    }
}
