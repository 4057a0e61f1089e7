package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Receiver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Records all events of a transport, in their order. It ignores events of a link that is down, as the engine does. */
final class TransportLog implements Receiver {

    /** What a transport can say. */
    enum What {
        LINK_UP,
        LINK_FAILED,
        LINK_DOWN,
        PUBLISHING,
        NOT_PUBLISHING,
        SUBSCRIBED,
        REFUSED,
        UNAVAILABLE,
        UNSUBSCRIBED,
        DROPPED,
        FRAME
    }

    /**
     * One thing that it said.
     *
     * @param what it was
     * @param link on which it was, counted from 1, or 0
     * @param channel or link
     * @param bytes the frame, if it is one
     */
    record Said(What what, int link, String channel, byte[] bytes) {

        private static final int MUCH = 40;

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            String frame = bytes.length > MUCH ? " " + bytes.length + " bytes" : " " + text();
            return what + (link == 0 ? "" : " " + link) + " " + channel + (what == What.FRAME ? frame : "");
        }
    }

    private static final byte[] NOTHING = {};
    private static final Set<What> ANSWERS = EnumSet.of(What.SUBSCRIBED, What.REFUSED, What.UNAVAILABLE);

    private final Signal signal;
    private final List<Said> said = new ArrayList<>();
    private final List<TestLink> links = new ArrayList<>();

    TransportLog(Signal signal) {
        this.signal = signal;
    }

    synchronized List<Said> all() {
        return List.copyOf(said);
    }

    synchronized List<Said> all(Predicate<Said> which) {
        return said.stream().filter(which).toList();
    }

    List<Said> all(What what) {
        return all(one -> one.what == what);
    }

    /** The channels that were answered, each with its answers. */
    Map<String, List<What>> answers() {
        return all(one -> ANSWERS.contains(one.what)).stream()
                .collect(Collectors.groupingBy(Said::channel, Collectors.mapping(Said::what, Collectors.toList())));
    }

    int count(What what, String channel) {
        return all(one -> one.what == what && one.channel.equals(channel)).size();
    }

    /** The frames of a channel, as texts. */
    List<String> texts(String channel) {
        return all(one -> one.what == What.FRAME && one.channel.equals(channel)).stream()
                .map(Said::text)
                .toList();
    }

    /** The link that came up last. */
    synchronized Link link() {
        if (links.isEmpty()) {
            throw new IllegalStateException("no link has come up yet");
        }
        return links.get(links.size() - 1);
    }

    /** The link that confirmed a channel last. */
    synchronized Link linkOf(String channel) {
        List<Said> confirmed = all(one -> one.what == What.SUBSCRIBED && one.channel.equals(channel));
        if (confirmed.isEmpty()) {
            throw new IllegalStateException("channel " + channel + " was not confirmed");
        }
        return links.get(confirmed.get(confirmed.size() - 1).link - 1);
    }

    /** How many links have come up where one had gone down: others may come up for the first time meanwhile. */
    synchronized long linksUpAgain() {
        Set<Integer> lost = said.stream()
                .filter(one -> one.what == What.LINK_DOWN)
                .map(Said::link)
                .collect(Collectors.toSet());
        Set<String> places = said.stream()
                .filter(one -> one.what == What.LINK_UP && lost.contains(one.link))
                .map(Said::channel)
                .collect(Collectors.toSet());
        return said.stream()
                .dropWhile(one -> one.what != What.LINK_DOWN)
                .filter(one -> one.what == What.LINK_UP && places.contains(one.channel))
                .count();
    }

    private void add(What what, String channel) {
        add(new Said(what, 0, channel, NOTHING));
    }

    private synchronized void add(Said one) {
        said.add(one);
        signal.changed();
    }

    @Override
    public synchronized Link linkUp(String name) {
        TestLink link = new TestLink(links.size() + 1);
        links.add(link);
        add(new Said(What.LINK_UP, link.number, name, NOTHING));
        return link;
    }

    @Override
    public void linkFailed(Throwable why) {
        add(What.LINK_FAILED, String.valueOf(why.getMessage()));
    }

    @Override
    public void publishing(Optional<Throwable> down) {
        add(down.isEmpty() ? What.PUBLISHING : What.NOT_PUBLISHING, "");
    }

    @Override
    public void refused(String channel, Throwable why) {
        add(What.REFUSED, channel);
    }

    @Override
    public void unavailable(String channel, Throwable why) {
        add(What.UNAVAILABLE, channel);
    }

    private final class TestLink implements Link {

        private final int number;
        private boolean down;

        TestLink(int number) {
            this.number = number;
        }

        private void say(What what, String channel, byte[] bytes) {
            synchronized (TransportLog.this) {
                if (!down) {
                    add(new Said(what, number, channel, bytes));
                }
            }
        }

        @Override
        public void frame(String channel, byte[] bytes) {
            say(What.FRAME, channel, bytes);
        }

        @Override
        public void subscribed(String channel) {
            say(What.SUBSCRIBED, channel, NOTHING);
        }

        @Override
        public void unsubscribed(String channel) {
            say(What.UNSUBSCRIBED, channel, NOTHING);
        }

        @Override
        public void dropped(String channel, String why) {
            say(What.DROPPED, channel, NOTHING);
        }

        @Override
        public void down(Throwable why) {
            synchronized (TransportLog.this) {
                say(What.LINK_DOWN, String.valueOf(why.getMessage()), NOTHING);
                down = true;
            }
        }
    }
}
