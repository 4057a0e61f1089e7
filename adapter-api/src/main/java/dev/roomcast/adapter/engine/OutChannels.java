package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Target;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The channels that a node publishes on, kept so that names are made and frames are counted once. Bounded: when there are too many, the
 * one that was not used for the longest is forgotten, and begins a new stream when it is used again. A channel with messages that wait
 * or are in flight is kept: there are more of those only as far as {@link EngineOptions#QUEUE_BYTES} allows.
 */
final class OutChannels {

    private static final int MOST = 1 << 16;
    /** How many channels are looked at to forget one: a new channel must not wait for a walk over all of them. */
    private static final int LOOKS = 8;

    private final Channels names;
    private final BooleanSupplier together;
    private final AtomicLong streams = new AtomicLong();
    private final Consumer<OutChannel> onLeft;
    private final OutChannel namespace;
    private final Kept<String> rooms = new Kept<>(this::newRoom);
    private final Kept<String> users = new Kept<>(this::newUser);
    private final Kept<Incarnation> nodes = new Kept<>(this::newNode);

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
                return rooms.get(target.roomNames().iterator().next());
            }
            if (target.userIds().size() == 1 && target.roomNames().isEmpty()) {
                return users.get(target.userIds().iterator().next());
            }
        }
        return namespace;
    }

    OutChannel namespace() {
        return namespace;
    }

    OutChannel node(Incarnation node) {
        return nodes.get(node);
    }

    /** The channels of rooms and users on which frames are in flight. */
    List<OutChannel> inFlight() {
        return Stream.of(rooms, users)
                .flatMap(Kept::stream)
                .filter(channel -> channel.inFlight() > 0)
                .toList();
    }

    private OutChannel newRoom(String name) {
        return channel(names.room(name), Target.room(name), () -> rooms.get(name));
    }

    private OutChannel newUser(String id) {
        return channel(names.user(id), Target.user(id), () -> users.get(id));
    }

    private OutChannel channel(String name, Target target, Supplier<OutChannel> successor) {
        return OutChannel.of(target, name, namespace, streams.incrementAndGet(), onLeft, successor);
    }

    private OutChannel newNode(Incarnation node) {
        return OutChannel.ofNode(names.node(node), namespace, streams.incrementAndGet(), () -> nodes.get(node));
    }

    /** The channels of one kind. Those that are known are found without a lock. */
    private static final class Kept<K> {

        private record Entry<K>(K key, OutChannel channel) {}

        private final Function<K, OutChannel> make;
        private final Map<K, OutChannel> channels = new ConcurrentHashMap<>();
        /** The next one to look at first; a channel that was used since it was looked at last goes behind the others. Under its own lock. */
        private final Deque<Entry<K>> order = new ArrayDeque<>();

        Kept(Function<K, OutChannel> make) {
            this.make = make;
        }

        OutChannel get(K key) {
            OutChannel known = channels.get(key);
            if (known == null || known.isForgotten()) {
                return add(key);
            }
            known.use();
            return known;
        }

        private OutChannel add(K key) {
            synchronized (order) {
                OutChannel known = channels.get(key);
                if (known != null) {
                    return known;
                }
                for (int looks = 0; order.size() >= MOST && looks < LOOKS; looks++) {
                    look(order.remove());
                }
                OutChannel made = make.apply(key);
                channels.put(key, made);
                order.add(new Entry<>(key, made));
                return made;
            }
        }

        private void look(Entry<K> next) {
            if (next.channel().wasUsed() || !next.channel().forget()) {
                order.add(next);
            } else {
                channels.remove(next.key());
            }
        }

        Stream<OutChannel> stream() {
            return channels.values().stream();
        }
    }
}
