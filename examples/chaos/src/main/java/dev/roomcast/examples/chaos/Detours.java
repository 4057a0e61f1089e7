package dev.roomcast.examples.chaos;

import io.lettuce.core.internal.HostAndPort;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.MappingSocketAddressResolver;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * By which ports of this machine a node reaches the servers, whose own ports it learns from these themselves.
 *
 * @param ports of the proxies, by those of the servers
 */
record Detours(Map<Integer, Integer> ports) {

    /** Under this key a node gets them, beside its adapter's settings. */
    static final String KEY = "chaos.detours";

    private static final String LOOPBACK = "127.0.0.1";

    static Detours parse(String text) {
        Map<Integer, Integer> ports = new TreeMap<>();
        for (String detour : text.split(",")) {
            String[] ends = detour.split(">");
            ports.put(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        }
        return new Detours(ports);
    }

    /** Threads of Lettuce's, as the adapter would have its own, that take the detours. */
    ClientResources resources() {
        Function<HostAndPort, HostAndPort> detour =
                server -> HostAndPort.of(LOOPBACK, ports.getOrDefault(server.getPort(), server.getPort()));
        return ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .socketAddressResolver(MappingSocketAddressResolver.create(detour))
                .build();
    }

    @Override
    public String toString() {
        return ports.entrySet().stream()
                .map(detour -> detour.getKey() + ">" + detour.getValue())
                .collect(Collectors.joining(","));
    }
}
