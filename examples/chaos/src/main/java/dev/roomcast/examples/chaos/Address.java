package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Target;
import java.util.Arrays;
import java.util.List;

/**
 * Whom a packet is for, as one word: {@code ROOM:r1}, {@code ROOMS:r1,r2}, {@code USER:u1}, {@code MEMBER:m1}, {@code EVERYONE:}.
 *
 * @param kind what the names are
 * @param names of rooms, of a user, or of a member
 */
record Address(Kind kind, List<String> names) {

    enum Kind {
        ROOM,
        ROOMS,
        USER,
        MEMBER,
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
        return kind != Kind.ROOM && kind != Kind.USER;
    }

    /** One word for all that a sender's packets travel in order with: of one room or user, or of the namespace. */
    String channel() {
        return isBarrier() ? "" : toString();
    }

    /** Whether a member is selected, whatever rooms it is in. */
    boolean selects(Note.Added member) {
        return switch (kind) {
            case ROOM, ROOMS -> false;
            case USER -> names.contains(member.user());
            case MEMBER -> names.contains(member.member());
            case EVERYONE -> true;
        };
    }

    Target target() {
        return switch (kind) {
            case ROOM -> Target.room(names.get(0));
            case ROOMS -> Target.rooms(names);
            case USER -> Target.user(names.get(0));
            case MEMBER -> Target.member(names.get(0));
            case EVERYONE -> Target.everyone();
        };
    }

    @Override
    public String toString() {
        return kind + ":" + String.join(",", names);
    }
}
