package dev.roomcast.examples.servers.acceptance;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Large packets of two nodes in one room, each of which three clients have read before many more are sent. */
final class Flood implements AutoCloseable {

    private static final int PACKET = 10 * 1024;
    private static final int IN_FLIGHT = 16;
    private static final List<String> SENDERS = List.of("large even", "large odd");

    private final String room = UUID.randomUUID().toString();
    private final ServerProcess first;
    private final List<ChatClient> readers;
    private int sent;

    /** Two of the clients are on the first node. */
    Flood(ServerProcess first, ServerProcess second) throws InterruptedException {
        this.first = first;
        this.readers = List.of(
                ChatClient.join(first, room, "user-0", room + 0),
                ChatClient.join(first, room, "user-1", room + 1),
                ChatClient.join(second, room, "user-2", room + 2));
    }

    /** Another client on the first node, which has joined, and reads nothing more. */
    MuteClient join() throws IOException {
        MuteClient mute = new MuteClient(first, ChatClient.path(room, "mute", "mute-" + UUID.randomUUID()));
        mute.awaitText("joined");
        return mute;
    }

    void say() throws InterruptedException {
        for (int i = 0; i < IN_FLIGHT; i++) {
            int odd = sent % 2;
            readers.get(2 * odd).say(NumberedPackets.packet(SENDERS.get(odd), sent++, PACKET));
        }
        for (ChatClient reader : readers) {
            reader.awaitCount("large", sent);
        }
    }

    void assertReceived() {
        for (ChatClient reader : readers) {
            NumberedPackets.assertReceived(
                    reader, SENDERS.get(0), IntStream.range(0, sent).filter(n -> n % 2 == 0));
            NumberedPackets.assertReceived(
                    reader, SENDERS.get(1), IntStream.range(0, sent).filter(n -> n % 2 == 1));
        }
    }

    @Override
    public void close() {
        readers.forEach(ChatClient::close);
    }

    @Override
    public String toString() {
        return sent + " packets of " + PACKET + " bytes";
    }
}
