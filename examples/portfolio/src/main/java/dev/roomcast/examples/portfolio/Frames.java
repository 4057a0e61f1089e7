package dev.roomcast.examples.portfolio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import java.time.Instant;
import java.util.Set;

/** The frames that the server sends. */
final class Frames {
    /** The attributes of a member, and their names in frames. */
    static final String USER = "userId";

    static final String SESSION = "sessionID";

    /** More members than this are counted, not listed. */
    private static final int MOST_LISTED = 50;

    private Frames() {}

    static Packet hello(String session, String user, Adapter adapter) {
        NodeInfo node = adapter.cluster().self();
        return packet(event("hello")
                .put(SESSION, session)
                .put(USER, user)
                .put("node", node.name())
                .put("incarnation", node.incarnation())
                .put("adapter", adapter.health().adapter()));
    }

    static Packet subscribed(String room, NodeInfo node) {
        return packet(event("subscribed:portfolio").put("room", room).put("node", node.name()));
    }

    static Packet update(JsonNode data, NodeInfo from) {
        ObjectNode frame = event("portfolio:update");
        frame.set("data", data);
        return packet(frame.put("from", from.name()).put("at", Instant.now().toString()));
    }

    static Packet rooms(RoomCensus.Count count) {
        ObjectNode frame = event("rooms");
        count.rooms().stream().sorted().forEach(frame.putArray("rooms")::add);
        count.missing().forEach(frame.putArray("missing")::add);
        return packet(frame);
    }

    static Packet roomCreated(String room, NodeInfo node) {
        return packet(roomEvent("created", room, node));
    }

    /** @param members who is in the room on this node now */
    static Packet roomChanged(String type, String room, NodeInfo node, Member who, Set<Member> members) {
        ObjectNode frame = roomEvent(type, room, node);
        frame.set("member", describe(who));
        ArrayNode listed = frame.put("memberCount", members.size()).putArray("members");
        members.stream().limit(MOST_LISTED).map(Frames::describe).forEach(listed::add);
        return packet(frame);
    }

    static Packet error(String code, String message) {
        return packet(event("error").put("code", code).put("message", message));
    }

    private static ObjectNode roomEvent(String type, String room, NodeInfo node) {
        return event("room:event").put("type", type).put("room", room).put("node", node.name());
    }

    private static ObjectNode describe(Member member) {
        ObjectNode described = Json.object().put("id", member.id());
        member.attributes().forEach(described::put);
        return described;
    }

    private static ObjectNode event(String name) {
        return Json.object().put("event", name);
    }

    private static Packet packet(ObjectNode frame) {
        return Packet.text(frame.toString());
    }
}
