package dev.roomcast.examples.postgres;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Frames over LISTEN and NOTIFY, on two connections with a thread each: one waits for notifications while the other publishes.
 *
 * <p><i>Threading:</i> the engine's calls leave work for one of the two threads, and return.
 */
final class PostgresTransport implements Transport {

    /** A notification carries less than 8,000 bytes of text, and Base64 makes four of three. */
    private static final int MAX_FRAME_BYTES = 7_999 / 4 * 3;

    /** As long as PostgreSQL's names may be. */
    private static final int MAX_CHANNEL_BYTES = 63;

    /** Ten for each of the two connections. */
    private static final int ATTEMPTS = 20;

    private static final TransportCapabilities CAPABILITIES = TransportCapabilities.builder(MAX_FRAME_BYTES)
            .maxChannelBytes(MAX_CHANNEL_BYTES)
            .attempts(ATTEMPTS)
            .build();

    private static final int TIMEOUT_SECONDS = 5;

    /** How long a command waits at most if the notification that is to wake the listening thread does not come. */
    private static final int LISTEN_MILLIS = 1_000;

    /** A statement is a transaction and a round trip, so a whole pass is one statement. */
    private static final String NOTIFY =
            "SELECT pg_notify(channel, payload) FROM unnest(?::text[], ?::text[]) AS pass(channel, payload)";

    private final Receiver receiver;
    private final String address;
    private final PostgresConnection publishing;
    private final PostgresConnection listening;
    private final String wakeUp = "roomcast-wake-up-" + UUID.randomUUID();

    /** One life of the listening connection. On its thread only. */
    private @Nullable Link link;

    PostgresTransport(Settings settings, Receiver receiver) {
        String url = settings.get(PostgresTransportProvider.URL);
        this.receiver = receiver;
        // What follows the question mark may hold the password.
        this.address = url.replaceFirst("\\?.*", "");
        DataSource database = database(url, settings.nodeName());
        this.publishing = new PostgresConnection(
                database,
                settings.threads("publish"),
                this::failed,
                () -> receiver.publishing(Optional.empty()),
                why -> receiver.publishing(Optional.of(why)));
        this.listening = new PostgresConnection(
                database, settings.threads("listen"), this::failed, this::linkUp, this::linkDown);
    }

    private static DataSource database(String url, String nodeName) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        database.setApplicationName("roomcast " + nodeName);
        database.setConnectTimeout(TIMEOUT_SECONDS);
        database.setSocketTimeout(TIMEOUT_SECONDS);
        // A notification is on no disk, so none is waited for.
        database.setOptions("-c synchronous_commit=off");
        return database;
    }

    void start() {
        listening.start();
        publishing.start();
    }

    @Override
    public TransportCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        publishing.use(connection -> publish(connection, pass), why -> pass.forEach(frame -> frame.notSent(why)));
    }

    private static void publish(Connection connection, List<? extends Outgoing> pass) throws SQLException {
        String[] channels = pass.stream().map(Outgoing::channel).toArray(String[]::new);
        String[] payloads = pass.stream()
                .map(frame -> Base64.getEncoder().encodeToString(frame.bytes()))
                .toArray(String[]::new);
        try {
            send(connection, channels, payloads);
        } catch (SQLException e) {
            if (connection.isValid(TIMEOUT_SECONDS)) {
                // The server has answered, and it has undone the transaction.
                pass.forEach(frame -> frame.notSent(e));
                return;
            }
            pass.forEach(frame -> frame.unknown(e));
            throw e;
        }
        pass.forEach(Outgoing::accepted);
    }

    private static void send(Connection connection, String[] channels, String[] payloads) throws SQLException {
        try (PreparedStatement notify = connection.prepareStatement(NOTIFY)) {
            notify.setArray(1, connection.createArrayOf("text", channels));
            notify.setArray(2, connection.createArrayOf("text", payloads));
            notify.execute();
        }
    }

    @Override
    public void subscribe(Collection<String> channels) {
        listening.use(connection -> listen(connection, channels), why -> unavailable(channels, why));
        wakeUp();
    }

    private void listen(Connection connection, Collection<String> channels) throws SQLException {
        try {
            execute(connection, "LISTEN", channels);
        } catch (SQLException e) {
            unavailable(channels, e);
            throw e;
        }
        channels.forEach(link()::subscribed);
    }

    private void unavailable(Collection<String> channels, Exception why) {
        channels.forEach(channel -> receiver.unavailable(channel, why));
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        listening.use(
                connection -> {
                    execute(connection, "UNLISTEN", channels);
                    // What came before is handed over before.
                    hand(connection.unwrap(PGConnection.class).getNotifications());
                    channels.forEach(link()::unsubscribed);
                },
                why -> {});
        wakeUp();
    }

    /** Names of channels need no escaping: the engine makes them of letters, digits, dots, hyphens and underscores. */
    private static void execute(Connection connection, String command, Collection<String> channels)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(channels.stream()
                    .map(channel -> command + " \"" + channel + "\"")
                    .collect(Collectors.joining("; ")));
        }
    }

    @Override
    public void reset(Link untrusted, String reason) {
        listening.use(
                connection -> {
                    if (link().equals(untrusted)) {
                        throw new SQLException("the link to " + address + " was reset: " + reason);
                    }
                },
                why -> {});
        wakeUp();
    }

    /** Has the listening thread stop waiting, and do what was asked for. */
    private void wakeUp() {
        publishing.use(connection -> send(connection, new String[] {wakeUp}, new String[] {""}), why -> {});
    }

    /** Waits for notifications, and does so again behind what was asked for meanwhile. */
    private void hear(Connection connection) throws SQLException {
        hand(connection.unwrap(PGConnection.class).getNotifications(LISTEN_MILLIS));
        listening.use(this::hear, why -> {});
    }

    private void hand(PGNotification[] notifications) {
        for (PGNotification notification : notifications) {
            if (!notification.getName().equals(wakeUp)) {
                link().frame(notification.getName(), decode(notification.getParameter()));
            }
        }
    }

    /** What is not ours is handed over as it is: the engine counts it, and drops it. */
    private static byte[] decode(String payload) {
        try {
            return Base64.getDecoder().decode(payload);
        } catch (IllegalArgumentException e) {
            return payload.getBytes(StandardCharsets.UTF_8);
        }
    }

    @Override
    public CompletionStage<Void> close() {
        CompletionStage<Void> listeningClosed = listening.close();
        wakeUp();
        return listeningClosed.thenCombine(publishing.close(), (nothing, neither) -> null);
    }

    private void failed(Exception why) {
        receiver.linkFailed(new SQLException(
                address + " cannot be reached (" + why.getMessage() + "): see that the server runs, and that "
                        + PostgresTransportProvider.URL.key() + " is right",
                why));
    }

    private void linkUp() {
        link = receiver.linkUp(address);
        listening.use(connection -> execute(connection, "LISTEN", List.of(wakeUp)), why -> {});
        listening.use(this::hear, why -> {});
    }

    private void linkDown(Exception why) {
        Link ended = link();
        link = null;
        ended.down(why);
    }

    private Link link() {
        return Objects.requireNonNull(link, "there is a link as long as there is a connection");
    }
}
