package dev.roomcast.adapter.engine.config;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Checks arguments against the configured limits, before anything is changed. Each error names the limit's key. */
public record Limits(
        int packetBytes,
        int nameBytes,
        int roomsPerMember,
        int namesPerTarget,
        int members,
        int attributeBytes,
        int sequenceBytes) {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    public static Limits of(EngineSettings settings) {
        return new Limits(
                settings.get(EngineOptions.PACKET_BYTES),
                settings.get(EngineOptions.NAME_BYTES),
                settings.get(EngineOptions.ROOMS_PER_MEMBER),
                settings.get(EngineOptions.ROOMS_PER_TARGET),
                settings.get(EngineOptions.MEMBERS),
                settings.get(EngineOptions.ATTRIBUTE_BYTES),
                settings.get(EngineOptions.SEQUENCE_BYTES));
    }

    /** Checks the name of a room, namespace, member or user. */
    public String name(String what, String name) {
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

    /** Checks the attributes of a connection: other nodes are told them, so they fit into a frame. */
    public Map<String, String> attributes(String id, Map<String, String> attributes) {
        long bytes = 0;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            bytes += bytes(attribute.getKey()) + bytes(attribute.getValue());
        }
        if (bytes > attributeBytes) {
            throw new IllegalArgumentException("the attributes of member " + id + " have " + bytes + " bytes, and "
                    + EngineOptions.ATTRIBUTE_BYTES + " allows " + attributeBytes
                    + ": keep elsewhere what other nodes need not know, or raise the limit on every node");
        }
        return attributes;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Checks whether one more member may come to so many. */
    public void members(int count) {
        if (count >= members) {
            throw new AdapterException(
                    Outcome.CAPACITY,
                    "this node has " + count + " members, and " + EngineOptions.MEMBERS + " allows " + members
                            + ": let the load balancer send clients to another node, or raise the limit",
                    null);
        }
    }

    /** Checks how long an answer may take. */
    public static Duration timeout(Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("a timeout of " + timeout + " is not between 1 ms and " + LONGEST_WAIT);
        }
        return timeout;
    }

    public void packet(Packet packet) {
        if (!packet.fitsIn(packetBytes)) {
            throw new IllegalArgumentException("the packet has " + packet.size() + " bytes, and "
                    + EngineOptions.PACKET_BYTES + " allows " + packetBytes
                    + ": send less, or raise the limit on every node");
        }
    }

    public void target(Target target) {
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

    public static int count(Target target) {
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
