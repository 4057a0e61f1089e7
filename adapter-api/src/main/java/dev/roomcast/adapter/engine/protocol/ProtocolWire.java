package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.publish.Publisher;
import dev.roomcast.adapter.engine.runtime.Counters;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Inbox;
import dev.roomcast.adapter.engine.runtime.Stages;
import dev.roomcast.adapter.engine.subscribe.Subscriptions;
import dev.roomcast.adapter.spi.TransportCapabilities;

/** The wire that a protocol is built on. Only {@link RoomcastProtocol} takes it, and gives each part what that part needs. */
public interface ProtocolWire extends BrokerLinks {

    Execution execution();

    Inbox inbox();

    Stages stages();

    Counters counters();

    Publisher publisher();

    Subscriptions subscriptions();

    TransportCapabilities capabilities();
}
