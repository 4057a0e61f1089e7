package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Loss.Kind;
import dev.roomcast.adapter.Loss.Scope;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Names;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts losses, logs them at intervals, and reports them by the scopes of their channels. */
final class Losses {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");
    private static final long MOST_COUNTED = 1L << 32;

    private final Execution execution;
    private final LongAdder framesLost;
    private final LongAdder possible;
    private final RateLimitedLog trouble;
    private final Consumer<Loss> listener;

    Losses(Execution execution, Counters counters, Consumer<Loss> listener) {
        this.execution = execution;
        this.framesLost = counters.of(Counters.FRAMES_LOST);
        this.possible = counters.of(Counters.LOSSES_POSSIBLE);
        this.trouble = new RateLimitedLog(log, execution);
        this.listener = listener;
    }

    /** Frames of a sender did not come. */
    void gap(Target channel, Optional<NodeInfo> from, long frames, long since) {
        // Numbers are whatever anyone has sent, and a counter only grows.
        framesLost.add(Math.min(frames, MOST_COUNTED));
        tell(Kind.GAP, List.of(channel), from, since, execution.now(), OptionalLong.of(frames));
    }

    /** Something may have been sent that could not be heard. */
    void possible(Collection<Target> channels, Optional<NodeInfo> from, long since, long until) {
        possible.increment();
        tell(Kind.POSSIBLE, channels, from, since, until, OptionalLong.empty());
    }

    private void tell(
            Kind kind,
            Collection<Target> channels,
            Optional<NodeInfo> from,
            long since,
            long until,
            OptionalLong frames) {
        Set<String> rooms = new HashSet<>();
        Set<String> users = new HashSet<>();
        boolean namespace = false;
        for (Target channel : channels) {
            rooms.addAll(channel.roomNames());
            users.addAll(channel.userIds());
            namespace |= channel.isEveryone();
        }
        Instant begin = instant(since);
        Instant end = instant(until);
        if (namespace) {
            tell(new LossReport(kind, Scope.NAMESPACE, Set.of(), Set.of(), from, begin, end, frames));
        }
        if (!rooms.isEmpty()) {
            tell(new LossReport(kind, Scope.ROOMS, Names.snapshot(rooms), Set.of(), from, begin, end, frames));
        }
        if (!users.isEmpty()) {
            tell(new LossReport(kind, Scope.USERS, Set.of(), Names.snapshot(users), from, begin, end, frames));
        }
    }

    private void tell(LossReport loss) {
        trouble.warn(text(loss), null);
        listener.accept(loss);
    }

    /** Without the names of rooms, of which there may be many, and of users, who are people. */
    private static String text(LossReport loss) {
        String whose = loss.from().map(node -> " of node " + node.name()).orElse("");
        String what = loss.kind() == Kind.GAP
                ? loss.frames().orElse(0) + " frames" + whose + " did not come"
                : "packets" + whose + " may not have come";
        String concerned = switch (loss.scope()) {
            case ROOMS -> loss.rooms().size() + " rooms";
            case USERS -> loss.users().size() + " users";
            case NAMESPACE -> "the namespace";
        };
        return what + " between " + loss.since() + " and " + loss.until() + ", for " + concerned;
    }

    private Instant instant(long tick) {
        return execution.clock().instant().minusNanos(execution.now() - tick);
    }
}
