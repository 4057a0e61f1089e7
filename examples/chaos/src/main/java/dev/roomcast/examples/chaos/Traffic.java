package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Packet;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node sends: mostly to one room, also to several, to a user, to one member, to everyone, and now and then a burst into one room. A
 * packet says its sender, its number and whom it is for.
 *
 * <p><i>Threading:</i> used by the node's one thread.
 */
final class Traffic {

    private static final int BURST = 20;
    private static final int MOST_ROOMS = 4;

    private final Adapter adapter;
    private final String node;
    private final Journal journal;
    private final Random random;
    private int sent;

    Traffic(Adapter adapter, String node, Journal journal, Random random) {
        this.adapter = adapter;
        this.node = node;
        this.journal = journal;
        this.random = random;
    }

    void sendSomething() {
        int percent = random.nextInt(100);
        if (percent < 2) {
            Address room = Address.room(Crowd.room(random));
            Stream.generate(() -> room).limit(BURST).forEach(this::send);
        } else if (percent < 80) {
            send(Address.room(Crowd.room(random)));
        } else if (percent < 86) {
            send(new Address(Address.Kind.ROOMS, someRooms()));
        } else if (percent < 92) {
            send(new Address(Address.Kind.USER, List.of("user-" + random.nextInt(Crowd.USERS))));
        } else if (percent < 96) {
            send(new Address(Address.Kind.MEMBER, List.of(Crowd.member(random))));
        } else {
            send(new Address(Address.Kind.EVERYONE, List.of()));
        }
    }

    private List<String> someRooms() {
        return Stream.generate(() -> Crowd.room(random))
                .distinct()
                .limit(random.nextLong(2, MOST_ROOMS + 1))
                .toList();
    }

    private void send(Address to) {
        int number = sent++;
        journal.note(new Note.Sent(Instant.now(), number, to));
        adapter.broadcast(to.target(), Packet.text(node + " " + number + " " + to))
                .whenComplete(
                        (accepted, failure) -> journal.note(new Note.Answered(Instant.now(), number, fate(failure))));
    }

    private static Note.Fate fate(@Nullable Throwable failure) {
        if (failure == null) {
            return Note.Fate.ACCEPTED;
        }
        if (failure instanceof AdapterException why) {
            if (why.outcome() == AdapterException.Outcome.NOT_SENT) {
                return Note.Fate.NOT_SENT;
            }
            if (why.outcome() == AdapterException.Outcome.UNKNOWN) {
                return Note.Fate.UNKNOWN;
            }
        }
        return Note.Fate.OTHERWISE;
    }
}
