package dev.roomcast.benchmarks;

import io.lettuce.core.LettuceVersion;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.EpollProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Stream;

/** The machine of a run, which a report needs to be useful. */
final class Machine {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    static void describe(Report report) {
        report.fact(Instant.now().truncatedTo(ChronoUnit.MINUTES) + ", load average " + load() + " before the run");
        report.fact(String.format(
                Locale.ROOT,
                "%s %s, %d processors (%s)",
                property("os.name"),
                property("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                processor()));
        report.fact("JDK " + property("java.runtime.version") + ", " + property("java.vm.name"));
    }

    static void describeRedis(Report report, String redisUrl) {
        String transport = EpollProvider.isAvailable() ? "epoll" : "NIO";
        report.fact("Redis " + redisVersion(redisUrl) + ", Lettuce " + LettuceVersion.getVersion() + " over "
                + transport + " for both sides");
    }

    static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown " + name);
    }

    private static String processor() {
        if (!Files.isReadable(PROCESSORS)) {
            return "of unknown kind";
        }
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return after("model name", lines);
        } catch (IOException e) {
            return "of unknown kind: " + e.getMessage();
        }
    }

    private static String redisVersion(String redisUrl) {
        RedisClient client = RedisClient.create(redisUrl);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return after("redis_version", connection.sync().info("server").lines());
        } finally {
            client.shutdown();
        }
    }

    private static String after(String key, Stream<String> lines) {
        return lines.filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("of unknown kind");
    }
}
