package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.engine.Message.Closeness;
import dev.roomcast.adapter.engine.Message.Present;
import dev.roomcast.adapter.engine.Message.Watch;
import dev.roomcast.adapter.engine.Message.WatchList;
import dev.roomcast.adapter.engine.Message.WatchedRoom;
import dev.roomcast.adapter.engine.Message.Watching;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The rooms that this node watches, on all nodes. Each node tells all of its members in a room first, and then each change; what is lost
 * on the way shows by the numbers of this node's own channel, or by an outage, and then the whole is asked for again. On the inbox's
 * turn, but for {@link #watch} and {@link #watchOccupancy}.
 */
final class PresenceWatcher {

    private final Map<String, PresenceWatch> rooms = new LinkedHashMap<>();
    private final Execution execution;
    private final Inbox inbox;
    private final Counters counters;
    private final Executor turns;
    private final IntervalLog failures;
    private final Incarnation self;
    private final Questions.Others others;
    private final IntSupplier frameBudget;
    private final BiConsumer<Incarnation, Message> saying;
    private final Duration patience;
    /** How often what is watched has changed. */
    private long version;

    /** Whom to ask for the whole with the next heartbeat. */
    private final Set<Incarnation> doubted = new HashSet<>();

    PresenceWatcher(
            Execution execution,
            Inbox inbox,
            Counters counters,
            Incarnation self,
            Questions.Others others,
            IntSupplier frameBudget,
            BiConsumer<Incarnation, Message> saying,
            Duration patience) {
        this.execution = execution;
        this.inbox = inbox;
        this.counters = counters;
        this.turns = new SerialExecutor(execution);
        this.failures = new IntervalLog(LoggerFactory.getLogger("dev.roomcast.adapter"), execution);
        this.self = self;
        this.others = others;
        this.frameBudget = frameBudget;
        this.saying = saying;
        this.patience = patience;
    }

    // ---- on any thread

    Registration watch(String room, PresenceListener listener) {
        return watch(room, watched -> watched.add(listener));
    }

    Registration watchOccupancy(String room, OccupancyListener listener) {
        return watch(room, watched -> watched.add(listener));
    }

    private Registration watch(String room, Function<PresenceWatch, Runnable> adding) {
        Registered registered = new Registered(room);
        inbox.run(() -> {
            PresenceWatch watched = rooms.computeIfAbsent(room, name -> new PresenceWatch(name, this::tell));
            Closeness before = watched.closeness();
            registered.removing = adding.apply(watched);
            changed(room, watched, before);
            beginIfWhole(watched);
            execution.scheduler().after(patience, () -> inbox.run(watched::begin));
        });
        return registered;
    }

    private final class Registered implements Registration {
        private final String room;
        private @Nullable Runnable removing;

        Registered(String room) {
            this.room = room;
        }

        @Override
        public void close() {
            inbox.run(() -> {
                PresenceWatch watched = rooms.get(room);
                Runnable remove = removing;
                removing = null;
                if (watched != null && remove != null) {
                    Closeness before = watched.closeness();
                    remove.run();
                    changed(room, watched, before);
                }
            });
        }
    }

    private void tell(Runnable call) {
        turns.execute(() -> {
            try {
                call.run();
            } catch (Throwable t) {
                counters.add(Counters.LISTENERS_FAILED);
                failures.warn("a presence listener failed", t);
            }
        });
    }

    // ---- what is watched

    private void changed(String room, PresenceWatch watched, Closeness before) {
        Closeness now = watched.closeness();
        if (now == before) {
            return;
        }
        if (now == Closeness.NONE) {
            rooms.remove(room);
        }
        watched.doubtAll();
        version++;
        Watch message = new Watch(version, new WatchedRoom(room, now));
        saying.accept(self, message);
        if (!others.known().isEmpty() && others.trouble() == null) {
            others.say(message);
        }
    }

    /** Says all that is watched to a node, which then tells all that there is. */
    void list(Incarnation node) {
        if (version == 0) {
            return;
        }
        List<WatchedRoom> all = new ArrayList<>();
        rooms.forEach((room, watched) -> {
            watched.doubt(node);
            all.add(new WatchedRoom(room, watched.closeness()));
        });
        List<List<WatchedRoom>> parts = Parts.of(all, room -> 3 * room.room().length() + 8, frameBudget.getAsInt());
        for (int part = 0; part < parts.size(); part++) {
            saying.accept(node, new WatchList(version, part, parts.size(), parts.get(part)));
        }
    }

    /** A node may have told something that did not come. */
    void doubt(Incarnation node) {
        // Not of nodes that somebody has invented, which are never gone.
        if (others.isKnown(node)) {
            doubted.add(node);
        }
    }

    /** All nodes have been met, for the first time or again: each may have told something that did not come. */
    void metAll() {
        others.known().keySet().forEach(this::list);
        rooms.values().forEach(this::beginIfWhole);
    }

    /** With each heartbeat: whoever has not told the whole is asked again. */
    void beat() {
        if (version == 0 || others.trouble() != null) {
            return;
        }
        Set<Incarnation> asked = new HashSet<>(doubted);
        doubted.clear();
        Map<Incarnation, KnownNode> known = others.known();
        for (PresenceWatch watched : rooms.values()) {
            known.keySet().stream().filter(node -> !watched.isWhole(node)).forEach(asked::add);
        }
        asked.retainAll(known.keySet());
        asked.forEach(this::list);
        if (!known.isEmpty()) {
            others.say(new Watching(version));
        }
    }

    // ---- what is told

    void heard(Incarnation from, KnownNode node, Present present) {
        PresenceWatch watched = rooms.get(present.room());
        if (watched != null) {
            watched.heard(from, node, present);
            beginIfWhole(watched);
        }
    }

    void gone(Incarnation node) {
        doubted.remove(node);
        rooms.values().forEach(watched -> {
            watched.gone(node);
            beginIfWhole(watched);
        });
    }

    /** With each frame that tells of members: the nodes are gone through only if as many as there are have told the whole. */
    private void beginIfWhole(PresenceWatch watched) {
        if (watched.hasAllBegun() || watched.whole() <= others.count()) {
            return;
        }
        Map<Incarnation, KnownNode> met = others.met();
        if (met != null && watched.isWhole(self) && watched.isWhole(met.keySet())) {
            watched.begin();
        }
    }
}
