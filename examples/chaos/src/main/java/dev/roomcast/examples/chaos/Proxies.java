package dev.roomcast.examples.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ways of the nodes to all servers: from each seat a {@link Proxy} to each of them. A fault of a link is one of all ways from a seat.
 *
 * <p><i>Threading:</i> used by one thread.
 */
final class Proxies implements AutoCloseable {

    private final Site.Pause pause;
    private final Map<String, Map<Integer, Proxy>> bySeat = new LinkedHashMap<>();

    private Proxies(Site.Pause pause) {
        this.pause = pause;
    }

    static Proxies to(List<Integer> servers, Site.Pause pause) throws IOException {
        Proxies proxies = new Proxies(pause);
        for (String seat : Plan.SEATS) {
            Map<Integer, Proxy> all = new TreeMap<>();
            for (int port : servers) {
                all.put(port, new Proxy(port));
            }
            proxies.bySeat.put(seat, all);
        }
        return proxies;
    }

    Detours from(String seat) {
        Map<Integer, Integer> ports = new TreeMap<>();
        of(seat).forEach((server, proxy) -> ports.put(server, proxy.port()));
        return new Detours(ports);
    }

    private Map<Integer, Proxy> of(String seat) {
        Map<Integer, Proxy> proxies = bySeat.get(seat);
        if (proxies == null) {
            throw new IllegalArgumentException("nobody sits on " + seat);
        }
        return proxies;
    }

    void happen(Fault kind, String seat, Duration lasts) throws InterruptedException {
        for (Proxy proxy : of(seat).values()) {
            switch (kind) {
                case LINK_CUT -> proxy.refuse();
                case LINK_STALLED -> proxy.stall();
                case LINK_DEAF -> proxy.swallow(Proxy.Way.TO_NODE);
                case LINK_MUTE -> proxy.swallow(Proxy.Way.TO_REDIS);
                default -> throw new IllegalArgumentException(kind + " is no fault of a link");
            }
        }
        try {
            pause.of(lasts);
        } finally {
            of(seat).values().forEach(Proxy::mend);
        }
    }

    @Override
    public void close() {
        bySeat.values().forEach(proxies -> proxies.values().forEach(Proxy::close));
    }
}
