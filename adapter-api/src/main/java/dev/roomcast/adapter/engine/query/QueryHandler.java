package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.EmitListener;
import dev.roomcast.adapter.NodeHandler;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.codec.Query;
import dev.roomcast.adapter.engine.codec.QueryResult;
import dev.roomcast.adapter.engine.codec.QueryResult.MemberDescription;
import dev.roomcast.adapter.engine.delivery.AnswerCollector;
import dev.roomcast.adapter.engine.delivery.DisconnectExecutor;
import dev.roomcast.adapter.engine.delivery.LocalMember;
import dev.roomcast.adapter.engine.delivery.LocalNode;
import dev.roomcast.adapter.engine.delivery.Recipients;
import dev.roomcast.adapter.engine.delivery.RoomIndex;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Failures;
import dev.roomcast.adapter.engine.runtime.Listeners;
import dev.roomcast.adapter.engine.runtime.Names;
import dev.roomcast.adapter.engine.runtime.Parts;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import dev.roomcast.adapter.engine.runtime.SerialExecutor;
import dev.roomcast.adapter.engine.runtime.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Answers queries and executes commands for the members of this node and its server. Queries of this node run on the
 * calling thread, those of other nodes among the deliveries. Slow ones run on another executor, so that they do not
 * delay deliveries.
 */
public final class QueryHandler {

    /** Where an answer goes. On any thread. */
    public interface Answering {

        /**
         * A part of the answer.
         *
         * @param parts how many there are; 0 for what comes after the answer
         */
        void say(int part, int parts, QueryResult queryResult);

        default void say(QueryResult queryResult) {
            say(0, 1, queryResult);
        }
    }

    /** What is done to members is the node's to do. On any thread. */
    public interface Membership {

        CompletionStage<Void> join(LocalMember member, List<String> rooms);

        void leave(LocalMember member, List<String> rooms);
    }

    /** Against nodes that ask without end, and have all the time in the world. */
    private static final int MOST_POLLS = 1 << 16;

    private final LocalNode local;
    private final RoomIndex index;
    private final Membership membership;
    private final Stages stages;
    private final Scheduler scheduler;
    private final DisconnectExecutor disconnects;
    private final Executor handling;
    /** Describes what was looked up. */
    private final Executor telling;

    private final IntSupplier frameBudget;
    private final Counters counters;
    private final RateLimitedLog failures;
    private final AtomicReference<@Nullable NodeHandler> handler = new AtomicReference<>();
    private final Listeners<EmitListener> emitListeners;
    /** Questions that wait for members, in the order in which they were asked. Under its own lock. */
    private final Set<Poll> polls = new LinkedHashSet<>();

    public QueryHandler(
            LocalNode local,
            Membership membership,
            Execution execution,
            Stages stages,
            DisconnectExecutor disconnects,
            Counters counters,
            IntSupplier frameBudget) {
        this.local = local;
        this.index = local.index();
        this.membership = membership;
        this.stages = stages;
        this.scheduler = execution.scheduler();
        this.disconnects = disconnects;
        this.handling = new SerialExecutor(execution);
        this.telling = new SerialExecutor(execution);
        this.frameBudget = frameBudget;
        this.counters = counters;
        this.emitListeners = new Listeners<>(execution, counters);
        this.failures = new RateLimitedLog(LoggerFactory.getLogger("dev.roomcast.adapter"), execution);
    }

    public AtomicReference<@Nullable NodeHandler> handler() {
        return handler;
    }

    void answer(PeerInfo from, Query query, Answering to) {
        if (query instanceof Query.RoomNames) {
            Set<String> names = index.roomNames();
            telling.execute(() -> texts(names, to));
        } else if (query instanceof Query.Members asked) {
            List<LocalMember> members = Recipients.members(index, asked.target());
            telling.execute(() -> members(members, to));
        } else if (query instanceof Query.Count asked) {
            to.say(new QueryResult.Number(Recipients.count(index, asked.target())));
        } else if (query instanceof Query.Users asked) {
            List<LocalMember> members = Recipients.members(index, asked.target());
            telling.execute(() -> texts(users(members), to));
        } else if (query instanceof Query.Join told) {
            join(told, to);
        } else if (query instanceof Query.Leave told) {
            Recipients.members(index, told.target()).forEach(member -> membership.leave(member, told.rooms()));
            to.say(new QueryResult.Done());
        } else if (query instanceof Query.Disconnect told) {
            disconnect(told, to);
        } else if (query instanceof Query.Ask asked) {
            local.go(poll(asked, to));
        } else if (query instanceof Query.Request request) {
            handling.execute(() -> handle(from, request.packet(), to));
        }
    }

    /** The same for another node, behind the packets that came before. On the inbox's turn. */
    public void received(PeerInfo from, Query query, Answering to) {
        if (query instanceof Query.Ask asked) {
            local.received(asked.question(), () -> poll(asked, to));
        } else {
            local.inOrder(() -> answer(from, query, to));
        }
    }

    // ---- what there is

    private void texts(Set<String> texts, Answering to) {
        List<List<String>> parts = Parts.of(texts, text -> 3 * text.length() + 5, frameBudget.getAsInt());
        for (int part = 0; part < parts.size(); part++) {
            to.say(part, parts.size(), new QueryResult.Texts(Names.snapshot(parts.get(part))));
        }
    }

    private static Set<String> users(List<LocalMember> members) {
        Set<String> users = new HashSet<>();
        for (LocalMember member : members) {
            String user = member.userId();
            if (user != null) {
                users.add(user);
            }
        }
        return users;
    }

    private void members(List<LocalMember> members, Answering to) {
        List<MemberDescription> described = new ArrayList<>();
        for (LocalMember member : members) {
            MemberDescription whole = member.memberDescription();
            // Who is in very many rooms is told in pieces.
            List<List<String>> rooms =
                    Parts.of(whole.rooms(), room -> 3 * room.length() + 5, frameBudget.getAsInt() / 2);
            rooms.forEach(some -> described.add(
                    new MemberDescription(whole.id(), whole.user(), Names.snapshot(some), whole.attributes())));
        }
        say(described, to);
    }

    private void say(List<MemberDescription> members, Answering to) {
        List<List<MemberDescription>> parts = Parts.of(members, member -> 3 * member.weight(), frameBudget.getAsInt());
        for (int part = 0; part < parts.size(); part++) {
            to.say(part, parts.size(), new QueryResult.Members(parts.get(part)));
        }
    }

    // ---- what is to be done

    private void join(Query.Join told, Answering to) {
        List<CompletionStage<Void>> joined = new ArrayList<>();
        Set<String> refusals = new LinkedHashSet<>();
        for (LocalMember member : Recipients.members(index, told.target())) {
            try {
                joined.add(membership.join(member, told.rooms()));
            } catch (IllegalArgumentException | IllegalStateException e) {
                refusals.add(Failures.text(e));
            }
        }
        stages.all(joined.stream().map(QueryHandler::unlessRemoved).toList()).whenComplete((done, failure) -> {
            if (failure != null) {
                refusals.add(Failures.text(Failures.causeOf(failure)));
            }
            to.say(refusals.isEmpty() ? new QueryResult.Done() : new QueryResult.Failed(shortened(refusals)));
        });
    }

    /** Who is gone meanwhile need not join. */
    private static CompletionStage<Void> unlessRemoved(CompletionStage<Void> joined) {
        return joined.handle((done, failure) -> {
            if (failure != null && !(Failures.causeOf(failure) instanceof IllegalStateException)) {
                throw new CompletionException(Failures.causeOf(failure));
            }
            return done;
        });
    }

    private static String shortened(Set<String> refusals) {
        String first = refusals.iterator().next();
        return first + (refusals.size() > 1 ? " (and " + (refusals.size() - 1) + " more)" : "");
    }

    /** They are removed at once, so that nothing that comes later is for them; what the server does about it may take long. */
    private void disconnect(Query.Disconnect told, Answering to) {
        List<LocalMember> members = Recipients.members(index, told.target());
        // One more than there are members: so that it is done only once all of them are removed, and also if there are
        // none.
        AtomicInteger open = new AtomicInteger(members.size() + 1);
        Runnable done = () -> {
            if (open.decrementAndGet() == 0) {
                to.say(new QueryResult.Done());
            }
        };
        members.forEach(member -> disconnects.disconnect(member, told.reason(), done));
        done.run();
    }

    // ---- the server

    private void handle(PeerInfo from, Packet request, Answering to) {
        NodeHandler current = handler.get();
        if (current == null) {
            to.say(new QueryResult.Failed("it has no handler; register one by Cluster.onRequest"));
            return;
        }
        try {
            current.handle(from, request).whenComplete((answer, failure) -> {
                if (failure != null) {
                    refuse(Failures.causeOf(failure), to);
                } else {
                    reply(answer, to);
                }
            });
        } catch (Throwable t) {
            refuse(t, to);
        }
    }

    private void reply(@Nullable Packet answer, Answering to) {
        if (answer == null) {
            refuse(new NullPointerException("the handler's stage completed with null; answer with a packet"), to);
        } else if (answer.size() > frameBudget.getAsInt()) {
            refuse(
                    new IllegalArgumentException("the answer has " + answer.size()
                            + " bytes, and the transport carries " + frameBudget.getAsInt() + ": answer with less"),
                    to);
        } else {
            to.say(new QueryResult.Reply(answer));
        }
    }

    private void refuse(Throwable why, Answering to) {
        counters.add(Counters.HANDLERS_FAILED);
        failures.warn("the request handler failed", why);
        to.say(new QueryResult.Failed("its handler failed (" + Failures.text(why) + ")"));
    }

    /** Those who hear what is emitted. */
    public Listeners<EmitListener> emitListeners() {
        return emitListeners;
    }

    /** Something was emitted, which nobody waits for. */
    public void emitted(PeerInfo from, Packet packet) {
        emitListeners.tell(listener -> listener.emitted(from, packet));
    }

    // ---- members that are asked

    /** Says who is asked, and makes the walk that asks them. */
    private Recipients poll(Query.Ask asked, Answering to) {
        List<LocalMember> members = Recipients.members(index, asked.target());
        say(members.stream().map(member -> member.described(Set.of())).toList(), to);
        Poll poll = new Poll(members.size(), to);
        if (!members.isEmpty()) {
            begin(poll, asked.timeout());
        }
        return Recipients.asking(members, asked.question(), poll);
    }

    /** Where too many are open, nobody waits any more for the one that was asked first. */
    private void begin(Poll poll, Duration timeout) {
        Poll oldest = null;
        synchronized (polls) {
            polls.add(poll);
            if (polls.size() > MOST_POLLS) {
                oldest = polls.iterator().next();
            }
        }
        if (oldest != null) {
            oldest.end();
        }
        poll.timer = scheduler.after(timeout, poll::end);
    }

    /** One question to members of this node. When its time is over, or all have answered, nothing of it is kept. */
    private final class Poll implements AnswerCollector {

        private final AtomicInteger open;
        private final AtomicReference<@Nullable Answering> to;
        private volatile Scheduler.@Nullable Timer timer;

        Poll(int members, Answering to) {
            this.open = new AtomicInteger(members);
            this.to = new AtomicReference<>(to);
        }

        void end() {
            if (to.getAndSet(null) == null) {
                return;
            }
            synchronized (polls) {
                polls.remove(this);
            }
            Scheduler.Timer running = timer;
            if (running != null) {
                running.cancel();
            }
        }

        @Override
        public void said(int slot, @Nullable Packet answer) {
            Answering answering = to.get();
            if (answering == null) {
                return;
            }
            boolean fits = answer != null && answer.size() <= frameBudget.getAsInt();
            answering.say(0, 0, new QueryResult.MemberReply(slot, fits ? answer : null));
            if (open.decrementAndGet() == 0) {
                end();
            }
        }
    }
}
