package dev.roomcast.examples.portfolio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.QueuedConnection;
import dev.roomcast.adapter.Target;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from its connection to its end: what it asks for, and its membership.
 *
 * <p><i>Threading:</i> frames come one after the other, but {@link #gone()} may come beside one of them.
 */
final class Client {
    private static final Logger log = LoggerFactory.getLogger(Client.class);

    private static final int LONGEST_MESSAGE = 300;
    /** It is shown to everybody in the room. */
    private static final int LONGEST_SESSION = 100;

    private final Adapter adapter;
    private final RoomCensus census;
    private final QueuedConnection queue;
    private final Object lock = new Object();
    private @Nullable Member member;
    private boolean gone;

    /** @param queue its id is unique, and not the client's choice: nobody takes another's place by its name */
    Client(Adapter adapter, RoomCensus census, QueuedConnection queue) {
        this.adapter = adapter;
        this.census = census;
        this.queue = queue;
    }

    /** Handles one frame. Whatever is in it, the worst that happens is an error frame in return. */
    void received(String text) {
        try {
            handle(Json.parse(text).orElseThrow(() -> new BadFrame("invalid-json", "a frame must be one JSON object")));
        } catch (BadFrame e) {
            answer(Frames.error(e.code(), e.getMessage()));
        } catch (IllegalArgumentException e) {
            answer(Frames.error("refused", shortened(e)));
        } catch (IllegalStateException e) {
            answer(Frames.error("unavailable", shortened(e)));
        }
    }

    void receivedBinary() {
        answer(Frames.error("binary", "binary frames are not understood: send JSON as text"));
    }

    /** The connection is closed. A late hello does not revive it. */
    void gone() {
        synchronized (lock) {
            gone = true;
            if (member != null) {
                adapter.remove(member);
            }
        }
    }

    private void handle(ObjectNode frame) {
        String event =
                Json.text(frame, "event").orElseThrow(() -> new BadFrame("missing-event", "\"event\" is missing"));
        switch (event) {
            case "hello" -> hello(frame);
            case "subscribe:portfolio" -> subscribe();
            case "portfolio:update" -> update(frame);
            case "rooms" -> rooms();
            default ->
                throw new BadFrame(
                        "unknown-event", "known events are hello, subscribe:portfolio, portfolio:update and rooms");
        }
    }

    private void hello(ObjectNode frame) {
        String user =
                Json.text(frame, Frames.USER).orElseThrow(() -> new BadFrame("missing-user", "\"userId\" is missing"));
        String session = Json.text(frame, Frames.SESSION).orElse(queue.id());
        if (session.length() > LONGEST_SESSION) {
            throw new BadFrame("bad-session", "\"sessionID\" is longer than " + LONGEST_SESSION + " characters");
        }
        synchronized (lock) {
            if (member != null) {
                throw new BadFrame("known", "hello was said before");
            }
            if (!gone) {
                member = adapter.add(
                        queue.withUser(user).withAttributes(Map.of(Frames.USER, user, Frames.SESSION, session)));
            }
        }
        answer(Frames.hello(session, user, adapter));
    }

    private void subscribe() {
        Member self = member();
        String room = roomOf(self);
        // From the completion of this stage on, what any node sends to the room arrives here.
        adapter.join(self, room).whenComplete((joined, failure) -> {
            if (failure == null) {
                answer(Frames.subscribed(room, adapter.cluster().self()));
            } else {
                answer(Frames.error("not-subscribed", shortened(failure)));
            }
        });
    }

    private void update(ObjectNode frame) {
        JsonNode data = frame.get("data");
        if (data == null) {
            throw new BadFrame("missing-data", "\"data\" is missing");
        }
        Packet packet = Frames.update(data, adapter.cluster().self());
        adapter.broadcast(Target.room(roomOf(member())), packet).whenComplete((accepted, failure) -> {
            if (failure != null) {
                answer(Frames.error("not-sent", shortened(failure)));
            }
        });
    }

    private void rooms() {
        member();
        census.count().thenAccept(count -> answer(Frames.rooms(count)));
    }

    /** Whoever is being closed gets no answer. */
    private void answer(Packet packet) {
        try {
            queue.send(packet);
        } catch (IOException e) {
            log.debug("Client {} is not answered", queue.id(), e);
        }
    }

    private static String roomOf(Member member) {
        return "portfolio:" + member.attributes().get(Frames.USER);
    }

    private Member member() {
        synchronized (lock) {
            if (member == null) {
                throw new BadFrame(
                        "hello-first", "say who you are: {\"event\":\"hello\",\"sessionID\":...,\"userId\":...}");
            }
            return member;
        }
    }

    /** A message may quote what the client sent, which may be long. */
    private static String shortened(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = String.valueOf(cause.getMessage());
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
    }

    /** What a client did wrong. */
    private static final class BadFrame extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;
        private final String explanation;

        BadFrame(String code, String explanation) {
            super(explanation, null, false, false);
            this.code = code;
            this.explanation = explanation;
        }

        String code() {
            return code;
        }

        @Override
        public String getMessage() {
            return explanation;
        }
    }
}
