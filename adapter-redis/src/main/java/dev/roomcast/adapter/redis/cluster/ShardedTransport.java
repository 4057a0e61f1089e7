package dev.roomcast.adapter.redis.cluster;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.config.RedisEndpoints;
import dev.roomcast.adapter.redis.connection.CommandFailure;
import dev.roomcast.adapter.redis.connection.Partitions;
import dev.roomcast.adapter.redis.connection.RedisConnector;
import dev.roomcast.adapter.redis.connection.RedisFailure;
import dev.roomcast.adapter.redis.connection.RedisTransport;
import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends and receives frames over the sharded Pub/Sub of a Redis Cluster. Every channel is on one master, by its
 * {@linkplain Partitions partition}, and the node has two connections to every master. The channels of the namespace
 * and of nodes are treated like all others.
 *
 * <p>The transport reads the owners of slots every few seconds, and as soon as a server disowns a slot, a channel is
 * dropped or a connection is lost. A channel whose master is unavailable waits here for its next master. Only if no
 * master is available at all does the engine have to subscribe again.
 *
 * <p><i>Threading:</i> thread-safe. Channels and masters are managed on one thread, the executor's.
 */
public final class ShardedTransport implements Transport {

    /** Of two masters, one may be slow for as long as it takes to give it up. */
    private static final int OVERTAKING = 1 << 14;

    private static final Logger log = LoggerFactory.getLogger(ShardedTransport.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_SOON = Duration.ofMillis(100);
    /** So long the first masters wait for the last one, which may be away. */
    private static final Duration LAST_MASTER = Duration.ofSeconds(1);
    /** By one call: it is here that channels are put together by partition, into commands of a bearable size. */
    private static final int SUBSCRIBE_BATCH = 1 << 20;

    private static final int CHANNELS_OF_A_COMMAND = 512;
    /** How often it is found so: a master may learn a little later than others that a slot is its own no longer. */
    private static final int STALE = 10;
    /**
     * The same of one that has no slots left: a master that became a replica keeps its subscribers, and sends them
     * nothing.
     */
    private static final int STALE_WITHOUT_SLOTS = 2;

    private final Receiver receiver;
    private final TransportCapabilities capabilities;
    private final RedisConnector connector;
    private final ControlExecutor executor;
    private final LogInterval blindLooks = new LogInterval();
    private final ShardedPublisher publisher;
    private final ClusterView view;
    private final List<Shard> shards = new CopyOnWriteArrayList<>();
    private volatile @Nullable CompletionStage<Void> closed;
    private Future<?> watch = CompletableFuture.completedFuture(null);

    // On the executor only.
    private final @Nullable Shard[] owners = new Shard[Partitions.COUNT];
    /** Channels that were asked for and wait for their master. */
    private final List<Set<String>> waiting = IntStream.range(0, Partitions.COUNT)
            .<Set<String>>mapToObj(p -> new LinkedHashSet<>())
            .toList();

    /** Whether nothing is published yet, because some masters are still to come. */
    private boolean isPatient = true;

    private CompletableFuture<?> looking = CompletableFuture.completedFuture(null);
    private Future<?> nextLook = looking;
    private int failures;

    public ShardedTransport(Settings settings, RedisConnector connector, RedisEndpoints site, Receiver receiver) {
        this.receiver = receiver;
        this.capabilities = RedisTransport.capabilities(settings)
                .subscribeBatch(SUBSCRIBE_BATCH)
                .overtaking(OVERTAKING)
                .build();
        this.connector = connector;
        this.executor = connector.executor();
        this.view = new ClusterView(connector, site.servers());
        this.publisher = new ShardedPublisher(executor::offer, System::nanoTime, this::moved);
    }

    public void start() {
        watch = executor.every(LOOK_AGAIN, this::lookSoon);
        onExecutor(Duration.ZERO, this::look);
    }

    Receiver receiver() {
        return receiver;
    }

    @Override
    public TransportCapabilities capabilities() {
        return capabilities;
    }

    // ---- frames

    @Override
    public void publish(List<? extends Outgoing> pass) {
        publisher.publish(pass);
    }

    void publishing(Shard shard, Optional<Throwable> down) {
        onExecutor(Duration.ZERO, () -> {
            if (down.isEmpty()) {
                publisher.up(shard);
                tellPublishing();
                onExecutor(LAST_MASTER, () -> {
                    isPatient = false;
                    tellPublishing();
                });
            } else {
                if (shards.stream().noneMatch(Shard::isPublishing)) {
                    isPatient = true;
                    receiver.publishing(down);
                }
                lookSoon();
            }
        });
    }

    /** Again for each master that comes: what was due while it was away is said then. */
    private void tellPublishing() {
        boolean all = Arrays.stream(owners).allMatch(owner -> owner != null && owner.isPublishing());
        boolean any = shards.stream().anyMatch(Shard::isPublishing);
        if (all || any && !isPatient) {
            isPatient = false;
            receiver.publishing(Optional.empty());
        }
    }

    /** A master says that a partition is another's. */
    private void moved(int partition, String answer) {
        Shard from = owners[partition];
        if (from != null) {
            Slots.movedTo(answer, from.address()).ifPresent(to -> owns(shard(to), partition));
        }
        lookSoon();
    }

    // ---- channels

    @Override
    public void subscribe(Collection<String> channels) {
        List<String> asked = List.copyOf(channels);
        onExecutor(Duration.ZERO, () -> ask(asked));
    }

    private void ask(Collection<String> channels) {
        Set<Integer> partitions = new LinkedHashSet<>();
        for (String channel : channels) {
            int partition = Partitions.of(channel);
            waiting.get(partition).add(channel);
            partitions.add(partition);
        }
        if (shards.stream().anyMatch(Shard::isHearing)) {
            partitions.forEach(this::route);
        } else {
            answerWaiting(new RedisFailure("not connected to " + this));
        }
    }

    /** Hands over what waits for a partition's master, if that is there. */
    private void route(int partition) {
        Shard owner = owners[partition];
        Set<String> channels = waiting.get(partition);
        if (owner == null || !owner.isHearing() || channels.isEmpty()) {
            return;
        }
        List<String> all = List.copyOf(channels);
        channels.clear();
        for (int from = 0; from < all.size(); from += CHANNELS_OF_A_COMMAND) {
            owner.server().subscribe(all.subList(from, Math.min(all.size(), from + CHANNELS_OF_A_COMMAND)));
        }
    }

    private void answerWaiting(Throwable why) {
        for (Set<String> channels : waiting) {
            channels.forEach(channel -> receiver.unavailable(channel, why));
            channels.clear();
        }
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        List<String> given = List.copyOf(channels);
        onExecutor(Duration.ZERO, () -> {
            Map<Integer, List<String>> byPartition = new HashMap<>();
            given.forEach(channel -> byPartition
                    .computeIfAbsent(Partitions.of(channel), p -> new ArrayList<>())
                    .add(channel));
            byPartition.forEach(this::giveUp);
        });
    }

    private void giveUp(int partition, List<String> channels) {
        Shard owner = owners[partition];
        if (owner != null) {
            for (int from = 0; from < channels.size(); from += CHANNELS_OF_A_COMMAND) {
                owner.server()
                        .unsubscribe(channels.subList(from, Math.min(channels.size(), from + CHANNELS_OF_A_COMMAND)));
            }
        }
    }

    /** A master that was asked for channels has not subscribed them. */
    void unserved(Shard shard, Collection<String> channels, Throwable why) {
        onExecutor(Duration.ZERO, () -> {
            Set<Integer> partitions = new HashSet<>();
            for (String channel : channels) {
                int partition = Partitions.of(channel);
                waiting.get(partition).add(channel);
                partitions.add(partition);
            }
            Slots.movedTo(CommandFailure.saidBy(why), shard.address())
                    .map(this::shard)
                    .filter(to -> to != shard)
                    .ifPresent(to -> partitions.forEach(partition -> owns(to, partition)));
            answerIfDeaf(why);
            lookSoon();
        });
    }

    /** A master can be asked for channels. */
    void subscribable(Shard shard) {
        shard.isFailing = false;
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            if (owners[partition] == shard) {
                route(partition);
            }
        }
    }

    /** A subscribe connection is gone. */
    void deaf(Shard shard, Throwable why) {
        onExecutor(Duration.ZERO, () -> {
            answerIfDeaf(why);
            lookSoon();
        });
    }

    private void answerIfDeaf(Throwable why) {
        if (shards.stream().noneMatch(Shard::isHearing)) {
            answerWaiting(why);
        }
    }

    @Override
    public void reset(Link link, String reason) {
        // Its caller may have been told of the link before the shard knows that it is its own.
        onExecutor(
                Duration.ZERO,
                () -> shards.forEach(shard -> {
                    Shard.ShardLink own = shard.link();
                    if (own != null && own.isOf(link)) {
                        shard.server().reset(own, reason);
                    }
                }));
    }

    @Override
    public void resetPublishing(Collection<String> channels, String reason) {
        List<String> silent = List.copyOf(channels);
        onExecutor(
                Duration.ZERO,
                () -> silent.stream()
                        .map(channel -> owners[Partitions.of(channel)])
                        .filter(Objects::nonNull)
                        .distinct()
                        .forEach(shard -> shard.server().resetPublishing(reason)));
    }

    // ---- masters

    /** An attempt to connect has failed. That one master of several is away is no reason to call the whole Cluster away. */
    void failed(Shard shard, Throwable why) {
        if (shards.stream().noneMatch(Shard::isHearing)) {
            receiver.linkFailed(why);
        } else if (!shard.isFailing && shard.logsFailures.isOver()) {
            log.warn(
                    "One master of the Redis Cluster is unavailable, and so are the rooms on it: {}", why.getMessage());
        }
        shard.isFailing = true;
        lookSoon();
    }

    /** The master at that address, which is connected to if that is news. */
    private Shard shard(RedisAddress address) {
        for (Shard known : shards) {
            if (known.address().equals(address)) {
                return known;
            }
        }
        Shard added = new Shard(address, connector, this);
        shards.add(added);
        added.server().start();
        return added;
    }

    private void owns(@Nullable Shard shard, int partition) {
        if (owners[partition] != shard) {
            owners[partition] = shard;
            publisher.master(partition, shard);
            route(partition);
        }
    }

    /** Looks once, and not at once: who has just lost a slot may not know yet to whom. */
    private void lookSoon() {
        onExecutor(Duration.ZERO, () -> {
            if (nextLook.isDone()) {
                nextLook = executor.after(
                        LOOK_SOON.multipliedBy(1 + Math.min(failures, 9)), () -> runUnlessClosed(this::look));
            }
        });
    }

    private void look() {
        if (looking.isDone()) {
            CompletableFuture<Slots> answer = ControlExecutor.guarded(() -> view.look(List.copyOf(shards)))
                    .toCompletableFuture();
            looking = answer;
            answer.whenComplete((slots, failure) -> onExecutor(Duration.ZERO, () -> {
                if (failure == null) {
                    saw(slots);
                } else {
                    failures++;
                    blind(failure);
                }
            }));
        }
    }

    private void blind(Throwable failure) {
        Throwable why = RedisFailure.causeOf(failure);
        if (shards.stream().noneMatch(Shard::isHearing)) {
            receiver.linkFailed(why);
        } else if (blindLooks.isOver()) {
            log.warn("No server of the Redis Cluster names its masters: {}", why.getMessage());
        }
        lookSoon();
    }

    private void saw(Slots slots) {
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            RedisAddress owner = slots.owners()[partition];
            Shard shard = owner == null ? null : shard(owner);
            owns(shard, partition);
            if (shard != null && (shards.size() == 1 || !shard.address().equals(slots.asked()))) {
                shard.vouchedFor();
            }
            // Asked for in vain before, perhaps.
            route(partition);
        }
        boolean allIsWell = true;
        for (Shard shard : shards) {
            allIsWell &= isInOrder(shard);
        }
        failures = allIsWell ? 0 : failures + 1;
        if (!allIsWell) {
            lookSoon();
        }
    }

    /** Returns whether nothing is to be looked after soon. */
    private boolean isInOrder(Shard shard) {
        boolean isOwner = IntStream.range(0, Partitions.COUNT).anyMatch(p -> owners[p] == shard);
        Shard.ShardLink link = shard.link();
        boolean isStale = link != null
                && IntStream.range(0, Partitions.COUNT).anyMatch(p -> owners[p] != shard && link.hasChannelsOf(p));
        shard.stale = isStale ? shard.stale + 1 : 0;
        if (link != null && shard.stale >= (isOwner ? STALE : STALE_WITHOUT_SLOTS)) {
            // A server that is cut off from its Cluster keeps its subscribers, and hears nothing for them.
            shard.server().reset(link, "others have slots for which it has subscribers");
        } else if (!isOwner && !isStale) {
            shards.remove(shard);
            shard.server().end(new RedisFailure(shard.address() + " has no slots any more"));
            return true;
        }
        return !isStale && isOwner && shard.isHearing() && shard.isPublishing();
    }

    private void onExecutor(Duration delay, Runnable step) {
        executor.after(delay, () -> runUnlessClosed(step));
    }

    private void runUnlessClosed(Runnable step) {
        if (closed == null) {
            step.run();
        }
    }

    @Override
    public synchronized CompletionStage<Void> close() {
        CompletionStage<Void> closing = closed;
        if (closing == null) {
            // Before anything ends, so that nobody hears of it as a loss.
            watch.cancel(false);
            shards.forEach(shard -> shard.server().close());
            closing =
                    connector.close(() -> shards.forEach(shard -> shard.server().retire()));
            closed = closing;
            publisher.close();
        }
        return closing;
    }

    @Override
    public String toString() {
        return "the Redis Cluster of " + view;
    }
}
