package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Set;

/**
 * What a node has noted, one line each. All times are those of one machine's wall clock.
 *
 * <p>A join has a number of its own on its node: a member may be back in a room before the stage of its last join there has ended.
 */
sealed interface Note {

    /** When it happened. */
    Instant at();

    /** The line, of words. */
    String line();

    /** What became of a packet, as the stage of its broadcast says. */
    enum Fate {
        ACCEPTED,
        NOT_SENT,
        UNKNOWN,
        /** It failed in some way that no broadcast should. */
        OTHERWISE
    }

    /** A member was added. */
    record Added(Instant at, String member, String user) implements Note {
        @Override
        public String line() {
            return words("added", at, member, user);
        }
    }

    /** {@code broadcast} is about to be called. Packets of a node are numbered from 0, in the order of the calls. */
    record Sent(Instant at, int number, Address to) implements Note {
        @Override
        public String line() {
            return words("sent", at, number, to);
        }
    }

    /** The stage of a broadcast has ended. */
    record Answered(Instant at, int number, Fate fate) implements Note {
        @Override
        public String line() {
            return words("answered", at, number, fate);
        }
    }

    /** A member was handed a packet. */
    record Received(Instant at, String member, String from, int number, Address to) implements Note {
        @Override
        public String line() {
            return words("received", at, member, from, number, to);
        }
    }

    /** {@code join} is about to be called. */
    record Joining(Instant at, int join, String member, String room) implements Note {
        @Override
        public String line() {
            return words("joining", at, join, member, room);
        }
    }

    /** The stage of a join has completed. */
    record Joined(Instant at, int join) implements Note {
        @Override
        public String line() {
            return words("joined", at, join);
        }
    }

    /** The stage of a join has failed: the room is still wanted. */
    record NotJoined(Instant at, int join) implements Note {
        @Override
        public String line() {
            return words("not-joined", at, join);
        }
    }

    /** {@code leave} is about to be called. */
    record Leaving(Instant at, int join) implements Note {
        @Override
        public String line() {
            return words("leaving", at, join);
        }
    }

    /**
     * The node was told of a loss.
     *
     * @param from the sender, or {@code *}
     */
    record Lost(
            Instant at, Loss.Kind kind, Loss.Scope scope, Set<String> names, String from, Instant since, Instant until)
            implements Note {

        static final String ANYONE = "*";

        @Override
        public String line() {
            return words("lost", at, kind, scope, ":" + String.join(",", names), from, since, until);
        }
    }

    /** The node's health has another status. */
    record Standing(Instant at, Health.Status status) implements Note {

        boolean isUp() {
            return status == Health.Status.UP;
        }

        @Override
        public String line() {
            return words("standing", at, status);
        }
    }

    /** Another node has another status in the eyes of this one. */
    record Seen(Instant at, String node, NodeInfo.Status status) implements Note {

        boolean isThere() {
            return status != NodeInfo.Status.GONE;
        }

        @Override
        public String line() {
            return words("seen", at, node, status);
        }
    }

    private static String words(Object... words) {
        return String.join(
                " ",
                Arrays.stream(words)
                        .map(word -> word instanceof Instant at ? Long.toString(micros(at)) : word.toString())
                        .toList());
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    /** Reads a line. */
    static Note parse(String line) {
        String[] words = line.split(" ");
        Instant at = instant(words[1]);
        return switch (words[0]) {
            case "added" -> new Added(at, words[2], words[3]);
            case "sent" -> new Sent(at, Integer.parseInt(words[2]), Address.parse(words[3]));
            case "answered" -> new Answered(at, Integer.parseInt(words[2]), Fate.valueOf(words[3]));
            case "received" ->
                new Received(at, words[2], words[3], Integer.parseInt(words[4]), Address.parse(words[5]));
            case "joining" -> new Joining(at, Integer.parseInt(words[2]), words[3], words[4]);
            case "joined" -> new Joined(at, Integer.parseInt(words[2]));
            case "not-joined" -> new NotJoined(at, Integer.parseInt(words[2]));
            case "leaving" -> new Leaving(at, Integer.parseInt(words[2]));
            case "lost" -> lost(at, words);
            case "standing" -> new Standing(at, Health.Status.valueOf(words[2]));
            case "seen" -> new Seen(at, words[2], NodeInfo.Status.valueOf(words[3]));
            default -> throw new IllegalArgumentException("no note begins like this: " + line);
        };
    }

    private static Lost lost(Instant at, String... words) {
        return new Lost(
                at,
                Loss.Kind.valueOf(words[2]),
                Loss.Scope.valueOf(words[3]),
                Set.of(words[4].substring(1).split(",")),
                words[5],
                instant(words[6]),
                instant(words[7]));
    }

    private static Instant instant(String micros) {
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }
}
