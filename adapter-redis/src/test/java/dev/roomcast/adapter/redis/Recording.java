package dev.roomcast.adapter.redis;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.testredis.Patience;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down everything that a transport says, in order, and waits for what it should say. */
final class Recording implements Receiver {

    enum What {
        LINK_UP,
        LINK_DOWN,
        LINK_FAILED,
        PUBLISHING,
        NOT_PUBLISHING,
        FRAME,
        SUBSCRIBED,
        UNSUBSCRIBED,
        DROPPED,
        REFUSED,
        UNAVAILABLE,
        ACCEPTED,
        NOT_SENT,
        UNKNOWN,
        REMARK
    }

    /** @param subject the channel, the frame's text or the link's name */
    record Event(
            What what,
            String subject,
            String text,
            @Nullable Throwable why,
            @Nullable Link link) {

        boolean is(What other) {
            return what == other;
        }

        boolean is(What other, String name) {
            return what == other && subject.equals(name);
        }
    }

    private final List<Event> events = new ArrayList<>();

    private synchronized void add(
            What what, String subject, String text, @Nullable Throwable why, @Nullable Link link) {
        events.add(new Event(what, subject, text, why, link));
        notifyAll();
    }

    synchronized List<Event> all() {
        return List.copyOf(events);
    }

    List<Event> all(What what) {
        return all().stream().filter(event -> event.is(what)).toList();
    }

    synchronized void clear() {
        events.clear();
    }

    Event await(What what) throws InterruptedException {
        return await(1, what.toString(), event -> event.is(what));
    }

    Event await(What what, String subject) throws InterruptedException {
        return await(1, what + " " + subject, event -> event.is(what, subject));
    }

    void await(int count, What what) throws InterruptedException {
        await(count, count + " x " + what, event -> event.is(what));
    }

    /** The last of so many. */
    synchronized Event await(int count, String description, Predicate<Event> wanted) throws InterruptedException {
        long deadline = Patience.deadline();
        while (true) {
            List<Event> found = events.stream().filter(wanted).toList();
            if (found.size() >= count) {
                return found.get(count - 1);
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("awaited " + description + ", but there are " + found.size() + " among "
                        + events.size() + ", the last of which are "
                        + events.subList(Math.max(0, events.size() - 20), events.size()));
            }
            wait(left);
        }
    }

    @Override
    public Link linkUp(String name) {
        RecordingLink link = new RecordingLink();
        add(What.LINK_UP, name, "", null, link);
        return link;
    }

    @Override
    public void linkFailed(Throwable why) {
        add(What.LINK_FAILED, "", "", why, null);
    }

    @Override
    public void publishing(Optional<Throwable> down) {
        add(down.isEmpty() ? What.PUBLISHING : What.NOT_PUBLISHING, "", "", down.orElse(null), null);
    }

    @Override
    public void refused(String channel, Throwable why) {
        add(What.REFUSED, channel, "", why, null);
    }

    @Override
    public void unavailable(String channel, Throwable why) {
        add(What.UNAVAILABLE, channel, "", why, null);
    }

    @Override
    public void remark(String subject, Optional<String> remark) {
        add(What.REMARK, subject, remark.orElse(""), null, null);
    }

    Outgoing frame(String channel, String text) {
        return new Frame(channel, text);
    }

    private final class RecordingLink implements Link {

        @Override
        public void frame(String channel, byte[] bytes) {
            add(What.FRAME, channel, new String(bytes, StandardCharsets.UTF_8), null, this);
        }

        @Override
        public void subscribed(String channel) {
            add(What.SUBSCRIBED, channel, "", null, this);
        }

        @Override
        public void unsubscribed(String channel) {
            add(What.UNSUBSCRIBED, channel, "", null, this);
        }

        @Override
        public void dropped(String channel, String why) {
            add(What.DROPPED, channel, why, null, this);
        }

        @Override
        public void down(Throwable why) {
            add(What.LINK_DOWN, "", "", why, this);
        }
    }

    private final class Frame implements Outgoing {

        private final String channel;
        private final String text;

        Frame(String channel, String text) {
            this.channel = channel;
            this.text = text;
        }

        @Override
        public String channel() {
            return channel;
        }

        @Override
        public byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void accepted() {
            add(What.ACCEPTED, channel, text, null, null);
        }

        @Override
        public void notSent(Throwable why) {
            add(What.NOT_SENT, channel, text, why, null);
        }

        @Override
        public void unknown(Throwable why) {
            add(What.UNKNOWN, channel, text, why, null);
        }
    }
}
