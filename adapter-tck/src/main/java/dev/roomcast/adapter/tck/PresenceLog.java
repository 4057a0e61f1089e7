package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.PresenceListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Records the presence events of a watched room. */
final class PresenceLog implements PresenceListener, OccupancyListener {

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final List<MemberInfo> joined = Collections.synchronizedList(new ArrayList<>());
    private final Signal signal;

    PresenceLog(Signal signal) {
        this.signal = signal;
    }

    /** The events so far, in order. */
    List<String> events() {
        return List.copyOf(events);
    }

    /** The same, sorted, because the reports of different nodes have no common order. */
    List<String> sorted() {
        return events().stream().sorted().toList();
    }

    /** All members that were reported as joined. */
    List<MemberInfo> joined() {
        return List.copyOf(joined);
    }

    private void add(String event) {
        events.add(event);
        signal.changed();
    }

    @Override
    public void began(List<MemberInfo> members) {
        add("began " + members.stream().map(MemberInfo::id).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Override
    public void joined(MemberInfo member) {
        joined.add(member);
        add("joined " + member.id());
    }

    @Override
    public void changed(MemberInfo before, MemberInfo now) {
        add("changed " + now.id() + " from " + described(before) + " to " + described(now));
    }

    private static String described(MemberInfo member) {
        return member.user().orElse("nobody") + " " + member.attributes();
    }

    @Override
    public void left(MemberInfo member) {
        add("left " + member.id());
    }

    @Override
    public void arrived(String user) {
        add("arrived " + user);
    }

    @Override
    public void departed(String user) {
        add("departed " + user);
    }

    @Override
    public void occupied() {
        add("occupied");
    }

    @Override
    public void vacated() {
        add("vacated");
    }
}
