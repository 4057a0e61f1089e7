package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.nio.charset.StandardCharsets;

/** What is refused at the border, before anything is changed. Each refusal names the limit's key. */
record Limits(int packetBytes, int nameBytes, int roomsPerMember, int namesPerTarget) {

    static Limits of(EngineSettings settings) {
        return new Limits(
                settings.get(EngineOptions.PACKET_BYTES),
                settings.get(EngineOptions.NAME_BYTES),
                settings.get(EngineOptions.ROOMS_PER_MEMBER),
                settings.get(EngineOptions.ROOMS_PER_TARGET));
    }

    /** Checks the name of a room, namespace, member or user. */
    String name(String what, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the " + what + " is empty: give it at least one character");
        }
        if (!isWellFormed(name)) {
            throw new IllegalArgumentException("the " + what + " " + quoted(name)
                    + " has a lone surrogate, which no encoding can carry: build names from whole characters");
        }
        // Most names are far below the limit, which then needs no encoding.
        if (name.length() > nameBytes / 3) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > nameBytes) {
                throw new IllegalArgumentException("the " + what + " " + quoted(name) + " has " + bytes
                        + " bytes, and " + EngineOptions.NAME_BYTES + " allows " + nameBytes
                        + ": shorten it, or raise the limit on every node");
            }
        }
        return name;
    }

    void packet(Packet packet) {
        if (!packet.fitsIn(packetBytes)) {
            throw new IllegalArgumentException("the packet has " + packet.size() + " bytes, and "
                    + EngineOptions.PACKET_BYTES + " allows " + packetBytes
                    + ": send less, or raise the limit on every node");
        }
    }

    void target(Target target) {
        target.roomNames().forEach(room -> name("room", room));
        target.memberIds().forEach(id -> name("member id", id));
        target.userIds().forEach(id -> name("user id", id));
        target.exceptedRoomNames().forEach(room -> name("excepted room", room));
        target.exceptedMemberIds().forEach(id -> name("excepted member id", id));
        int names = count(target);
        if (names > namesPerTarget) {
            throw new IllegalArgumentException("the target has " + names + " names, and "
                    + EngineOptions.ROOMS_PER_TARGET + " allows " + namesPerTarget
                    + ": send to several targets, or raise the limit on every node");
        }
    }

    static int count(Target target) {
        return target.roomNames().size()
                + target.memberIds().size()
                + target.userIds().size()
                + target.exceptedRoomNames().size()
                + target.exceptedMemberIds().size();
    }

    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static String quoted(String name) {
        StringBuilder shown = new StringBuilder("\"");
        name.codePoints()
                .limit(40)
                .map(c -> Character.isISOControl(c) || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE
                        ? '?'
                        : c)
                .forEach(shown::appendCodePoint);
        return shown.append(name.length() > 40 ? "...\"" : "\"").toString();
    }
}
