package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The channels that a node publishes on, kept so that names are made and frames are counted once. Bounded: when there are too many they
 * are all forgotten, and begin new streams.
 */
final class OutChannels {

    private static final int MOST = 1 << 16;

    private final Channels names;
    private final Incarnation self;
    private final Voice voice;
    private final BooleanSupplier together;
    private final AtomicLong streams = new AtomicLong();
    private final Consumer<OutChannel> onLeft;
    private final OutChannel namespace;
    private final Map<String, OutChannel> rooms = new ConcurrentHashMap<>();
    private final Map<String, OutChannel> users = new ConcurrentHashMap<>();
    private final Map<Incarnation, OutChannel> nodes = new ConcurrentHashMap<>();

    /**
     * No channel yet, but the namespace's.
     *
     * @param voice how the frames of the node are written
     * @param together whether rooms and users have no channels of their own just now
     * @param onLeft is told of each frame that has left, or may have, on the channel of a room or user; on any thread
     */
    OutChannels(Channels names, Incarnation self, Voice voice, BooleanSupplier together, Consumer<OutChannel> onLeft) {
        this.together = together;
        this.names = names;
        this.self = self;
        this.voice = voice;
        this.onLeft = onLeft;
        this.namespace = new OutChannel(names.namespace(), self, null, true, streams.incrementAndGet(), voice);
    }

    /** One room or one user has a channel of its own, in general; everything else goes to all nodes of the namespace. */
    OutChannel of(Target target) {
        return together.getAsBoolean() ? namespace : ofItsOwn(target);
    }

    /** As the other one, wherever packets go just now: for what is to come back on the link of just that channel. */
    OutChannel ofItsOwn(Target target) {
        if (!target.isEveryone() && target.memberIds().isEmpty()) {
            if (target.roomNames().size() == 1 && target.userIds().isEmpty()) {
                return room(target.roomNames().iterator().next());
            }
            if (target.userIds().size() == 1 && target.roomNames().isEmpty()) {
                return user(target.userIds().iterator().next());
            }
        }
        return namespace;
    }

    OutChannel namespace() {
        return namespace;
    }

    OutChannel node(Incarnation node) {
        return kept(
                nodes, node, n -> new OutChannel(names.node(n), self, null, false, streams.incrementAndGet(), voice));
    }

    /** The channels of rooms and users on which frames are in flight. */
    List<OutChannel> inFlight() {
        return Stream.of(rooms, users)
                .flatMap(channels -> channels.values().stream())
                .filter(channel -> channel.inFlight() > 0)
                .toList();
    }

    private OutChannel room(String name) {
        return kept(rooms, name, n -> channel(names.room(n), Target.room(n)));
    }

    private OutChannel user(String id) {
        return kept(users, id, n -> channel(names.user(n), Target.user(n)));
    }

    private OutChannel channel(String name, Target target) {
        return OutChannel.of(target, name, namespace, streams.incrementAndGet(), onLeft);
    }

    private static <K> OutChannel kept(Map<K, OutChannel> channels, K key, Function<K, OutChannel> make) {
        OutChannel known = channels.get(key);
        if (known != null) {
            return known;
        }
        if (channels.size() >= MOST) {
            channels.clear();
        }
        return channels.computeIfAbsent(key, make);
    }
}
