package dev.roomcast.adapter.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The parts that the rules of chapter T use. */
abstract class TransportChapter {

    /** The transports of the present test. */
    abstract TestTransports transports();

    Expect expect() {
        return transports().expect();
    }

    String channel(String name) {
        return transports().channel(name);
    }

    static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    /** Parts of at most so many. */
    static List<List<String>> parts(List<String> all, int size) {
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }

    /** Returns when what the sender has published so far on a channel has come, if it comes at all. */
    void settle(TestTransport sender, TestTransport receiver, String channel) {
        String marker = transports().marker();
        sender.publish(channel, marker);
        receiver.awaits(channel, marker);
    }
}
