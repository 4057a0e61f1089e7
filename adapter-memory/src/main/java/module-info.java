/** The adapter of one process: a node that is alone, or several nodes in one JVM that are a cluster over an in-JVM bus. */
module dev.roomcast.adapter.memory {
    requires transitive dev.roomcast.adapter;
    requires static transitive org.jspecify;

    exports dev.roomcast.adapter.memory;

    provides dev.roomcast.adapter.spi.TransportProvider with
            dev.roomcast.adapter.memory.MemoryTransportProvider;
}
