package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Loss.Scope;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.SimulatedHost.Client;
import dev.roomcast.adapter.engine.SimulatedHost.Seat;
import dev.roomcast.adapter.engine.SimulatedHost.Span;
import dev.roomcast.adapter.engine.codec.ChannelNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * That nothing is lost silently: a packet that was promised to a node has come, or its stage has failed where it was sent, or a loss was
 * told where it was awaited, for its room and its time. And that no window is told that is wider than what may have been lost.
 *
 * <p>One thing cannot be known (docs/wire.md): whether a node that was never heard in a room, and has sent no heartbeat since the room
 * was subscribed, sent something before that or after. So a packet counts from the moment on at which its sender is known there.
 */
final class LossOracle {

    /** Two heartbeats, and what they take. */
    private static final long TWO_HEARTBEATS = Duration.ofMillis(2_300).toNanos();
    /** A heartbeat comes back to its sender at least so often, while it can speak; before that nothing is known of the link. */
    private static final long SIGN_OF_LIFE = Duration.ofMillis(1_600).toNanos();
    /** What a message takes if nothing is slow. */
    private static final long ON_THE_WAY = Duration.ofMillis(2).toNanos();
    /** As long it may take while something is slow or stands still. */
    private static final long SLOWLY_ON_THE_WAY = Duration.ofSeconds(5).toNanos();

    private static final String ROOM = "room ";

    /** A packet that must arrive on a node, for these members, or be told. */
    private record Promised(
            long number,
            Seat from,
            boolean isUnreceived,
            Target target,
            String channel,
            long at,
            Set<Client> members) {}

    private record Told(Loss loss, long since, long until) {}

    private record Sender(Seat at, Seat from, String channel) {}

    private record Acquaintance(Seat at, Seat from) {}

    private record Slow(long since, long until) {}

    /** A frame that somebody else has published once more. */
    private record HandedOver(Seat from, String channel, long sentAt, long at) {}

    private final VirtualTime time;
    private final Map<Seat, Map<Long, Promised>> promised = new LinkedHashMap<>();
    private final Map<Seat, List<Told>> told = new HashMap<>();
    private final Set<Sender> known = new HashSet<>();
    private final Set<Sender> heard = new HashSet<>();
    private final Set<Acquaintance> acquaintances = new HashSet<>();
    private final List<Slow> slow = new ArrayList<>();
    private final List<HandedOver> handedOver = new ArrayList<>();
    private long onTheWay = ON_THE_WAY;
    private long promises;
    private long losses;

    LossOracle(VirtualTime time) {
        this.time = time;
    }

    /** How many packets had to arrive on a node, or be told. */
    long promises() {
        return promises;
    }

    /** How many of them did not arrive, and were told. */
    long losses() {
        return losses;
    }

    /** Frames of somebody else are on all channels, and those of the nodes come after them. */
    void crowded() {
        onTheWay = 10 * ON_THE_WAY;
    }

    /** Somebody else publishes a frame of a node, which it had sent on that channel at that moment. */
    void handedOver(Seat from, String channel, long sentAt) {
        handedOver.add(new HandedOver(from, channel, sentAt, time.now()));
    }

    /**
     * Whether a gap that begins then begins with a frame of the node that came from somebody else, and had been sent on that channel until that
     * other moment.
     */
    private boolean beginsWithWhatWasHandedOver(long since, Seat from, String channel, long sentUntil) {
        return handedOver.stream()
                .anyMatch(one -> one.from() == from
                        && one.channel().equals(channel)
                        && one.sentAt() <= sentUntil
                        && one.at() <= since
                        && since <= arrivedAt(one.at()));
    }

    /** For so long something is slow, or stands still. */
    void slow(Duration soLong) {
        slow.add(new Slow(time.now(), time.now() + soLong.toNanos()));
    }

    /** Whether something was slow then, or shortly before or after. */
    private boolean wasSlow(long then) {
        return slow.stream()
                .anyMatch(one -> one.since() <= then + SLOWLY_ON_THE_WAY && one.until() >= then - SLOWLY_ON_THE_WAY);
    }

    // ---- what is promised

    /** A packet is sent that is for members of a node which has once confirmed that it hears the channel. */
    void promise(Seat at, Seat from, long number, Target target, String channel, Set<Client> members) {
        // What waited for the end of an outage leaves as its node closes, and then nothing is sent any more that could
        // tell it.
        boolean canTellNobody = !from.open && from.host.transport.isDemoted() && hasGivenUp(at, from);
        if (!members.isEmpty() && !canTellNobody && isKnown(new Sender(at, from, channel))) {
            promises++;
            promisedTo(at)
                    .put(
                            number,
                            new Promised(
                                    number,
                                    from,
                                    from.host.transport.isDemoted(),
                                    target,
                                    channel,
                                    time.now(),
                                    members));
        }
    }

    private Map<Long, Promised> promisedTo(Seat at) {
        return promised.computeIfAbsent(at, seat -> new LinkedHashMap<>());
    }

    /** Who was heard on the channel is known, and who has spoken for long enough to a node that could hear. */
    private boolean isKnown(Sender sender) {
        long since = Math.max(sender.at().host.disturbed, sender.from().host.disturbed);
        since = Math.max(since, Math.max(sender.from().openedAt, subscribedSince(sender)));
        boolean canBeHeard = !sender.at().host.transport.isDeaf()
                && !sender.from().host.transport.isDemoted();
        if (time.now() - since > TWO_HEARTBEATS && canBeHeard) {
            known.add(sender);
        }
        return known.contains(sender);
    }

    private static long subscribedSince(Sender sender) {
        return sender.channel().startsWith(ROOM)
                ? sender.at().roomSince.getOrDefault(nameOf(sender.channel()), Long.MAX_VALUE / 2)
                : sender.at().openedAt;
    }

    private static String nameOf(String channel) {
        return channel.substring(channel.indexOf(' ') + 1);
    }

    /** A packet has come to somebody for whom others did not wait. */
    void arrived(Client client, long number) {
        Promised packet = promisedTo(client.seat).get(number);
        if (packet != null) {
            packet.members().remove(client);
        }
    }

    /** A packet has come to a node; it may have waited there. */
    void delivered(Seat at, Seat from, long number, String channel, boolean hasWaited) {
        promisedTo(at).remove(number);
        Sender sender = new Sender(at, from, channel);
        heard.add(sender);
        acquaintances.add(new Acquaintance(at, from));
        // What comes just after the room has filled anew may be of the subscription before.
        if (!hasWaited && !wasSlow(time.now()) && time.now() - subscribedSince(sender) > ON_THE_WAY) {
            known.add(sender);
        }
    }

    /** Whether a node has ever heard a packet of another one. */
    boolean hasHeard(Seat at, Seat from) {
        return acquaintances.contains(new Acquaintance(at, from));
    }

    /** Its stage has failed, so it is told, or will never complete. */
    void failed(long number) {
        promised.values().forEach(packets -> packets.remove(number));
    }

    /** A node has died. Who was never heard on a channel is not known to have been there. */
    void died(Seat from) {
        promised.forEach((at, packets) -> packets.values()
                .removeIf(packet -> packet.from() == from && !heard.contains(new Sender(at, from, packet.channel()))));
    }

    /**
     * A node has ended, and what it has published while it was not received can be told by nobody any more: not by who had given it up before
     * that, and has not met it since. That was told of what was sent until then.
     */
    void endedUnreceived(Seat from) {
        promised.forEach((at, packets) -> packets.values()
                .removeIf(packet -> packet.from() == from
                        && packet.isUnreceived()
                        && hasGivenUp(at, from)
                        && packet.at() > at.gone.get(from.incarnation)));
    }

    /** Whether a node has given up another one, and has not met it since. */
    private static boolean hasGivenUp(Seat at, Seat from) {
        boolean isKnown = at.adapter.cluster().nodes().stream()
                .anyMatch(node -> node.incarnation().equals(from.incarnation));
        return !isKnown && at.gone.containsKey(from.incarnation);
    }

    /** A node has ended. */
    void ended(Seat seat) {
        promised.remove(seat);
        told.remove(seat);
        known.removeIf(sender -> sender.at() == seat);
        heard.removeIf(sender -> sender.at() == seat);
        acquaintances.removeIf(one -> one.at() == seat);
    }

    /** A node was told that another is gone: if that comes back, it begins anew. */
    void gone(Seat at, Seat from) {
        known.removeIf(sender -> sender.at() == at && sender.from() == from);
        acquaintances.remove(new Acquaintance(at, from));
    }

    /** Nobody of the node is in the room any more. */
    void emptied(Seat at, String room) {
        known.removeIf(sender -> sender.at() == at && sender.channel().equals(ROOM + room));
    }

    /** A client has come into a room, or left it: what is under way to it is not promised any more. */
    void changed(Client client, String room) {
        promisedTo(client.seat).values().stream()
                .filter(packet -> packet.target().roomNames().contains(room)
                        || packet.target().exceptedRoomNames().contains(room))
                .forEach(packet -> packet.members().remove(client));
    }

    void removed(Client client) {
        promisedTo(client.seat).values().forEach(packet -> packet.members().remove(client));
    }

    // ---- what is told

    /** A loss is told. Returns what is wrong with its window, if anything is. */
    Optional<String> told(Seat at, Loss loss) {
        long wrong = at.host.process.clockWasWrongBy(loss.until()).toNanos();
        long since = nanos(loss.since()) - wrong;
        told.computeIfAbsent(at, seat -> new ArrayList<>()).add(new Told(loss, since, nanos(loss.until()) - wrong));
        boolean isOwn = loss.kind() == Kind.POSSIBLE && loss.from().isEmpty();
        Long trouble = at.host.troubles.ceiling(since - ON_THE_WAY);
        boolean wasDeaf = at.host.deaf.stream().anyMatch(span -> span.touches(since - ON_THE_WAY, since));
        // A room that was silent for long is lost since its last frame.
        boolean isAlone = loss.scope() != Scope.NAMESPACE
                && at.host.lostSome.stream().anyMatch(span -> span.touches(since, nanos(loss.until()) - wrong));
        boolean tooWide = isOwn
                && !isAlone
                && !wasDeaf
                && !wasSlow(since)
                && (trouble == null || trouble > nextSignOfLife(at, since));
        return tooWide
                ? Optional.of(
                        "a loss was told since " + loss.since() + ", and nothing was wrong for a while after that")
                : Optional.empty();
    }

    /** When a node has its next sign of life at the latest, after one at that moment: the heartbeat that would be it may find no connection. */
    private static long nextSignOfLife(Seat at, long since) {
        long next = since + SIGN_OF_LIFE;
        for (Span mute : at.host.mute) {
            if (mute.touches(since, next)) {
                next = Math.max(next, mute.until() + SIGN_OF_LIFE);
            }
        }
        return next;
    }

    /** Whether a fault has concerned the node, or the one whose packets are missing, in the loss's time or just before. */
    boolean isFounded(Seat at, Optional<Seat> from, Loss loss) {
        long wrong = at.host.process.clockWasWrongBy(loss.until()).toNanos();
        long since = nanos(loss.since()) - wrong - SLOWLY_ON_THE_WAY;
        long until = nanos(loss.until()) - wrong;
        return at.host.hadFaultBetween(since, until)
                || from.stream().anyMatch(seat -> !seat.open || seat.host.hadFaultBetween(since, until));
    }

    /**
     * Whether frames are missing just after a room or user was subscribed. Somebody may have handed over a frame that was sent before that, once,
     * until a later one of its sender comes (docs/wire.md): what was sent between it and the subscription looks lost.
     */
    boolean isJustSubscribed(Seat at, Optional<Seat> from, Loss loss) {
        long wrong = at.host.process.clockWasWrongBy(loss.until()).toNanos();
        long since = nanos(loss.since()) - wrong;
        long recently = since - SIGN_OF_LIFE;
        boolean isHandedOver = from.stream()
                .anyMatch(seat -> Stream.concat(
                                loss.rooms().stream().map(seat.channelNames::room),
                                loss.users().stream().map(seat.channelNames::user))
                        .anyMatch(channel -> beginsWithWhatWasHandedOver(since, seat, channel, since)));
        boolean areRooms =
                loss.rooms().stream().allMatch(room -> at.roomSince.getOrDefault(room, Long.MAX_VALUE) >= recently);
        boolean areUsers = loss.users().stream()
                .allMatch(user -> at.present.values().stream()
                        .filter(client -> client.user.equals(Optional.of(user)))
                        .allMatch(client -> client.since >= recently));
        return loss.kind() == Kind.GAP && loss.scope() != Scope.NAMESPACE && areRooms && areUsers && isHandedOver;
    }

    private static long nanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }

    // ---- at the end

    /** What was lost silently on a node, if anything was; then everything begins anew. */
    Optional<String> silent(Seat at) {
        List<Told> all = told.getOrDefault(at, List.of());
        for (Promised packet : promisedTo(at).values()) {
            if (packet.members().isEmpty()) {
                continue;
            }
            List<Told> concerned =
                    all.stream().filter(one -> concerns(one.loss(), packet)).toList();
            if (concerned.stream().noneMatch(one -> isOfTheTime(one, packet))) {
                return Optional.of("packet " + packet.number() + " of " + packet.from() + ", sent at " + packet.at()
                        + " to " + packet.channel() + ", never came to " + packet.members()
                        + ", and no loss was told but "
                        + concerned);
            }
            losses++;
        }
        promised.remove(at);
        told.remove(at);
        return Optional.empty();
    }

    private static boolean concerns(Loss loss, Promised packet) {
        boolean isFrom = loss.from()
                .map(node -> node.incarnation().equals(packet.from().incarnation))
                .orElse(true);
        boolean isThere = packet.channel().isEmpty()
                ? loss.scope() == Scope.NAMESPACE
                : loss.rooms().contains(nameOf(packet.channel()));
        return isFrom && isThere;
    }

    private boolean isOfTheTime(Told one, Promised packet) {
        // While its sender is not received, somebody else may hand over a frame before it, at any time, and the gap
        // begins with that.
        boolean isHandedOver = packet.isUnreceived()
                && one.loss().kind() == Kind.GAP
                && beginsWithWhatWasHandedOver(one.since(), packet.from(), channelOf(packet), packet.at());
        boolean isExcused = isHandedOver || packet.isUnreceived() && looksAliveLate(one, packet.from());
        return (isExcused || one.since() <= arrivedAt(packet.at())) && one.until() >= packet.at();
    }

    /**
     * Whether a node that was given up seemed to live until later than it was received, because somebody handed over a frame of it: its last
     * numbers should have come until two heartbeats before that.
     */
    private boolean looksAliveLate(Told one, Seat from) {
        boolean isGivenUp =
                one.loss().kind() == Kind.POSSIBLE && one.loss().from().isPresent();
        return isGivenUp
                && handedOver.stream()
                        .anyMatch(frame -> frame.from() == from
                                && one.since() >= frame.at() - TWO_HEARTBEATS
                                && one.since() <= arrivedAt(frame.at()));
    }

    private static String channelOf(Promised packet) {
        ChannelNames channelNames = packet.from().channelNames;
        return packet.channel().isEmpty() ? channelNames.namespace() : channelNames.room(nameOf(packet.channel()));
    }

    /** When a packet of that time has come at the latest: what stands still meanwhile may stand still once more. */
    private long arrivedAt(long sentAt) {
        long arrived = sentAt + (wasSlow(sentAt) ? SLOWLY_ON_THE_WAY : onTheWay);
        for (Slow one : slow) {
            if (one.since() <= arrived && one.until() >= sentAt) {
                arrived = Math.max(arrived, one.until() + SLOWLY_ON_THE_WAY);
            }
        }
        return arrived;
    }
}
