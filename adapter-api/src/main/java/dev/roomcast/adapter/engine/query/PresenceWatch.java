package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.RoomPresence;
import dev.roomcast.adapter.engine.codec.Message.WatchLevel;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One room that this node watches: the reports of each node, and the listeners. On the inbox's turn. */
final class PresenceWatch implements PresenceView.Changes {

    /** Calls a listener, in order, and outlives what it throws. */
    interface Telling {
        void tell(Runnable call);
    }

    /** One who listens; nothing is told before the beginning. */
    private static final class Ear<L> {
        final L listener;
        boolean hasBegun;
        volatile boolean closed;

        Ear(L listener) {
            this.listener = listener;
        }
    }

    /** Against nodes that tell of members without end; a whole that comes again is remembered twice for a moment. */
    private static final int MOST_MEMBERS = 1 << 21;

    private final String room;
    private final Telling telling;
    private final Map<Incarnation, PresenceView> views = new LinkedHashMap<>();
    private final Map<String, Integer> users = new HashMap<>();
    private final List<Ear<PresenceListener>> ears = new ArrayList<>();
    private final List<Ear<OccupancyListener>> doors = new ArrayList<>();
    private boolean hadEars;
    private int remembered;
    /** How many nodes have told the whole, and how many have members in the room. */
    private int whole;

    private int occupied;

    PresenceWatch(String room, Telling telling) {
        this.room = room;
        this.telling = telling;
    }

    /** Adds a listener; returns what takes it away again. */
    Runnable add(PresenceListener listener) {
        Ear<PresenceListener> ear = new Ear<>(listener);
        ears.add(ear);
        return () -> {
            ear.closed = true;
            ears.remove(ear);
        };
    }

    /** Adds a listener; returns what takes it away again. */
    Runnable add(OccupancyListener listener) {
        Ear<OccupancyListener> door = new Ear<>(listener);
        doors.add(door);
        return () -> {
            door.closed = true;
            doors.remove(door);
        };
    }

    /** How closely the room has to be watched for those who listen; not less closely than before, while anybody does. */
    WatchLevel watchLevel() {
        if (ears.isEmpty() && doors.isEmpty()) {
            return WatchLevel.NONE;
        }
        hadEars |= !ears.isEmpty();
        return hadEars ? WatchLevel.MEMBERS : WatchLevel.OCCUPANCY;
    }

    boolean hasAllBegun() {
        return ears.stream().allMatch(ear -> ear.hasBegun) && doors.stream().allMatch(door -> door.hasBegun);
    }

    /** What was known is not known closely enough any more. */
    void doubtAll() {
        views.values().forEach(PresenceView::doubt);
        whole = 0;
    }

    void doubt(Incarnation node) {
        PresenceView view = views.get(node);
        if (view != null) {
            uncount(view);
            view.doubt();
            count(view);
        }
    }

    void heard(Incarnation from, PeerInfo node, RoomPresence roomPresence) {
        boolean before = isOccupied();
        PresenceView view = views.computeIfAbsent(from, n -> new PresenceView(node, room, this));
        uncount(view);
        view.heard(roomPresence, watchLevel());
        count(view);
        tellOccupancy(before);
    }

    void gone(Incarnation node) {
        PresenceView view = views.remove(node);
        if (view != null) {
            boolean before = isOccupied();
            uncount(view);
            view.gone();
            tellOccupancy(before);
        }
    }

    private void count(PresenceView view) {
        whole += view.isWhole() ? 1 : 0;
        occupied += view.isOccupied() ? 1 : 0;
    }

    private void uncount(PresenceView view) {
        whole -= view.isWhole() ? 1 : 0;
        occupied -= view.isOccupied() ? 1 : 0;
    }

    /** How many nodes have told the whole. */
    int whole() {
        return whole;
    }

    private boolean isOccupied() {
        return occupied > 0;
    }

    /** Whether all of these nodes have told the whole. */
    boolean isWhole(Collection<Incarnation> nodes) {
        return nodes.stream().allMatch(this::isWhole);
    }

    boolean isWhole(Incarnation node) {
        PresenceView view = views.get(node);
        return view != null && view.isWhole();
    }

    /** Tells those who have not heard anything yet what is known. */
    void begin() {
        List<MemberInfo> members = new ArrayList<>();
        views.values().forEach(view -> view.members().forEach(members::add));
        List<MemberInfo> known = Collections.unmodifiableList(members);
        for (Ear<PresenceListener> ear : ears) {
            if (!ear.hasBegun) {
                ear.hasBegun = true;
                tell(ear, listener -> listener.began(known));
            }
        }
        for (Ear<OccupancyListener> door : doors) {
            if (!door.hasBegun) {
                door.hasBegun = true;
                tell(door, isOccupied() ? OccupancyListener::occupied : OccupancyListener::vacated);
            }
        }
    }

    @Override
    public void joined(MemberInfo member) {
        told(listener -> listener.joined(member));
        member.user().ifPresent(this::oneMore);
    }

    @Override
    public void changed(MemberInfo before, MemberInfo now) {
        told(listener -> listener.changed(before, now));
        if (!before.user().equals(now.user())) {
            now.user().ifPresent(this::oneMore);
            before.user().ifPresent(this::oneLess);
        }
    }

    @Override
    public void left(MemberInfo member) {
        told(listener -> listener.left(member));
        member.user().ifPresent(this::oneLess);
    }

    private void oneMore(String user) {
        if (users.merge(user, 1, Integer::sum) == 1) {
            told(listener -> listener.arrived(user));
        }
    }

    private void oneLess(String user) {
        if (users.computeIfPresent(user, (id, count) -> count == 1 ? null : count - 1) == null) {
            told(listener -> listener.departed(user));
        }
    }

    @Override
    public boolean remember(int more) {
        boolean fits = remembered + more <= MOST_MEMBERS;
        remembered += fits ? more : 0;
        return fits;
    }

    @Override
    public void forget(int members) {
        remembered -= members;
    }

    private void told(Consumer<PresenceListener> event) {
        ears.stream().filter(ear -> ear.hasBegun).forEach(ear -> tell(ear, event));
    }

    private void tellOccupancy(boolean before) {
        boolean now = isOccupied();
        if (now != before) {
            doors.stream()
                    .filter(door -> door.hasBegun)
                    .forEach(door -> tell(door, now ? OccupancyListener::occupied : OccupancyListener::vacated));
        }
    }

    private <L> void tell(Ear<L> ear, Consumer<L> event) {
        telling.tell(() -> {
            if (!ear.closed) {
                event.accept(ear.listener);
            }
        });
    }
}
