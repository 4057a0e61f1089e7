/**
 * Rooms and broadcasts over many nodes, for any WebSocket server: the interface that servers use, the interface that backends
 * implement, and the engine between them, which is not exported.
 */
module dev.roomcast.adapter {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.roomcast.adapter;
    exports dev.roomcast.adapter.spi;

    uses dev.roomcast.adapter.spi.TransportProvider;
}
