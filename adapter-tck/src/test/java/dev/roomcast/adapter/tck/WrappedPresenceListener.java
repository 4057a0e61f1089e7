package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.PresenceListener;
import java.util.List;

/** A presence listener around another, to break one promise of it. */
class WrappedPresenceListener implements PresenceListener {

    private final PresenceListener told;

    WrappedPresenceListener(PresenceListener told) {
        this.told = told;
    }

    @Override
    public void began(List<MemberInfo> members) {
        told.began(members);
    }

    @Override
    public void joined(MemberInfo member) {
        told.joined(member);
    }

    @Override
    public void changed(MemberInfo before, MemberInfo now) {
        told.changed(before, now);
    }

    @Override
    public void left(MemberInfo member) {
        told.left(member);
    }

    @Override
    public void arrived(String user) {
        told.arrived(user);
    }

    @Override
    public void departed(String user) {
        told.departed(user);
    }
}
