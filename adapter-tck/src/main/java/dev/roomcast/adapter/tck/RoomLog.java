package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.RoomListener;
import java.util.ArrayList;
import java.util.List;

/** Records room events. */
final class RoomLog implements RoomListener {

    private final Signal signal;
    private final List<Event> events = new ArrayList<>();

    RoomLog(Signal signal) {
        this.signal = signal;
    }

    /** One event; the member is empty where there is none. */
    private record Event(String what, String room, String member) {

        boolean isOf(String memberId) {
            return member.equals(memberId);
        }

        @Override
        public String toString() {
            return member.isEmpty() ? what : what + " " + member;
        }
    }

    /** The events of a room, such as {@code created}, {@code joined alice}. */
    synchronized List<String> of(String room) {
        return events.stream()
                .filter(e -> e.room().equals(room))
                .map(Event::toString)
                .toList();
    }

    /** The events of all rooms, with their rooms. */
    synchronized List<String> all() {
        return events.stream().map(e -> e.room() + ": " + e).toList();
    }

    boolean has(String room, String event) {
        return of(room).contains(event);
    }

    /** Whether the last event of a room is that one. */
    boolean endsWith(String room, String event) {
        List<String> all = of(room);
        return !all.isEmpty() && all.get(all.size() - 1).equals(event);
    }

    /** Takes away what a marker left behind: its own events, and those of the room that came and went with it. */
    synchronized void forget(String room, String marker, boolean withRoom) {
        List<Event> ofRoom = events.stream().filter(e -> e.room().equals(room)).toList();
        for (int i = 0; i < ofRoom.size(); i++) {
            Event event = ofRoom.get(i);
            if (event.isOf(marker)) {
                int beside = event.what().equals("joined") ? i - 1 : i + 1;
                if (withRoom && beside >= 0 && beside < ofRoom.size()) {
                    removeSame(ofRoom.get(beside));
                }
                removeSame(event);
            }
        }
    }

    /** Equal events are distinguished by identity: only one of them is the marker's. */
    @SuppressWarnings("ReferenceEquality")
    private void removeSame(Event event) {
        events.removeIf(e -> e == event);
    }

    private void add(String what, String room, String member) {
        synchronized (this) {
            events.add(new Event(what, room, member));
        }
        signal.changed();
    }

    @Override
    public void created(String room) {
        add("created", room, "");
    }

    @Override
    public void joined(String room, Member member) {
        add("joined", room, member.id());
    }

    @Override
    public void changed(String room, Member member) {
        add("changed", room, member.id());
    }

    @Override
    public void left(String room, Member member) {
        add("left", room, member.id());
    }

    @Override
    public void deleted(String room) {
        add("deleted", room, "");
    }
}
