package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.config.RedisAddress;
import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two connections to one server open: one to publish, one to subscribe. A subscribed connection accepts few other
 * commands, and a burst of received frames must not delay frames to be sent.
 *
 * <p><b>Why Lettuce does not reconnect.</b> Lettuce would revive a connection object: it would repeat PUBLISH commands
 * from before the outage, subscribe to all channels by one very large command, wait up to 30 s, and report little of
 * this. Here each connection is a new object, so nothing is repeated, stale answers are recognized by identity, and
 * each subscribe connection is one {@link Link}. One loop opens each missing connection, so an attempt is counted once.
 *
 * <p><i>Threading:</i> thread-safe. State changes are made on one thread, the executor's. Frames and their answers do
 * not use it.
 */
public final class RedisServer {

    /** Says where the server is now: a name may come to mean another one. */
    @FunctionalInterface
    interface Locator {
        CompletionStage<RedisAddress> locate();

        /** For how long it may have been another one that was there for others, until now; zero where there is no other. */
        default Duration sinceNamed(RedisAddress address) {
            return Duration.ZERO;
        }
    }

    /** Receives the events of the connections. */
    public interface Owner {

        /**
         * The subscribe connection is up.
         *
         * @return the link that receives the events of the connection
         */
        Link linkUp(RedisAddress at);

        /** The link is reported, and channels may be subscribed. On the executor. */
        default void subscribable() {}

        /** Whether frames can be published. */
        void publishing(Optional<Throwable> down);

        /** An attempt has failed. */
        void failed(Throwable why);

        /** The server refuses a channel, and will again. */
        void refused(String channel, Throwable why);

        /** These are not subscribed: the connection is gone, or another server is the one to ask. */
        void unavailable(Collection<String> channels, Throwable why);
    }

    private static final Logger log = LoggerFactory.getLogger(RedisServer.class);
    private static final Duration DELAY_STEP = Duration.ofMillis(50);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);
    /** A master that became a replica is left within this time. */
    private static final Duration ROLE_CHECK_INTERVAL = Duration.ofSeconds(2);

    private static final Duration WATCH = Duration.ofSeconds(1);

    private final RedisConnector connector;
    private final PubSub pubSub;
    private final Locator locator;
    private final Owner owner;
    private final Duration commandTimeout;
    private final Runnable renewal = this::authenticateSoon;
    private final ControlExecutor executor;
    private final KeepAlive.Schedule schedule;

    /** Held while a link comes up and while a channel is answered because there is none, so that these have an order. */
    private final Object links = new Object();

    private final LogInterval subscribeRefusals = new LogInterval();
    private final LogInterval publishRefusals = new LogInterval();

    private volatile @Nullable SubscribeConnection subscribing;
    private volatile @Nullable PublishConnection publishing;
    /** How long the server may have been a replica when it was left as one. */
    private volatile Duration demotedFor = Duration.ZERO;

    private volatile @Nullable Throwable lastFailure;
    private volatile boolean closed;
    private volatile Future<?> watch = CompletableFuture.completedFuture(null);

    // On the executor only.
    private int attempts;
    private CompletableFuture<Void> attempt = CompletableFuture.completedFuture(null);
    private Future<?> nextAttempt = attempt;
    private @Nullable RedisAddress connectedTo;
    /** How often the server has turned out to be another one. */
    private int moves;

    public RedisServer(RedisConnector connector, PubSub pubSub, Locator locator, Owner owner) {
        this.connector = connector;
        this.pubSub = pubSub;
        this.locator = locator;
        this.owner = owner;
        this.commandTimeout = connector.timing().command();
        this.executor = connector.executor();
        this.schedule = new KeepAlive.Schedule(
                executor, connector.timing().pingInterval(), connector.timing().longestSilence(), this::steady);
    }

    public void start() {
        connector.logins().onRenewal(renewal);
        // By itself a lost connection is noticed at once, unless there was no memory left to say so.
        watch = executor.every(WATCH, () -> runUnlessClosed(this::reconnect));
        onExecutor(Duration.ZERO, this::connect);
    }

    /** Whether frames can be handed over now. */
    boolean isPublishing() {
        return publishing != null;
    }

    /** Publishes frames, each of which is answered. */
    public void publish(List<? extends Outgoing> pass) {
        PublishConnection connection = publishing;
        if (connection == null) {
            RedisFailure why = notConnected();
            pass.forEach(frame -> frame.notSent(why));
        } else {
            connection.publish(pass);
        }
    }

    /** Asks which server has which slots. */
    public CompletionStage<List<Object>> clusterSlots() {
        PublishConnection connection = publishing;
        return connection == null ? CompletableFuture.failedStage(notConnected()) : connection.clusterSlots();
    }

    /** Asks for channels, each of which is answered. */
    public void subscribe(Collection<String> channels) {
        synchronized (links) {
            SubscribeConnection connection = subscribing;
            if (connection == null || !connection.subscribe(channels)) {
                owner.unavailable(channels, notConnected());
            }
        }
    }

    public void unsubscribe(Collection<String> channels) {
        SubscribeConnection connection = subscribing;
        if (connection != null) {
            connection.unsubscribe(channels);
        }
    }

    /**
     * Ends that life of the subscribe connection, if it has not ended, and the publish connection with it: where a name has come to
     * mean another server, the one that stays is what keeps the two apart.
     */
    public void reset(Link link, String reason) {
        // Its caller may have been told of the link before the connection knows that it is its own.
        onExecutor(Duration.ZERO, () -> {
            SubscribeConnection connection = subscribing;
            if (connection != null && connection.isOf(link)) {
                giveUp(new RedisFailure("the link to Redis at " + where() + " was reset: " + reason));
            }
        });
    }

    /** Ends this life of the publish connection, if there is one. */
    public void resetPublishing(String reason) {
        PublishConnection connection = publishing;
        if (connection != null) {
            connection.down(
                    new RedisFailure("the publish connection to Redis at " + where() + " was reset: " + reason));
        }
    }

    /** The server is another one from now on: what leads elsewhere, or is about to, is given up. On the executor. */
    void isAt(RedisAddress address) {
        RedisAddress before = connectedTo;
        if (before != null && !before.equals(address)) {
            moves++;
            giveUp(new RedisFailure("the server is at " + address + " now, and no longer at " + before));
        }
    }

    /** Ends for ever, and reports its link as down. On the executor. */
    public void end(RedisFailure why) {
        close();
        giveUp(why);
    }

    /**
     * Ends the publish connection first, so that nothing is published on it by a caller that learns that the link is
     * down.
     */
    private void giveUp(RedisFailure why) {
        PublishConnection publish = publishing;
        if (publish != null) {
            publish.down(why);
        }
        SubscribeConnection subscribe = subscribing;
        if (subscribe != null) {
            subscribe.down(why);
        }
    }

    private RedisFailure notConnected() {
        Throwable why = lastFailure;
        return new RedisFailure("not connected to Redis at " + where() + ", attempts go on"
                + (why == null ? "; see the log for the first that fails" : ": " + why.getMessage()));
    }

    private String where() {
        RedisAddress address = connectedTo;
        return address == null ? locator.toString() : address.toString();
    }

    /** One attempt for what is missing, unless one is under way. Its stage ends in any case, and whatever it fails with is a failure. */
    private void connect() {
        if (isMissing() && attempt.isDone()) {
            int move = moves;
            attempt = ControlExecutor.guarded(this::located)
                    .thenComposeAsync(address -> connect(address, move), executor)
                    .toCompletableFuture();
            attempt.whenComplete((done, failure) -> onExecutor(Duration.ZERO, () -> ended(failure)));
        }
    }

    /** If one connection is up, the other one goes where it leads. */
    private CompletionStage<RedisAddress> located() {
        RedisAddress address = connectedTo;
        return isBound() && address != null ? CompletableFuture.completedFuture(address) : locator.locate();
    }

    /** @param move what was located after so many moves may have moved since, and is not taken then */
    private CompletionStage<Void> connect(RedisAddress address, int move) {
        connectedTo = address;
        RedisLogin login = connector.logins().login();
        CompletableFuture<Void> subscribe = subscribing != null
                ? CompletableFuture.completedFuture(null)
                : connector
                        .subscribeConnection(address, pubSub, login)
                        .thenCompose(this::unlessReplica)
                        .thenAcceptAsync(lettuce -> subscribeOn(address, move, lettuce, login), executor)
                        .toCompletableFuture();
        CompletableFuture<Void> publish = publishing != null
                ? CompletableFuture.completedFuture(null)
                : connector
                        .publishConnection(address, login)
                        .thenCompose(this::unlessReplica)
                        .thenAcceptAsync(lettuce -> publishOn(address, move, lettuce, login), executor)
                        .toCompletableFuture();
        return CompletableFuture.allOf(subscribe, publish)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(explained(address, failure)));
    }

    /** Checked before the connection counts as up, so that a replica is a failed attempt and never a link that comes and goes. */
    private <C extends StatefulRedisConnection<String, byte[]>> CompletionStage<C> unlessReplica(C lettuce) {
        return role(lettuce).handle((role, failure) -> {
            if (failure == null && role != ServerRole.REPLICA) {
                return lettuce;
            }
            lettuce.closeAsync();
            throw failure != null ? new CompletionException(failure) : new RedisFailure(ConnectFailure.IS_REPLICA);
        });
    }

    private CompletionStage<ServerRole> role(StatefulRedisConnection<String, byte[]> lettuce) {
        return connector.allowsReplica()
                ? CompletableFuture.completedStage(ServerRole.IRRELEVANT)
                : ServerRole.of(lettuce);
    }

    /**
     * A master may become a replica and keep its connections: nobody closes them where no Sentinel is in charge.
     *
     * @param asMaster when it was last known to be a master
     */
    private void checkRoleLater(
            RedisAddress address,
            PublishConnection of,
            StatefulRedisConnection<String, byte[]> lettuce,
            long asMaster) {
        Runnable check = () -> {
            if (publishing == of) {
                long asked = System.nanoTime();
                ControlExecutor.guarded(() -> role(lettuce))
                        .whenComplete((role, failure) -> onExecutor(Duration.ZERO, () -> {
                            if (publishing != of || role == ServerRole.IRRELEVANT) {
                                return;
                            }
                            if (role == ServerRole.REPLICA) {
                                leaveReplica(address, Duration.ofNanos(System.nanoTime() - asMaster));
                            } else {
                                checkRoleLater(address, of, lettuce, role == ServerRole.MASTER ? asked : asMaster);
                            }
                        }));
            }
        };
        // An unexpected error would end the checks silently, so it ends the connection.
        executor.after(ROLE_CHECK_INTERVAL, () -> runUnlessClosed(check), of::down);
    }

    private void leaveReplica(RedisAddress address, Duration demotedFor) {
        this.demotedFor = demotedFor;
        giveUp(connector.explain(address, new RedisFailure(ConnectFailure.IS_REPLICA)));
    }

    /** For how long another server may have handed on frames that this one did not. */
    private Duration deafFor(RedisAddress address) {
        Duration named = locator.sinceNamed(address);
        return named.compareTo(demotedFor) > 0 ? named : demotedFor;
    }

    /** Where one connection is up, the other one belongs to the same address, and must not go to another one. */
    private RedisFailure explained(RedisAddress address, Throwable failure) {
        return isBound() ? connector.explain(address, failure) : connector.failed(address, failure);
    }

    private boolean isBound() {
        return subscribing != null || publishing != null;
    }

    private void ended(@Nullable Throwable failure) {
        try {
            if (failure != null) {
                Throwable cause = RedisFailure.causeOf(failure);
                RedisFailure told = cause instanceof RedisFailure known
                        ? known
                        : new RedisFailure(
                                "Redis at " + where() + " cannot be used (" + cause + "). Please report this", cause);
                lastFailure = told;
                owner.failed(told);
            }
        } finally {
            reconnect();
        }
    }

    /** Has what is missing connected soon. On the executor. */
    private void reconnect() {
        if (isMissing() && attempt.isDone() && nextAttempt.isDone()) {
            attempts++;
            nextAttempt = executor.after(delay(attempts), () -> runUnlessClosed(this::connect));
        }
    }

    /** Whether a connection is not there, or not any more. On the executor. */
    private boolean isMissing() {
        SubscribeConnection subscribe = subscribing;
        if (subscribe != null && subscribe.isGone()) {
            subscribing = null;
        }
        PublishConnection publish = publishing;
        if (publish != null && publish.isGone()) {
            publishing = null;
        }
        return subscribing == null || publishing == null;
    }

    /** Only now, or a server that drops each connection at once would be called on without a pause. */
    private void steady() {
        if (subscribing != null && publishing != null) {
            attempts = 0;
        }
    }

    /** Jitter only shortens it, by at most a half: many nodes that lost one Redis do not come back at once. */
    private static Duration delay(int attempt) {
        long longest = Math.min(DELAY_STEP.toMillis() * attempt, LONGEST_DELAY.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }

    private void subscribeOn(
            RedisAddress address, int move, StatefulRedisPubSubConnection<String, byte[]> lettuce, RedisLogin login) {
        SubscribeConnection connection = new SubscribeConnection(
                lettuce,
                connector.trafficOn(lettuce),
                new CommandFailure(address, "subscribe"),
                pubSub,
                login,
                owner,
                schedule,
                commandTimeout,
                () -> deafFor(address),
                this::lost);
        try {
            Link link;
            synchronized (links) {
                if (closed || move != moves) {
                    lettuce.closeAsync();
                    return;
                }
                demotedFor = Duration.ZERO;
                subscribing = connection;
                link = owner.linkUp(address);
            }
            connection.start(link);
            authenticate();
            owner.subscribable();
        } catch (Throwable t) {
            connection.down(t);
            throw t;
        }
    }

    private void publishOn(
            RedisAddress address, int move, StatefulRedisConnection<String, byte[]> lettuce, RedisLogin login) {
        PublishConnection connection = new PublishConnection(
                lettuce,
                connector.trafficOn(lettuce),
                new CommandFailure(address, "publish"),
                pubSub,
                login,
                schedule,
                commandTimeout,
                this::notPublishing,
                this::lost);
        try {
            synchronized (links) {
                if (closed || move != moves) {
                    lettuce.closeAsync();
                    return;
                }
                publishing = connection;
                owner.publishing(Optional.empty());
            }
            connection.start();
            authenticate();
            checkRoleLater(address, connection, lettuce, System.nanoTime());
        } catch (Throwable t) {
            connection.down(t);
            throw t;
        }
    }

    private void authenticateSoon() {
        onExecutor(Duration.ZERO, this::authenticate);
    }

    /** Each connection by those of now, unless it is by them already: they may have been renewed while it was made. */
    private void authenticate() {
        RedisLogin login = connector.logins().login();
        SubscribeConnection subscribe = subscribing;
        if (subscribe != null) {
            subscribe
                    .authenticate(login)
                    .whenComplete((done, failure) -> authenticated("subscribe", subscribeRefusals, failure));
        }
        PublishConnection publish = publishing;
        if (publish != null) {
            publish.authenticate(login)
                    .whenComplete((done, failure) -> authenticated("publish", publishRefusals, failure));
        }
    }

    private void authenticated(String role, LogInterval refusals, @Nullable Throwable failure) {
        if (failure != null && !closed && refusals.isOver()) {
            RedisAddress address = connectedTo;
            Throwable why = address == null ? failure : connector.explain(address, failure);
            log.warn("The {} connection keeps its earlier credentials: {}", role, why.getMessage());
        }
    }

    private void notPublishing(Throwable why) {
        if (!closed) {
            lastFailure = why;
            owner.publishing(Optional.of(why));
        }
    }

    private void lost() {
        onExecutor(Duration.ZERO, this::reconnect);
    }

    private void onExecutor(Duration delay, Runnable step) {
        executor.after(delay, () -> runUnlessClosed(step));
    }

    private void runUnlessClosed(Runnable step) {
        if (!closed) {
            step.run();
        }
    }

    /** No connection is opened any more, and no further event of open ones is reported. */
    public void close() {
        synchronized (links) {
            closed = true;
        }
        watch.cancel(false);
        connector.logins().forget(renewal);
    }

    /**
     * Reports no further event of the connections, which are closed with all others. On the executor, so that none
     * begins meanwhile.
     */
    public void retire() {
        SubscribeConnection subscribe = subscribing;
        if (subscribe != null) {
            subscribe.retire();
        }
        PublishConnection publish = publishing;
        if (publish != null) {
            publish.retire();
        }
    }
}
