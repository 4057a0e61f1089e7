package dev.roomcast.adapter.engine.subscribe;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.GuardedStage;
import dev.roomcast.adapter.engine.runtime.RateLimitedLogs;
import dev.roomcast.adapter.engine.runtime.StageTimeouts;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.subscribe.Subscription.Joining;
import dev.roomcast.adapter.engine.subscribe.Subscription.Owner;
import dev.roomcast.adapter.engine.subscribe.Subscription.State;
import dev.roomcast.adapter.engine.subscribe.Subscription.Undo;
import dev.roomcast.adapter.engine.subscribe.Subscription.Waiter;
import dev.roomcast.adapter.spi.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wanted, requested and confirmed channels: the only owner of this state, for all namespaces of a transport. Rooms
 * begin and end on any thread; the broker's answers arrive on the inbox's turn. It collects requests to the transport,
 * and the publisher hands them over.
 */
public final class Subscriptions {

    private record Lingering(Subscription subscription, long until) {}

    private record Reset(WireLink link, String reason) {}

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    private final Object lock = new Object();
    private final Map<String, Subscription> byChannel = new ConcurrentHashMap<>();
    private final Deque<Subscription> toAsk = new ArrayDeque<>();
    private final Deque<Subscription> toLeave = new ArrayDeque<>();
    private final Deque<Reset> toReset = new ArrayDeque<>();
    private final Deque<Lingering> lingering = new ArrayDeque<>();
    private final Duration delay;
    private final RateLimitedLogs threw;
    private boolean lingerTimerIsSet;
    private final Runnable drain;
    private final StageTimeouts deadlines;
    private final Execution execution;
    private final Executor inbox;
    private final Stages stages;
    private boolean retryIsDue;
    private boolean linkIsUp;
    private int recovering;
    private @Nullable Throwable whyUnavailable;
    private int refused;
    private boolean closed;
    private volatile boolean commandsWait;

    /**
     * Nothing is wanted yet.
     *
     * @param confirmWithin how long a join waits for its confirmation
     * @param delay how long a channel is kept that nobody wants any more
     */
    public Subscriptions(
            Execution execution,
            Executor inbox,
            Runnable drain,
            Duration confirmWithin,
            Duration delay,
            Stages stages) {
        this.execution = execution;
        this.delay = delay;
        this.threw = new RateLimitedLogs(log, execution);
        this.inbox = inbox;
        this.drain = drain;
        this.stages = stages;
        this.deadlines = new StageTimeouts(execution, confirmWithin, stages);
    }

    /** Wants a channel, for this owner from now on. The caller tells the drain afterwards, by {@link #settle}. */
    public Subscription want(String channel, Owner owner) {
        synchronized (lock) {
            Subscription s = byChannel.computeIfAbsent(channel, name -> new Subscription(name, owner));
            s.owner = owner;
            s.wanted = true;
            if (s.state == State.IDLE) {
                ask(s);
            }
            return s;
        }
    }

    public void unwant(Subscription s) {
        synchronized (lock) {
            s.wanted = false;
            s.isRenewing = false;
            calmed(s);
            switch (s.state) {
                case CONFIRMED -> linger(s);
                case IDLE, REFUSED -> forget(s);
                case ASKED, LEAVING -> {}
            }
        }
    }

    private void ask(Subscription s) {
        if (!linkIsUp || closed) {
            return;
        }
        s.state = State.ASKED;
        commandsWait = true;
        // Nodes are to meet before their rooms are all back.
        if (s.owner.comesFirst()) {
            toAsk.addFirst(s);
        } else {
            toAsk.addLast(s);
        }
    }

    private void askAgain(Subscription s) {
        if (s.state == State.IDLE || s.state == State.REFUSED) {
            ask(s);
        }
    }

    /** Rooms that come and go would cost two commands each time: the channel is given up a little later, if nobody wants it then. */
    private void linger(Subscription s) {
        s.lingersUntil = execution.now() + delay.toNanos();
        lingering.add(new Lingering(s, s.lingersUntil));
        armLinger();
    }

    private void armLinger() {
        if (!lingerTimerIsSet && !lingering.isEmpty() && !closed) {
            lingerTimerIsSet = true;
            long wait = Math.max(0, lingering.element().until() - execution.now());
            execution.scheduler().after(Duration.ofNanos(wait), () -> inbox.execute(this::leaveLingering));
        }
    }

    private void leaveLingering() {
        synchronized (lock) {
            lingerTimerIsSet = false;
            long now = execution.now();
            try {
                while (!lingering.isEmpty() && lingering.element().until() - now <= 0) {
                    Lingering due = lingering.remove();
                    Subscription s = due.subscription();
                    // Whoever lingers anew stands in the queue once more, with a later time.
                    if (!s.wanted && s.state == State.CONFIRMED && s.lingersUntil == due.until()) {
                        leave(s);
                    }
                }
            } finally {
                armLinger();
            }
        }
        settle();
    }

    private void leave(Subscription s) {
        s.state = State.LEAVING;
        commandsWait = true;
        toLeave.add(s);
    }

    private void forget(Subscription s) {
        byChannel.remove(s.channel, s);
        finish(s, null);
        ended(s);
    }

    /** In a turn of its own: this may be any thread, and a lock is held. A confirmation of the same channel comes later in any case. */
    private void ended(Subscription s) {
        inbox.execute(s.owner::forgotten);
    }

    /** Has a link ended that is not trusted any more. Its loss is told by the transport, as any other. */
    public void reset(WireLink link, String reason) {
        synchronized (lock) {
            toReset.add(new Reset(link, reason));
            commandsWait = true;
        }
        settle();
    }

    /** The link that a channel is confirmed on, or null. */
    @Nullable
    public WireLink linkOf(Subscription s) {
        synchronized (lock) {
            return s.link;
        }
    }

    /** One channel of that node's rooms on each link that has any, but for those links. */
    public Map<WireLink, Subscription> oneOnEachOther(Set<WireLink> but, Incarnation node) {
        Map<WireLink, Subscription> one = new LinkedHashMap<>();
        synchronized (lock) {
            for (Subscription s : byChannel.values()) {
                boolean isHeard = s.state == State.CONFIRMED && s.wanted && s.link != null;
                if (isHeard && !but.contains(s.link) && s.owner.probeOf(node) != null) {
                    one.putIfAbsent(s.link, s);
                }
            }
        }
        return one;
    }

    /** Hands over what is waiting, if anything is. Not to be called under a lock. */
    public void settle() {
        if (commandsWait) {
            drain.run();
        }
    }

    /**
     * A stage that completes when the broker has confirmed the channel. Called under the lock of the room index, so that the member is in
     * the room while it waits. The caller tells the drain afterwards, by {@link #settle}.
     *
     * @param undo undoes the join if the channel is refused; empty if it was not this call that let the member in
     */
    public CompletionStage<Void> confirmation(Subscription s, String room, Object member, Optional<Undo> undo) {
        CompletableFuture<Void> stage;
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedStage(Failures.closed());
            }
            if (s.state == State.CONFIRMED || !s.wanted) {
                return Stages.DONE;
            }
            stage = new GuardedStage<>();
            Waiter waiter = s.waiter(new Joining(member, room));
            waiter.add(stage);
            undo.ifPresent(waiter::undoBy);
            if (s.state == State.REFUSED) {
                ask(s);
            }
        }
        deadlines.add(stage, () -> Failures.notConfirmed(room));
        return stage;
    }

    /** A member has left a room: it waits for its channel no more. */
    public void left(Subscription s, String room, Object member) {
        synchronized (lock) {
            Waiter waiter = s.takeWaiter(new Joining(member, room));
            if (waiter != null) {
                waiter.complete(stages);
            }
        }
    }

    /** Called by the drain: the transport's one caller. */
    public void flush(Transport transport) {
        if (!commandsWait) {
            return;
        }
        commandsWait = false;
        takeResets().forEach(reset -> reset(transport, reset));
        int batch = transport.capabilities().subscribeBatch();
        List<String> leaving = take(toLeave, batch);
        while (!leaving.isEmpty()) {
            unsubscribe(transport, leaving);
            leaving = take(toLeave, batch);
        }
        List<String> asking = take(toAsk, batch);
        while (!asking.isEmpty()) {
            subscribe(transport, asking);
            asking = take(toAsk, batch);
        }
    }

    private void reset(Transport transport, Reset reset) {
        try {
            transport.reset(reset.link(), reset.reason());
        } catch (Throwable t) {
            threw.at("reset")
                    .error(
                            "the transport threw from reset, against its contract; link " + reset.link()
                                    + " may go on to receive nothing",
                            t);
        }
    }

    private List<Reset> takeResets() {
        synchronized (lock) {
            List<Reset> taken = List.copyOf(toReset);
            toReset.clear();
            return taken;
        }
    }

    private void subscribe(Transport transport, List<String> channels) {
        try {
            transport.subscribe(channels);
        } catch (Throwable t) {
            threw.at("subscribe")
                    .error("the transport threw from subscribe, against its contract; it is asked again", t);
            channels.forEach(channel -> unavailable(channel, t));
        }
    }

    private void unsubscribe(Transport transport, List<String> channels) {
        try {
            transport.unsubscribe(channels);
        } catch (Throwable t) {
            threw.at("unsubscribe")
                    .error("the transport threw from unsubscribe, against its contract; its links are reset", t);
            channels.stream()
                    .flatMap(channel -> Stream.ofNullable(byChannel.get(channel)))
                    .flatMap(s -> Stream.ofNullable(s.link))
                    .distinct()
                    .forEach(link -> transport.reset(link, "unsubscribe threw " + t));
        }
    }

    private List<String> take(Deque<Subscription> queue, int most) {
        synchronized (lock) {
            List<String> taken = new ArrayList<>(Math.min(most, queue.size()));
            while (taken.size() < most && !queue.isEmpty()) {
                taken.add(queue.remove().channel);
            }
            return taken;
        }
    }

    public void frame(WireLink link, String channel, byte[] bytes) {
        Owner owner;
        synchronized (lock) {
            Subscription s = byChannel.get(channel);
            // Also what is not wanted any more: its number counts, should the channel be wanted again before it is
            // given up.
            if (s == null || s.link != link) {
                return;
            }
            s.lastHeard = link.lastAlive();
            s.wasRenewed = false;
            owner = s.owner;
        }
        owner.frame(bytes);
    }

    public void subscribed(WireLink link, String channel) {
        long at = execution.now();
        Owner confirmed = null;
        synchronized (lock) {
            Subscription s = byChannel.get(channel);
            if (s == null || s.state != State.ASKED) {
                return;
            }
            s.state = State.CONFIRMED;
            s.link = link;
            s.lastHeard = link.lastAlive();
            s.isRenewing = false;
            calmed(s);
            // Told also if nobody wants it now: it lingers, and may be wanted again without another confirmation.
            confirmed = s.owner;
            if (s.wanted) {
                finish(s, null);
            } else if (s.owner.comesFirst()) {
                // Its node has ended meanwhile, and the next of that name must hear itself that the channel is
                // confirmed.
                leave(s);
            } else {
                linger(s);
            }
        }
        if (confirmed != null) {
            confirmed.confirmed(at);
        }
        settle();
    }

    public void unsubscribed(WireLink link, String channel) {
        synchronized (lock) {
            Subscription s = byChannel.get(channel);
            if (s == null || s.state != State.LEAVING || s.link != link) {
                return;
            }
            endedIfNew(s);
            gone(s);
        }
        settle();
    }

    /** What is wanted although it was given up is wanted anew, but for what was given up only to be asked for again. */
    private void endedIfNew(Subscription s) {
        if (s.wanted && !s.isRenewing) {
            ended(s);
        }
    }

    /**
     * A channel of a room, and what its link has brought on it.
     *
     * @param lastHeard when the last frame came on it, or its confirmation
     */
    public record Heard(Subscription channel, WireLink link, long lastHeard, Target target) {}

    /** What was heard on a channel of that node's rooms, if it is wanted and confirmed; else null. */
    @Nullable
    public Heard heard(String channel, Incarnation node) {
        synchronized (lock) {
            Subscription s = byChannel.get(channel);
            if (s == null || s.state != State.CONFIRMED || !s.wanted || s.link == null) {
                return null;
            }
            Target target = s.owner.probeOf(node);
            return target == null ? null : new Heard(s, s.link, s.lastHeard, target);
        }
    }

    /**
     * A channel is confirmed and brings nothing. It is given up, and asked for again once that is confirmed: the broker may have lost it, or
     * the transport. Returns false if it is another state's, or was renewed before and has brought nothing since.
     */
    public boolean renew(Subscription s, WireLink link) {
        Owner renewed;
        long lastHeard;
        synchronized (lock) {
            if (s.state != State.CONFIRMED || !s.wanted || s.link != link || s.wasRenewed) {
                return false;
            }
            s.isRenewing = true;
            s.wasRenewed = true;
            awaited(s);
            leave(s);
            renewed = s.owner;
            lastHeard = s.lastHeard;
        }
        renewed.renewed(lastHeard);
        settle();
        return true;
    }

    /** The broker took a channel away. Returns whether that is news: not of one that is not there, or is being given up. */
    public boolean dropped(WireLink link, String channel, Throwable why, long lastAlive) {
        Owner lost = null;
        boolean isNews;
        synchronized (lock) {
            Subscription s = byChannel.get(channel);
            if (s == null || s.link != link) {
                return false;
            }
            isNews = s.state == State.CONFIRMED;
            if (isNews && s.wanted) {
                lost = s.owner;
                awaited(s);
            } else {
                endedIfNew(s);
            }
            // Perhaps nobody has told the transport yet that it is given up; now nobody need.
            toLeave.remove(s);
            gone(s);
        }
        if (lost != null) {
            lost.lost(why, lastAlive);
        }
        settle();
        return isNews;
    }

    /** The broker knows nothing of the channel any more: forget it, or ask again. */
    private void gone(Subscription s) {
        s.state = State.IDLE;
        s.link = null;
        if (s.wanted) {
            ask(s);
        } else {
            forget(s);
        }
    }

    public void unavailable(String channel, Throwable why) {
        synchronized (lock) {
            Subscription s = byChannel.get(channel);
            if (s == null || s.state != State.ASKED) {
                return;
            }
            s.state = State.IDLE;
            if (!s.wanted) {
                forget(s);
                return;
            }
            awaited(s);
            whyUnavailable = why;
            if (linkIsUp && !retryIsDue) {
                // The link that died was another one, or has been replaced already. A pause, so that nobody spins.
                retryIsDue = true;
                execution.scheduler().after(RETRY_PAUSE, () -> inbox.execute(this::retryIdle));
            }
        }
    }

    private void retryIdle() {
        synchronized (lock) {
            retryIsDue = false;
            byChannel.values().stream()
                    .filter(s -> s.wanted && s.state == State.IDLE)
                    .forEach(this::ask);
        }
        settle();
    }

    /** Asks again for all that is wanted and neither confirmed nor asked for, what was refused included. */
    public void retry() {
        synchronized (lock) {
            byChannel.values().stream().filter(s -> s.wanted).forEach(this::askAgain);
        }
        settle();
    }

    /** Returns whether the refusal is news. */
    public boolean refused(String channel, Throwable why) {
        Subscription s;
        Owner owner;
        List<Waiter> waiters;
        boolean news;
        synchronized (lock) {
            s = byChannel.get(channel);
            if (s == null || s.state != State.ASKED) {
                return false;
            }
            s.state = State.REFUSED;
            if (!s.wanted) {
                forget(s);
                return false;
            }
            news = !s.refused;
            calmed(s);
            s.refused = true;
            refused++;
            owner = s.owner;
            waiters = s.waiters();
        }
        if (news) {
            owner.refused(why);
        }
        for (Waiter waiter : waiters) {
            if (waiter.undo(() -> takeWaiter(s, waiter))) {
                waiter.fail(stages, Failures.refused(channel, why));
            }
        }
        settle();
        return news;
    }

    private boolean takeWaiter(Subscription s, Waiter waiter) {
        synchronized (lock) {
            return s.takeWaiter(waiter);
        }
    }

    public void linkUp() {
        synchronized (lock) {
            linkIsUp = true;
            byChannel.values().stream()
                    .filter(s -> s.wanted && s.state == State.IDLE)
                    .forEach(this::awaited);
        }
        retry();
    }

    /** A link has died; whether another one is up, the caller knows. */
    public void linkDown(WireLink link, Throwable why, boolean otherIsUp) {
        List<Owner> lost = new ArrayList<>();
        synchronized (lock) {
            linkIsUp = otherIsUp;
            for (Subscription s : byChannel.values()) {
                if (s.link != link) {
                    continue;
                }
                if (s.wanted && s.state == State.CONFIRMED) {
                    lost.add(s.owner);
                    awaited(s);
                } else {
                    endedIfNew(s);
                }
                gone(s);
            }
            toLeave.removeIf(s -> s.state != State.LEAVING);
        }
        lost.forEach(owner -> owner.lost(why, link.lastAlive()));
        settle();
    }

    private void awaited(Subscription s) {
        if (!s.recovering) {
            s.recovering = true;
            recovering++;
        }
    }

    /** Nobody waits for it any more, nor is it refused. */
    private void calmed(Subscription s) {
        if (s.recovering) {
            s.recovering = false;
            recovering--;
            if (recovering == 0) {
                whyUnavailable = null;
            }
        }
        if (s.refused) {
            s.refused = false;
            refused--;
        }
    }

    private void finish(Subscription s, @Nullable AdapterException failure) {
        for (Waiter waiter : s.takeWaiters()) {
            if (failure == null) {
                waiter.complete(stages);
            } else {
                waiter.fail(stages, failure);
            }
        }
    }

    /** How many wanted channels were lost, or not there when a link came up, and are not confirmed since. */
    public int recovering() {
        synchronized (lock) {
            return recovering;
        }
    }

    /** Why one of those that are not confirmed could not be asked for last, or null. */
    @Nullable
    public Throwable whyUnavailable() {
        synchronized (lock) {
            return whyUnavailable;
        }
    }

    public int refused() {
        synchronized (lock) {
            return refused;
        }
    }

    /** Gives up some channels for good, because their node closes; joins that wait for them fail. */
    public void release(Collection<Subscription> all) {
        synchronized (lock) {
            for (Subscription s : all) {
                finish(s, Failures.closed());
                unwant(s);
                if (s.state == State.CONFIRMED) {
                    leave(s);
                }
            }
        }
        settle();
    }

    public void close() {
        synchronized (lock) {
            closed = true;
            for (Subscription s : byChannel.values()) {
                finish(s, Failures.closed());
            }
            toAsk.clear();
            toLeave.clear();
            toReset.clear();
        }
        deadlines.close();
    }
}
