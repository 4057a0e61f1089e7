package dev.roomcast.adapter.memory;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Receiver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down everything that a transport calls, each line beginning with the link's number. */
final class RecordingReceiver implements Receiver {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<byte[]> frames = new CopyOnWriteArrayList<>();
    private final List<Link> links = new CopyOnWriteArrayList<>();

    List<String> calls() {
        return List.copyOf(calls);
    }

    /** The calls since this was called last. */
    List<String> newCalls() {
        List<String> seen = new ArrayList<>(calls);
        calls.clear();
        return seen;
    }

    List<byte[]> frames() {
        return frames;
    }

    Link lastLink() {
        return links.get(links.size() - 1);
    }

    @Override
    public Link linkUp(String name) {
        int number = links.size() + 1;
        calls.add(number + " up: " + name);
        Link link = new RecordingLink(number);
        links.add(link);
        return link;
    }

    @Override
    public void linkFailed(Throwable why) {
        calls.add("failed: " + why.getMessage());
    }

    @Override
    public void publishing(Optional<Throwable> down) {
        calls.add(down.map(why -> "mute: " + why.getMessage()).orElse("publishing"));
    }

    @Override
    public void refused(String channel, Throwable why) {
        calls.add("refused " + channel);
    }

    @Override
    public void unavailable(String channel, Throwable why) {
        calls.add("unavailable " + channel);
    }

    private final class RecordingLink implements Link {

        private final int number;

        RecordingLink(int number) {
            this.number = number;
        }

        @Override
        public void frame(String channel, byte[] bytes) {
            frames.add(bytes);
            calls.add(number + " " + channel + ": " + new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void subscribed(String channel) {
            calls.add(number + " subscribed " + channel);
        }

        @Override
        public void unsubscribed(String channel) {
            calls.add(number + " unsubscribed " + channel);
        }

        @Override
        public void dropped(String channel, String why) {
            calls.add(number + " dropped " + channel);
        }

        @Override
        public void down(Throwable why) {
            calls.add(number + " down: " + why.getMessage());
        }
    }
}
