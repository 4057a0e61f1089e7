package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Target;
import java.util.Arrays;
import java.util.List;

/**
 * Whom a packet is for, as one word: {@code ROOM:r1}, {@code ROOMS:r1,r2}, {@code USER:u1}, {@code EVERYONE:}.
 *
 * @param kind what the names are
 * @param names of rooms or of a user
 */
record Address(Kind kind, List<String> names) {

    enum Kind {
        ROOM,
        ROOMS,
        USER,
        EVERYONE
    }

    static Address room(String room) {
        return new Address(Kind.ROOM, List.of(room));
    }

    static Address parse(String word) {
        int colon = word.indexOf(':');
        String names = word.substring(colon + 1);
        return new Address(
                Kind.valueOf(word.substring(0, colon)), names.isEmpty() ? List.of() : Arrays.asList(names.split(",")));
    }

    /** Whether nothing of the same sender may change places with it: Rule 2.17. */
    boolean isBarrier() {
        return kind == Kind.ROOMS || kind == Kind.EVERYONE;
    }

    Target target() {
        return switch (kind) {
            case ROOM -> Target.room(names.get(0));
            case ROOMS -> Target.rooms(names);
            case USER -> Target.user(names.get(0));
            case EVERYONE -> Target.everyone();
        };
    }

    @Override
    public String toString() {
        return kind + ":" + String.join(",", names);
    }
}
