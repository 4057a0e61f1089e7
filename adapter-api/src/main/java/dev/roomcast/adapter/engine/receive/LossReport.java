package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A loss as listeners get it. */
record LossReport(
        Kind kind,
        Scope scope,
        Set<String> rooms,
        Set<String> users,
        Optional<NodeInfo> from,
        Instant since,
        Instant until,
        OptionalLong frames)
        implements Loss {}
