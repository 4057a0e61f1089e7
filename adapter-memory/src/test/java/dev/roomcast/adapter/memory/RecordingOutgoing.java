package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.Outgoing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A frame that writes down how it was answered, and whether anybody asked for its bytes. */
final class RecordingOutgoing implements Outgoing {

    private final String channel;
    private final byte[] bytes;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    RecordingOutgoing(String channel, String text) {
        this.channel = channel;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    List<String> calls() {
        return calls;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public byte[] bytes() {
        calls.add("bytes");
        return bytes;
    }

    @Override
    public void accepted() {
        calls.add("accepted");
    }

    @Override
    public void notSent(Throwable why) {
        calls.add("not sent: " + why.getMessage());
    }

    @Override
    public void unknown(Throwable why) {
        calls.add("unknown: " + why.getMessage());
    }
}
