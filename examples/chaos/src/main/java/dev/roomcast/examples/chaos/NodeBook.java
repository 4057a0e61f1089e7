package dev.roomcast.examples.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All that one node has noted, and when it lived. */
final class NodeBook {

    /** A packet that the node sent. */
    static final class Sent {

        final Note.Sent note;
        /** Null while its stage is pending. */
        Note.@Nullable Answered answer;

        Sent(Note.Sent note) {
            this.note = note;
        }

        Note.@Nullable Fate fate() {
            return answer == null ? null : answer.fate();
        }
    }

    /** A member of the node. */
    static final class Client {

        final Note.Added note;
        /** Its first time in a room. */
        @Nullable
        Stay first;

        private final Map<String, Reception> receptions = new HashMap<>();

        private final PacketOrder order;

        Client(Note.Added note, PacketOrder order) {
            this.note = note;
            this.order = order;
        }

        Reception of(String sender) {
            return receptions.computeIfAbsent(sender, name -> new Reception(order));
        }
    }

    /** A member's time in a room. */
    static final class Stay {

        final Client client;
        final Note.Joining begin;
        /** When the stage of the join completed. */
        @Nullable
        Instant joined;
        /** When it failed instead. */
        @Nullable
        Instant failed;

        @Nullable
        Instant left;
        /** Senders of whom a packet for just this room has come since the join's stage completed. */
        final Set<String> heard = new HashSet<>();

        boolean lied;

        Stay(Client client, Note.Joining begin) {
            this.client = client;
            this.begin = begin;
        }
    }

    /** Whoever must get a packet, and by which stay if that is why. */
    record Claim(Client client, @Nullable Stay stay) {}

    final String name;
    final Instant born;
    /** Null as long as it has not been killed. */
    @Nullable
    Instant died;

    final List<Sent> sent = new ArrayList<>();
    final List<Note.Lost> losses = new ArrayList<>();
    /** How it stood, and whom it saw, in the order in which it has told. */
    final List<Note> told = new ArrayList<>();

    final NavigableMap<Long, Integer> receivedBySecond = new TreeMap<>();
    final Breaches breaches = new Breaches();

    /** When each number came first, by its sender and channel. */
    private final Map<String, NavigableMap<Integer, Instant>> came = new HashMap<>();

    private final Map<String, Client> clients = new LinkedHashMap<>();
    private final Map<Integer, Stay> stays = new HashMap<>();
    private final Map<String, List<Stay>> staysByRoom = new HashMap<>();
    private final PacketOrder order;
    private final View view;
    private long received;

    NodeBook(String name, Instant born, PacketOrder order) {
        this.name = name;
        this.order = order;
        this.born = born;
        this.view = new View(name);
    }

    void note(Note note) {
        if (note instanceof Note.Received received) {
            received(received);
        } else if (note instanceof Note.Sent packet) {
            sent.add(new Sent(packet));
        } else if (note instanceof Note.Answered answer) {
            sent.get(answer.number()).answer = answer;
        } else if (note instanceof Note.Added added) {
            clients.put(added.member(), new Client(added, order));
        } else if (note instanceof Note.Lost loss) {
            losses.add(loss);
        } else if (note instanceof Note.Standing || note instanceof Note.Seen) {
            told.add(note);
            view.note(note);
        } else {
            room(note);
        }
    }

    private void room(Note note) {
        if (note instanceof Note.Joining joining) {
            Client client = client(joining.member());
            Stay stay = new Stay(client, joining);
            client.first = client.first == null ? stay : client.first;
            stays.put(joining.join(), stay);
            staysByRoom
                    .computeIfAbsent(joining.room(), room -> new ArrayList<>())
                    .add(stay);
        } else if (note instanceof Note.Joined joined) {
            stay(joined.join()).joined = joined.at();
        } else if (note instanceof Note.NotJoined failed) {
            stay(failed.join()).failed = failed.at();
        } else if (note instanceof Note.Leaving leaving) {
            stay(leaving.join()).left = leaving.at();
        }
    }

    private void received(Note.Received note) {
        received++;
        came.computeIfAbsent(note.from() + " " + note.to().channel(), channel -> new TreeMap<>())
                .putIfAbsent(note.number(), note.at());
        receivedBySecond.merge(note.at().getEpochSecond(), 1, Integer::sum);
        switch (client(note.member()).of(note.from()).received(note.number(), note.to())) {
            case AGAIN -> breaches.add(Promise.DUPLICATE, note.at(), name + ": " + note.line());
            case TOO_LATE -> breaches.add(Promise.REORDERED, note.at(), name + ": " + note.line());
            case IN_ORDER -> {}
        }
    }

    private Client client(String member) {
        Client known = clients.get(member);
        if (known == null) {
            throw new IllegalStateException("node " + name + " tells of a member that it has not added: " + member);
        }
        return known;
    }

    private Stay stay(int join) {
        Stay known = stays.get(join);
        if (known == null) {
            throw new IllegalStateException("node " + name + " tells of a join that it has not begun: " + join);
        }
        return known;
    }

    /** When the packet before one came that its sender sent on the same channel, if any did: it cannot have come itself before that. */
    Optional<Instant> cameBefore(Note.Sent packet, String sender) {
        Map.Entry<Integer, Instant> before = came.getOrDefault(
                        sender + " " + packet.to().channel(), Collections.emptyNavigableMap())
                .lowerEntry(packet.number());
        return Optional.ofNullable(before).map(Map.Entry::getValue);
    }

    long received() {
        return received;
    }

    boolean lives() {
        return died == null;
    }

    /** Whether it was killed before some moment. */
    boolean diedBefore(Instant moment) {
        return died != null && died.isBefore(moment);
    }

    boolean isWellAmong(Set<String> living) {
        return view.isWellAmong(living);
    }

    Collection<Client> clients() {
        return clients.values();
    }

    /** Who must get a packet of this node itself: its one thread sends, joins and leaves, so its notes have an order. */
    List<Claim> claimsHere(Note.Sent packet) {
        return claims(
                packet,
                stay -> stay.begin.at().isBefore(packet.at()) && (stay.left == null || stay.left.isAfter(packet.at())),
                client -> client.note.at().isBefore(packet.at()));
    }

    /**
     * Who must get a packet of another node, unless a loss is told: whoever had joined when it was sent, and was still there when it
     * must have come.
     */
    List<Claim> claimsElsewhere(Note.Sent packet, Instant arrival) {
        Instant firstUp = upAfter(Instant.MIN);
        return claims(
                packet,
                stay -> hearsSince(stay).isBefore(packet.at()) && (stay.left == null || stay.left.isAfter(arrival)),
                client -> firstUp.isBefore(packet.at()) && hearsSince(client).isBefore(packet.at()));
    }

    /** The channel of its user was asked for before that of its first room. */
    private Instant hearsSince(Client client) {
        return client.first == null ? Instant.MAX : hearsSince(client.first);
    }

    /** A join that was not confirmed in time takes effect with the link, at the latest when health is UP again. */
    private Instant hearsSince(Stay stay) {
        if (stay.joined != null) {
            return stay.joined;
        }
        return stay.failed == null ? Instant.MAX : upAfter(stay.failed);
    }

    private Instant upAfter(Instant moment) {
        return told.stream()
                .filter(note -> note instanceof Note.Standing standing
                        && standing.isUp()
                        && note.at().isAfter(moment))
                .map(Note::at)
                .findFirst()
                .orElse(Instant.MAX);
    }

    private List<Claim> claims(Note.Sent packet, Predicate<Stay> isIn, Predicate<Client> isPresent) {
        List<Claim> claims = new ArrayList<>();
        Address to = packet.to();
        switch (to.kind()) {
            case ROOM, ROOMS -> {
                Set<Client> once = new HashSet<>();
                to.names().stream()
                        .flatMap(room -> staysByRoom.getOrDefault(room, List.of()).stream())
                        .filter(stay -> isIn.test(stay) && once.add(stay.client))
                        .forEach(stay ->
                                claims.add(new Claim(stay.client, to.kind() == Address.Kind.ROOM ? stay : null)));
            }
            case USER, MEMBER, EVERYONE ->
                clients.values().stream()
                        .filter(client -> to.selects(client.note) && isPresent.test(client))
                        .forEach(client -> claims.add(new Claim(client, null)));
        }
        return claims;
    }
}
