package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisEndpoints;
import dev.roomcast.adapter.redis.config.RedisOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Locates the master by the first Sentinel that answers. The next request goes to that Sentinel first.
 *
 * <p><i>Threading:</i> thread-safe.
 */
public final class SentinelLocator implements RedisServer.Locator {

    /** The longest time after which a Sentinel learns of a failover that other Sentinels have made. */
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

    private static final String UNKNOWN = " knows no master of the name ";

    private final RedisConnector connector;
    private final RedisEndpoints site;
    private final LoginSource logins;
    private final List<RedisAddress> sentinels;
    /** When a Sentinel was last asked that named it. Each server that was ever the master: a few. */
    private final Map<RedisAddress, Long> named = new ConcurrentHashMap<>();

    /** @param logins as whom the Sentinels let us in; the site's login is the master's */
    public SentinelLocator(RedisConnector connector, RedisEndpoints site, LoginSource logins) {
        this.connector = connector;
        this.site = site;
        this.logins = logins;
        this.sentinels = new ArrayList<>(site.servers());
    }

    @Override
    public CompletionStage<RedisAddress> locate() {
        List<RedisAddress> all;
        synchronized (sentinels) {
            all = List.copyOf(sentinels);
        }
        // What is answered was so when it was asked, at the latest.
        long asked = System.nanoTime();
        return ask(all, List.of()).whenComplete((master, failure) -> {
            if (failure == null) {
                named.merge(master, asked, (one, other) -> one - other > 0 ? one : other);
            }
        });
    }

    @Override
    public Duration sinceNamed(RedisAddress address) {
        Long at = named.get(address);
        return at == null
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - at).plus(LONGEST_DELAY);
    }

    /** @param failures of those that were asked before */
    private CompletionStage<RedisAddress> ask(List<RedisAddress> all, List<Throwable> failures) {
        if (failures.size() == all.size()) {
            return CompletableFuture.failedStage(noneKnows(failures));
        }
        RedisAddress sentinel = all.get(failures.size());
        return connector
                .sentinelConnection(sentinel, logins.login())
                .thenCompose(this::ask)
                .<CompletionStage<RedisAddress>>handle((master, why) -> {
                    if (why == null && master.isPresent()) {
                        comesFirst(sentinel);
                        return CompletableFuture.completedFuture(master.get());
                    }
                    List<Throwable> more = new ArrayList<>(failures);
                    more.add(why == null ? unknown(sentinel) : connector.failedSentinel(sentinel, logins, why));
                    return ask(all, more);
                })
                .thenCompose(next -> next);
    }

    private CompletionStage<Optional<RedisAddress>> ask(StatefulRedisConnection<String, String> connection) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8)
                .add("GET-MASTER-ADDR-BY-NAME")
                .add(site.master());
        return connection
                .async()
                .dispatch(CommandType.SENTINEL, new ValueListOutput<>(StringCodec.UTF8), arguments)
                .thenApply(this::master)
                .whenComplete((master, failure) -> connection.closeAsync());
    }

    /** @param answer host and port, or nothing */
    private Optional<RedisAddress> master(List<String> answer) {
        return answer.size() < 2
                ? Optional.empty()
                : Optional.of(site.servers().get(0).at(answer.get(0), Integer.parseInt(answer.get(1))));
    }

    private RedisFailure unknown(RedisAddress sentinel) {
        return new RedisFailure("the Sentinel at " + sentinel + UNKNOWN + site.master());
    }

    private void comesFirst(RedisAddress sentinel) {
        synchronized (sentinels) {
            Collections.swap(sentinels, 0, sentinels.indexOf(sentinel));
        }
    }

    private RedisFailure noneKnows(List<Throwable> failures) {
        String said = failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        String remedy = said.contains(UNKNOWN)
                ? ". Compare the name with `sentinel monitor` there, and correct "
                        + RedisOptions.names(RedisOptions.URL)
                : "";
        return new RedisFailure("no Sentinel of " + this + " names its master: " + said + remedy, failures.get(0));
    }

    @Override
    public String toString() {
        return site.toString();
    }
}
