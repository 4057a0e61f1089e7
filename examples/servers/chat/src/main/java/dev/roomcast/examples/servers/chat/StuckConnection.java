package dev.roomcast.examples.servers.chat;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Packet;
import java.util.concurrent.locks.LockSupport;

/**
 * For tests: the connection of a server that breaks the contract, whose {@code send} never returns. So are those of the user whom the
 * environment variable {@code CHAT_STUCK_USER} names.
 */
final class StuckConnection implements Connection {

    private static final String STUCK_USER = System.getenv().getOrDefault("CHAT_STUCK_USER", "");

    private final Connection connection;

    private StuckConnection(Connection connection) {
        this.connection = connection;
    }

    static Connection ifStuck(Connection connection) {
        return connection.user().filter(STUCK_USER::equals).isPresent() ? new StuckConnection(connection) : connection;
    }

    @Override
    public String id() {
        return connection.id();
    }

    @Override
    public void send(Packet packet) {
        while (true) {
            LockSupport.park(this);
        }
    }

    @Override
    public void disconnect(DisconnectReason reason) throws Exception {
        connection.disconnect(reason);
    }
}
