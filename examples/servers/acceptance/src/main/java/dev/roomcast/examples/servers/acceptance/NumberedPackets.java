package dev.roomcast.examples.servers.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Packets that say who sent them, and their number: {@code sender:17:xxx}. */
final class NumberedPackets {

    private static final int SHOWN = 20;

    private NumberedPackets() {}

    static String packet(String sender, int number, int length) {
        String head = sender + ":" + number + ":";
        return head + "x".repeat(length - head.length());
    }

    /** In short where they are others. */
    static void assertReceived(ChatClient client, String sender, IntStream expected) {
        List<Integer> numbers = received(client, sender);
        List<Integer> wanted = expected.boxed().collect(Collectors.toList());
        int same = 0;
        while (same < wanted.size() && same < numbers.size() && wanted.get(same).equals(numbers.get(same))) {
            same++;
        }
        assertEquals(
                around(wanted, same),
                around(numbers, same),
                client + " from " + sender + " got " + numbers.size() + " of " + wanted.size() + "; around " + same);
    }

    private static List<Integer> received(ChatClient client, String sender) {
        int length = sender.length() + 1;
        return client.received().stream()
                .filter(text -> text.startsWith(sender + ":"))
                .map(text -> Integer.valueOf(text.substring(length, text.indexOf(':', length))))
                .collect(Collectors.toList());
    }

    private static List<Integer> around(List<Integer> numbers, int place) {
        return numbers.subList(Math.max(0, place - SHOWN), Math.min(numbers.size(), place + SHOWN));
    }
}
