package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.engine.runtime.DeliveryQueue;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Watchdog;

/**
 * The collaborators of deliveries, shared by the nodes of a backend.
 *
 * @param execution the backend's threads and clock
 * @param deliveries the turn on which packets of other nodes are delivered
 * @param watchdog notices a {@code send} that takes too long
 * @param holds the calls of {@code send} that have not returned
 * @param disconnects closes connections
 */
public record DeliveryContext(
        Execution execution,
        DeliveryQueue deliveryQueue,
        Watchdog watchdog,
        StalledSends stalledSends,
        DisconnectExecutor disconnects) {}
