package dev.roomcast.examples.postgres;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.List;
import java.util.Optional;
import org.postgresql.Driver;

/**
 * Opens transports over one PostgreSQL: {@code roomcast.adapter=postgres}, or {@code auto} where its URL is set. A pooler between that
 * hands a connection to others after each transaction, loses what is listened to.
 */
public final class PostgresTransportProvider implements TransportProvider {

    static final Option<String> URL = Option.of(
                    "roomcast.postgres.url",
                    "jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD",
                    PostgresTransportProvider::checked)
            .or("jdbc:postgresql://localhost:5432/postgres")
            .secret()
            .describedAs("The database, as its JDBC driver has it.");

    /** For {@link java.util.ServiceLoader}, and for those who choose it in code. */
    public PostgresTransportProvider() {}

    private static String checked(String url) {
        if (Driver.parseURL(url, null) == null) {
            throw new IllegalArgumentException("the driver does not understand it");
        }
        return url;
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public List<Option<?>> options() {
        return List.of(URL);
    }

    @Override
    public Optional<String> detect(Settings settings) {
        return settings.find(URL).map(url -> URL.key() + " is set");
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        PostgresTransport transport = new PostgresTransport(settings, receiver);
        transport.start();
        return transport;
    }
}
