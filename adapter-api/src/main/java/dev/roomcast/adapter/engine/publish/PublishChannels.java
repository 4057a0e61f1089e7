package dev.roomcast.adapter.engine.publish;

import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import dev.roomcast.adapter.engine.codec.FrameWriter;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.config.EngineOptions;
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
 * The channels on which a node publishes, with their names and counts. Bounded: when there are too many, the least
 * recently used one is forgotten, and begins a new stream when it is used again. A channel with messages that wait or
 * are in flight is kept: there are more of those only as far as {@link EngineOptions#QUEUE_BYTES} allows.
 */
public final class PublishChannels {

    private static final int MOST = 1 << 16;
    /** How many channels are looked at to forget one: a new channel must not wait for a walk over all of them. */
    private static final int LOOKS = 8;

    private final ChannelNames names;
    private final BooleanSupplier together;
    private final AtomicLong streams = new AtomicLong();
    private final Consumer<PublishChannel> onLeft;
    private final PublishChannel namespace;
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
    public PublishChannels(
            ChannelNames names,
            Incarnation self,
            FrameWriter frameWriter,
            BooleanSupplier together,
            Consumer<PublishChannel> onLeft) {
        this.together = together;
        this.names = names;
        this.onLeft = onLeft;
        this.namespace =
                new PublishChannel(names.namespace(), self, null, true, streams.incrementAndGet(), frameWriter);
    }

    /** One room or one user has a channel of its own, in general; everything else goes to all nodes of the namespace. */
    public PublishChannel of(Target target) {
        return together.getAsBoolean() ? namespace : ofItsOwn(target);
    }

    /** As the other one, wherever packets go just now: for what is to come back on the link of just that channel. */
    public PublishChannel ofItsOwn(Target target) {
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

    public PublishChannel namespace() {
        return namespace;
    }

    public PublishChannel node(Incarnation node) {
        return nodes.get(node);
    }

    /** The channels of rooms and users on which frames are in flight. */
    public List<PublishChannel> inFlight() {
        return Stream.of(rooms, users)
                .flatMap(Kept::stream)
                .filter(channel -> channel.inFlight() > 0)
                .toList();
    }

    private PublishChannel newRoom(String name) {
        return channel(names.room(name), Target.room(name), () -> rooms.get(name));
    }

    private PublishChannel newUser(String id) {
        return channel(names.user(id), Target.user(id), () -> users.get(id));
    }

    private PublishChannel channel(String name, Target target, Supplier<PublishChannel> successor) {
        return PublishChannel.of(target, name, namespace, streams.incrementAndGet(), onLeft, successor);
    }

    private PublishChannel newNode(Incarnation node) {
        return PublishChannel.ofNode(names.node(node), namespace, streams.incrementAndGet(), () -> nodes.get(node));
    }

    /** The channels of one kind. Those that are known are found without a lock. */
    private static final class Kept<K> {

        private record Entry<K>(K key, PublishChannel channel) {}

        private final Function<K, PublishChannel> make;
        private final Map<K, PublishChannel> channels = new ConcurrentHashMap<>();
        /** The next one to look at first; a channel that was used since it was looked at last goes behind the others. Under its own lock. */
        private final Deque<Entry<K>> order = new ArrayDeque<>();

        Kept(Function<K, PublishChannel> make) {
            this.make = make;
        }

        PublishChannel get(K key) {
            PublishChannel known = channels.get(key);
            if (known == null || known.isForgotten()) {
                return add(key);
            }
            known.use();
            return known;
        }

        private PublishChannel add(K key) {
            synchronized (order) {
                PublishChannel known = channels.get(key);
                if (known != null) {
                    return known;
                }
                for (int looks = 0; order.size() >= MOST && looks < LOOKS; looks++) {
                    look(order.remove());
                }
                PublishChannel made = make.apply(key);
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

        Stream<PublishChannel> stream() {
            return channels.values().stream();
        }
    }
}
