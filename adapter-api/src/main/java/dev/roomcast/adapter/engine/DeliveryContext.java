package dev.roomcast.adapter.engine;

/**
 * What delivering to connections takes, shared by the nodes of a backend.
 *
 * @param execution the backend's threads and clock
 * @param deliveries the turn on which packets of other nodes are delivered
 * @param watchdog notices a {@code send} that takes too long
 * @param holds the calls of {@code send} that have not returned
 * @param disconnects closes connections
 */
record DeliveryContext(
        Execution execution, Deliveries deliveries, Watchdog watchdog, Holds holds, DisconnectExecutor disconnects) {}
