package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.SimulatedHost.Seat;
import dev.roomcast.adapter.engine.protocol.Protocol;
import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How often each fault has met each state of the engine's machines. */
final class FaultTable {

    /** A column: what a node was in when the fault came. A channel's states are counted if at least one channel was in it. */
    enum Met {
        IDLE,
        ASKED,
        CONFIRMED,
        LEAVING,
        REFUSED,
        LINK_UP,
        LINK_DOWN,
        ROUND_OPEN,
        ROUND_COMPLETE
    }

    private final Map<Fault, long[]> counts = new EnumMap<>(Fault.class);

    FaultTable() {
        for (Fault fault : Fault.values()) {
            counts.put(fault, new long[Met.values().length]);
        }
    }

    void count(Fault fault, SimulatedHost host) {
        boolean[] met = new boolean[Met.values().length];
        Subscriptions subscriptions = ((Wire) read(host.engine, "wire")).subscriptions();
        for (Object each : ((Map<?, ?>) read(subscriptions, "byChannel")).values()) {
            met[Met.valueOf(((Subscription) each).state.name()).ordinal()] = true;
        }
        boolean up = (boolean) read(subscriptions, "linkIsUp");
        met[(up ? Met.LINK_UP : Met.LINK_DOWN).ordinal()] = true;
        for (Seat seat : host.seats) {
            boolean complete = ((Protocol) read(seat.adapter, "protocol")).hasMetAll();
            met[(complete ? Met.ROUND_COMPLETE : Met.ROUND_OPEN).ordinal()] = true;
        }
        for (int i = 0; i < met.length; i++) {
            counts.get(fault)[i] += met[i] ? 1 : 0;
        }
    }

    /** The engine has no door for tests: what cannot be asked is looked at. */
    private static Object read(Object owner, String name) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the engine's state has moved: " + owner.getClass() + "." + name, e);
        }
    }

    void add(FaultTable other) {
        other.counts.forEach((fault, met) -> {
            for (int i = 0; i < met.length; i++) {
                counts.get(fault)[i] += met[i];
            }
        });
    }

    long total() {
        int up = Met.LINK_UP.ordinal();
        int down = Met.LINK_DOWN.ordinal();
        return counts.values().stream().mapToLong(met -> met[up] + met[down]).sum();
    }

    /** What has never met, of these faults. */
    List<String> zeros(Set<Fault> faults) {
        List<String> zeros = new ArrayList<>();
        counts.forEach((fault, met) -> {
            for (int i = 0; i < met.length; i++) {
                if (met[i] == 0 && faults.contains(fault)) {
                    zeros.add(fault + " in " + Met.values()[i]);
                }
            }
        });
        return zeros;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format("%-20s", "fault \\ met"));
        for (Met met : Met.values()) {
            text.append(String.format(" %14s", met));
        }
        counts.forEach((fault, met) -> {
            text.append(String.format("%n%-20s", fault));
            for (long count : met) {
                text.append(String.format(" %14d", count));
            }
        });
        return text.toString();
    }
}
