package dev.roomcast.adapter.redis.connection;

import dev.roomcast.adapter.redis.runtime.ControlExecutor;
import dev.roomcast.adapter.redis.runtime.LogInterval;
import dev.roomcast.adapter.spi.Link;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the connection on which channels are subscribed, and so one {@link Link}.
 *
 * <p><b>One command at a time.</b> Redis answers a SUBSCRIBE of many channels with as many confirmations, and Lettuce
 * completes the command that is on top of its stack at each of them that looks right. With a second SUBSCRIBE behind
 * the first, the second one is completed early; if it is then refused, its error goes to the command behind it, and
 * every answer from then on goes to the wrong command (in RESP2 a PING is enough for that). So each command, also a
 * PING or an AUTH, is written only after the previous one has been answered completely. Then answers cannot be paired
 * wrongly, whatever is refused. The cost is one round trip per batch of channels.
 *
 * <p><b>Errors</b> of SUBSCRIBE and UNSUBSCRIBE affect their channels only. If the state of the server is the cause (it
 * is busy or loading, or another one has the slot), the channels are requested again. Otherwise they are refused: Redis
 * refuses a SUBSCRIBE as a whole if the user may not see one of its channels, so the batch is halved until the refused
 * channels are alone.
 *
 * <p><i>Threading:</i> thread-safe. The lock guards the queue only; nothing is called under it.
 */
final class SubscribeConnection {

    private enum Kind {
        SUBSCRIBE,
        UNSUBSCRIBE,
        PING,
        AUTH;

        /** Whether each of its channels is answered by itself. */
        boolean isOfChannels() {
            return this == SUBSCRIBE || this == UNSUBSCRIBE;
        }
    }

    /** One command, until it is answered in full. */
    private static final class Request {

        final Kind kind;

        /** Its channels that are not answered yet. Guarded by the lock. */
        final Set<String> open;

        final CompletableFuture<Void> answered = new CompletableFuture<>();

        Request(Kind kind, Collection<String> channels) {
            this.kind = kind;
            this.open = new LinkedHashSet<>(channels);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(SubscribeConnection.class);
    /** In command timeouts, while bytes come: what Redis had to send before may be large frames. */
    private static final int LONGEST_ANSWER = 6;

    private static final Duration NEXT_TRY = Duration.ofMillis(100);

    private final StatefulRedisPubSubConnection<String, byte[]> connection;
    private final Traffic traffic;
    private final CommandFailure failure;
    private final PubSub pubSub;
    private volatile RedisLogin login;
    private final RedisServer.Owner owner;
    private final KeepAlive.Schedule schedule;
    private final Duration commandTimeout;
    private final Supplier<Duration> deafFor;
    private final Runnable lost;
    private final KeepAlive keepAlive;

    /** Channels that were given up, and whose subscription the server did not end: their frames are dropped. */
    private final Set<String> stillSent = ConcurrentHashMap.newKeySet();

    /** Each room that is given up may be refused. */
    private final LogInterval unsubscribeRefusals = new LogInterval();

    private final LogInterval receiverFailures = new LogInterval();

    private final Object lock = new Object();
    private final Deque<Request> waiting = new ArrayDeque<>();
    private @Nullable Request inFlight;
    private @Nullable Link link;
    private volatile boolean dead;
    private volatile boolean gone;

    SubscribeConnection(
            StatefulRedisPubSubConnection<String, byte[]> connection,
            Traffic traffic,
            CommandFailure failure,
            PubSub pubSub,
            RedisLogin login,
            RedisServer.Owner owner,
            KeepAlive.Schedule schedule,
            Duration commandTimeout,
            Supplier<Duration> deafFor,
            Runnable lost) {
        this.connection = connection;
        this.traffic = traffic;
        this.failure = failure;
        this.pubSub = pubSub;
        this.login = login;
        this.owner = owner;
        this.schedule = schedule;
        this.commandTimeout = commandTimeout;
        this.deafFor = deafFor;
        this.lost = lost;
        this.keepAlive = new KeepAlive(schedule, traffic, this::ping, this::down);
    }

    /** Goes to work. What was asked for before this has waited. */
    void start(Link ours) {
        synchronized (lock) {
            link = ours;
        }
        connection.addListener(new Incoming(ours));
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                down(new RedisFailure("Redis or the network has closed it"));
            }
        });
        if (connection.isOpen()) {
            keepAlive.start();
            next();
        } else {
            down(new RedisFailure("it was closed as soon as it was open"));
        }
    }

    boolean isOf(Link other) {
        synchronized (lock) {
            return link == other;
        }
    }

    /**
     * Asks for channels, each of which is answered.
     *
     * @return whether the connection still lives; if not, nothing is answered
     */
    boolean subscribe(Collection<String> channels) {
        return enqueue(new Request(Kind.SUBSCRIBE, channels));
    }

    void unsubscribe(Collection<String> channels) {
        enqueue(new Request(Kind.UNSUBSCRIBE, channels));
    }

    private CompletionStage<Void> ping() {
        return ahead(Kind.PING);
    }

    /**
     * Is somebody else from now on, or the same by another password. By the one who has made the connection.
     *
     * @return done as well if nothing is to be done
     */
    CompletionStage<?> authenticate(RedisLogin as) {
        if (as.equals(login)) {
            return CompletableFuture.completedStage(null);
        }
        login = as;
        return ahead(Kind.AUTH);
    }

    /** Ahead of what waits: the command in flight is the only one whose answer it has to wait for. */
    private CompletionStage<Void> ahead(Kind kind) {
        Request request = new Request(kind, Set.of());
        synchronized (lock) {
            waiting.addFirst(request);
        }
        next();
        return request.answered;
    }

    private boolean enqueue(Request request) {
        synchronized (lock) {
            if (dead) {
                return false;
            }
            waiting.addLast(request);
        }
        next();
        return true;
    }

    private void next() {
        Request request;
        String[] channels;
        synchronized (lock) {
            if (dead || link == null || inFlight != null || waiting.isEmpty()) {
                return;
            }
            request = waiting.removeFirst();
            channels = request.open.toArray(String[]::new);
            inFlight = request;
        }
        giveUpLater(request, 1);
        ControlExecutor.guarded(() -> write(request.kind, channels))
                .whenComplete((reply, failure) -> replied(request, failure));
    }

    /** Lettuce's own limit ends with the first confirmation, and knows nothing of bytes. */
    private void giveUpLater(Request request, int timeouts) {
        long reads = traffic.reads();
        schedule.executor()
                .after(commandTimeout, () -> giveUp(request, timeouts, traffic.reads() != reads), this::down);
    }

    private void giveUp(Request request, int timeouts, boolean isReading) {
        boolean unanswered;
        synchronized (lock) {
            unanswered = inFlight == request;
        }
        if (unanswered && isReading && timeouts < LONGEST_ANSWER) {
            giveUpLater(request, timeouts + 1);
        } else if (unanswered) {
            down(new RedisFailure("Redis did not answer " + request.kind + " within "
                    + commandTimeout.multipliedBy(timeouts).toMillis() + " ms"));
        }
    }

    private CompletionStage<?> write(Kind kind, String[] channels) {
        return switch (kind) {
            case SUBSCRIBE -> pubSub.subscribe(connection.async(), channels);
            case UNSUBSCRIBE -> pubSub.unsubscribe(connection.async(), channels);
            case PING -> connection.async().ping();
            case AUTH -> login.authenticate(connection.async());
        };
    }

    /** The reply of a command for channels says nothing, but for an error: each channel is confirmed by itself. */
    private void replied(Request request, @Nullable Throwable failure) {
        if (!request.kind.isOfChannels()) {
            finished(request);
            complete(request.answered, failure);
        } else if (failure instanceof RedisCommandExecutionException) {
            rejected(request, failure);
        } else if (failure != null) {
            down(failure);
        }
    }

    private static void complete(CompletableFuture<Void> answered, @Nullable Throwable failure) {
        if (failure == null) {
            answered.complete(null);
        } else {
            answered.completeExceptionally(failure);
        }
    }

    /** Redis has executed nothing of a command. That concerns its channels only, unless Redis no longer knows who we are. */
    private void rejected(Request request, Throwable why) {
        String said = String.valueOf(why.getMessage());
        if (said.startsWith("NOAUTH")) {
            down(why);
        } else if (request.kind == Kind.UNSUBSCRIBE) {
            notUnsubscribed(take(request), why);
        } else if (ErrorReply.saysNotNow(said)) {
            owner.unavailable(take(request), failure.rejected("SUBSCRIBE", why));
        } else {
            refused(take(request), why);
        }
        next();
    }

    /** The channels of a command that are not answered; none if it was answered in full, or the connection has ended. */
    private List<String> take(Request request) {
        synchronized (lock) {
            if (dead || inFlight != request) {
                return List.of();
            }
            inFlight = null;
            return List.copyOf(request.open);
        }
    }

    /** Those of a batch are refused one by one, unless the server does not know the command at all. */
    private void refused(List<String> channels, Throwable why) {
        if (channels.size() > 1 && !String.valueOf(why.getMessage()).startsWith("ERR unknown command")) {
            int half = channels.size() / 2;
            synchronized (lock) {
                waiting.addFirst(new Request(Kind.SUBSCRIBE, channels.subList(half, channels.size())));
                waiting.addFirst(new Request(Kind.SUBSCRIBE, channels.subList(0, half)));
            }
        } else {
            RedisFailure told = failure.rejected("SUBSCRIBE", why);
            channels.forEach(channel -> owner.refused(channel, told));
        }
    }

    /**
     * A busy server is asked again. Otherwise the channels count as given up: either the server has let go of them with their slots, or
     * it goes on to send what nobody listens to any more, until this connection ends.
     */
    private void notUnsubscribed(List<String> channels, Throwable why) {
        Link ours;
        synchronized (lock) {
            ours = link;
        }
        if (channels.isEmpty() || ours == null) {
            return;
        }
        String said = String.valueOf(why.getMessage());
        if (ErrorReply.saysNotNow(said) && !said.startsWith("MOVED")) {
            schedule.executor().after(NEXT_TRY, () -> unsubscribe(channels), this::down);
            return;
        }
        if (!said.startsWith("MOVED") && unsubscribeRefusals.isOver()) {
            log.warn(
                    "{} It did not end the subscription of {} channels, and goes on to send their frames, which are dropped",
                    failure.rejected("UNSUBSCRIBE", why).getMessage() + ".",
                    channels.size());
        }
        stillSent.addAll(channels);
        channels.forEach(channel -> guarded(() -> ours.unsubscribed(channel)));
    }

    /** A frame or a confirmation that was not taken is lost, and nobody would know: so it costs the link, which is reported. */
    private void guarded(Runnable tell) {
        try {
            tell.run();
        } catch (Throwable t) {
            if (receiverFailures.isOver()) {
                log.error("A frame or a confirmation could not be processed; the connection is closed", t);
            }
            down(t);
        }
    }

    /** The server has let go of a channel by itself: it need not be asked to any more. */
    private void forget(String channel) {
        synchronized (lock) {
            waiting.removeIf(request ->
                    request.kind == Kind.UNSUBSCRIBE && request.open.remove(channel) && request.open.isEmpty());
        }
    }

    private void finished(Request request) {
        synchronized (lock) {
            if (inFlight == request) {
                inFlight = null;
            }
        }
        next();
    }

    /**
     * Removes the channel from its request, if there is one, and reports that in one step: if the connection ended in
     * between, the link would take no answer any more, and nobody would give another one.
     *
     * @return whether there is one
     */
    private boolean answer(Kind kind, String channel, Runnable tell) {
        synchronized (lock) {
            boolean isAsked = !dead && inFlight != null && inFlight.kind == kind && inFlight.open.remove(channel);
            if (isAsked) {
                guarded(tell);
            }
            return isAsked;
        }
    }

    private void finishIfAnswered() {
        Request done;
        synchronized (lock) {
            done = inFlight != null && inFlight.open.isEmpty() && inFlight.kind.isOfChannels() ? inFlight : null;
        }
        if (done != null) {
            finished(done);
        }
    }

    /** Ends it. Further calls have no effect; the first reason is reported. */
    void down(Throwable why) {
        RedisFailure told = failure.lost(why);
        Link ours;
        List<String> unanswered = new ArrayList<>();
        synchronized (lock) {
            if (dead) {
                return;
            }
            dead = true;
            ours = link;
            if (inFlight != null) {
                waiting.addFirst(inFlight);
            }
            waiting.stream().filter(r -> r.kind == Kind.SUBSCRIBE).forEach(r -> unanswered.addAll(r.open));
            waiting.clear();
        }
        try {
            keepAlive.stop();
            connection.closeAsync();
            if (ours != null) {
                ours.down(told, deafFor.get());
            }
            if (!unanswered.isEmpty()) {
                owner.unavailable(unanswered, told);
            }
        } finally {
            gone = true;
            lost.run();
        }
    }

    /** Whether it has ended, and the end has been reported. */
    boolean isGone() {
        return gone;
    }

    /** Says nothing more to anybody. The connection itself is closed with all others. */
    void retire() {
        synchronized (lock) {
            dead = true;
            waiting.clear();
        }
        keepAlive.stop();
    }

    /** Runs on the event loop, in the order of the wire. */
    private final class Incoming extends RedisPubSubAdapter<String, byte[]> {

        private final Link link;

        Incoming(Link link) {
            this.link = link;
        }

        @Override
        public void message(String channel, byte[] frame) {
            if (!dead) {
                keepAlive.received();
                if (stillSent.isEmpty() || !stillSent.contains(channel)) {
                    guarded(() -> link.frame(channel, frame));
                }
            }
        }

        @Override
        public void subscribed(String channel, long count) {
            boolean isAsked = answer(Kind.SUBSCRIBE, channel, () -> {
                stillSent.remove(channel);
                link.subscribed(channel);
            });
            if (isAsked) {
                answered();
            }
        }

        @Override
        public void unsubscribed(String channel, long count) {
            if (answer(Kind.UNSUBSCRIBE, channel, () -> link.unsubscribed(channel))) {
                answered();
            } else if (!dead) {
                // Nobody has asked for that yet: so says a server that has let go of a channel by itself.
                forget(channel);
                guarded(() -> link.dropped(channel, "Redis ended the subscription unasked"));
                answered();
            }
        }

        @Override
        public void smessage(String channel, byte[] frame) {
            message(channel, frame);
        }

        @Override
        public void ssubscribed(String channel, long count) {
            subscribed(channel, count);
        }

        @Override
        public void sunsubscribed(String channel, long count) {
            unsubscribed(channel, count);
        }

        private void answered() {
            keepAlive.received();
            finishIfAnswered();
        }
    }
}
