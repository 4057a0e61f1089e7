/** The transport of docs/writing-an-adapter.md. */
module dev.roomcast.examples.postgres {
    requires transitive dev.roomcast.adapter;
    requires static org.jspecify;
    requires java.sql;
    requires java.naming;
    requires org.postgresql.jdbc;

    exports dev.roomcast.examples.postgres;

    provides dev.roomcast.adapter.spi.TransportProvider with
            dev.roomcast.examples.postgres.PostgresTransportProvider;
}
