package dev.roomcast.examples.chaos;

import dev.roomcast.testredis.TestRedis;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One Redis. */
final class StandaloneSite implements Site {

    private final TestRedis redis;
    private final RedisFaults faults;
    private final Stranger stranger;
    private final Proxies proxies;

    private StandaloneSite(TestRedis redis, Random random, Pause pause, Proxies proxies) {
        this.redis = redis;
        this.faults = new RedisFaults(redis, PubSub.CLASSIC, pause);
        this.stranger = new Stranger(PubSub.CLASSIC, pause, random);
        this.proxies = proxies;
    }

    static StandaloneSite open(Random random, Pause pause) throws IOException {
        TestRedis redis = TestRedis.start();
        return new StandaloneSite(redis, random, pause, Proxies.to(List.of(redis.port()), pause));
    }

    @Override
    public Map<String, String> settings(String seat) {
        int port = proxies.from(seat).ports().values().iterator().next();
        return Map.of("roomcast.redis.url", "redis://127.0.0.1:" + port);
    }

    @Override
    public void happen(Plan.Planned fault) throws InterruptedException {
        switch (fault.kind().place()) {
            case REDIS -> faults.happen(fault.kind(), fault.lasts());
            case CHANNELS -> stranger.litter(List.of(redis.url()), fault.lasts());
            case LINK -> proxies.happen(fault.kind(), fault.seat(), fault.lasts());
            case NODE -> throw new IllegalArgumentException(fault + " is no fault of Redis, or of the way to it");
        }
    }

    @Override
    public void close() {
        proxies.close();
        stranger.close();
        faults.close();
        redis.close();
    }
}
