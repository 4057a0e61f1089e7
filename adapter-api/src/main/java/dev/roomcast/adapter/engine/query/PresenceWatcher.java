package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.Watch;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.Message.WatchList;
import dev.roomcast.adapter.engine.codec.Message.WatchVersion;
import dev.roomcast.adapter.engine.codec.Message.WatchedRoom;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.engine.runtime.Parts;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import dev.roomcast.adapter.engine.runtime.SerialExecutor;
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
 * The rooms that this node watches, on all nodes. Each node reports all of its members in a room first, and then each
 * change. Sequence numbers on this node's own channel, or an outage, show that a report is lost. Then this node
 * requests the complete list again. On the inbox's turn, but for {@link #watch} and {@link #watchOccupancy}.
 */
public final class PresenceWatcher {

    private final Map<String, PresenceWatch> rooms = new LinkedHashMap<>();
    private final Execution execution;
    private final Inbox inbox;
    private final Counters counters;
    private final Executor turns;
    private final RateLimitedLog failures;
    private final Incarnation self;
    private final ScatterGather.Others others;
    private final IntSupplier frameBudget;
    private final BiConsumer<Incarnation, Message> saying;
    private final Duration patience;
    /** How often what is watched has changed. */
    private long version;

    /** Whom to ask for the whole with the next heartbeat. */
    private final Set<Incarnation> doubted = new HashSet<>();

    public PresenceWatcher(
            Execution execution,
            Inbox inbox,
            Counters counters,
            Incarnation self,
            ScatterGather.Others others,
            IntSupplier frameBudget,
            BiConsumer<Incarnation, Message> saying,
            Duration patience) {
        this.execution = execution;
        this.inbox = inbox;
        this.counters = counters;
        this.turns = new SerialExecutor(execution);
        this.failures = new RateLimitedLog(LoggerFactory.getLogger("dev.roomcast.adapter"), execution);
        this.self = self;
        this.others = others;
        this.frameBudget = frameBudget;
        this.saying = saying;
        this.patience = patience;
    }

    // ---- on any thread

    public Registration watch(String room, PresenceListener listener) {
        return watch(room, watched -> watched.add(listener));
    }

    public Registration watchOccupancy(String room, OccupancyListener listener) {
        return watch(room, watched -> watched.add(listener));
    }

    private Registration watch(String room, Function<PresenceWatch, Runnable> adding) {
        Registered registered = new Registered(room);
        inbox.run(() -> {
            PresenceWatch watched = rooms.computeIfAbsent(room, name -> new PresenceWatch(name, this::tell));
            WatchLevel before = watched.watchLevel();
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
                    WatchLevel before = watched.watchLevel();
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

    private void changed(String room, PresenceWatch watched, WatchLevel before) {
        WatchLevel now = watched.watchLevel();
        if (now == before) {
            return;
        }
        if (now == WatchLevel.NONE) {
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
    public void list(Incarnation node) {
        if (version == 0) {
            return;
        }
        List<WatchedRoom> all = new ArrayList<>();
        rooms.forEach((room, watched) -> {
            watched.doubt(node);
            all.add(new WatchedRoom(room, watched.watchLevel()));
        });
        List<List<WatchedRoom>> parts = Parts.of(all, room -> 3 * room.room().length() + 8, frameBudget.getAsInt());
        for (int part = 0; part < parts.size(); part++) {
            saying.accept(node, new WatchList(version, part, parts.size(), parts.get(part)));
        }
    }

    /** A node may have told something that did not come. */
    public void doubt(Incarnation node) {
        // Not of nodes that somebody has invented, which are never gone.
        if (others.isKnown(node)) {
            doubted.add(node);
        }
    }

    /** All nodes have been met, for the first time or again: each may have told something that did not come. */
    public void metAll() {
        others.known().keySet().forEach(this::list);
        rooms.values().forEach(this::beginIfWhole);
    }

    /** With each heartbeat: whoever has not told the whole is asked again. */
    public void beat() {
        if (version == 0 || others.trouble() != null) {
            return;
        }
        Set<Incarnation> asked = new HashSet<>(doubted);
        doubted.clear();
        Map<Incarnation, PeerInfo> known = others.known();
        for (PresenceWatch watched : rooms.values()) {
            known.keySet().stream().filter(node -> !watched.isWhole(node)).forEach(asked::add);
        }
        asked.retainAll(known.keySet());
        asked.forEach(this::list);
        if (!known.isEmpty()) {
            others.say(new WatchVersion(version));
        }
    }

    // ---- what is told

    public void heard(Incarnation from, PeerInfo node, RoomPresence roomPresence) {
        PresenceWatch watched = rooms.get(roomPresence.room());
        if (watched != null) {
            watched.heard(from, node, roomPresence);
            beginIfWhole(watched);
        }
    }

    public void gone(Incarnation node) {
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
        Map<Incarnation, PeerInfo> met = others.met();
        if (met != null && watched.isWhole(self) && watched.isWhole(met.keySet())) {
            watched.begin();
        }
    }
}
