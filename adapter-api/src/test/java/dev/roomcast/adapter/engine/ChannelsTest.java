package dev.roomcast.adapter.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelsTest {

    private static final List<String> NAMES = List.of(
            "a", "a.b", "a_2Eb", "a_", "_", "*", "a?", "[a]", "#", "\uD83D\uDE00", " ", "/", "all", "room.a", "A");

    @Test
    void namesAreReadable() {
        Channels channels = new Channels("roomcast", "/", 512);
        assertEquals("roomcast._2F.all", channels.namespace());
        assertEquals("roomcast._2F.room.portfolio_3A42", channels.room("portfolio:42"));
        assertEquals("roomcast._2F.user.ann", channels.user("ann"));
    }

    @Test
    void noTwoNamesShareAChannel() {
        Set<String> seen = new HashSet<>();
        int made = 0;
        for (String prefix : NAMES) {
            for (String namespace : NAMES) {
                Channels channels = new Channels(prefix, namespace, 512);
                seen.add(channels.namespace());
                made++;
                for (String room : NAMES) {
                    seen.add(channels.room(room));
                    seen.add(channels.user(room));
                    made += 2;
                }
            }
        }
        assertEquals(made, seen.size());
        assertTrue(seen.stream().allMatch(channel -> channel.matches("[A-Za-z0-9._-]+")));
    }

    @Test
    void longNamesAreHashedWithinTheLimit() {
        for (int limit : List.of(63, 100, 512)) {
            Channels channels = new Channels("p".repeat(200), "n".repeat(200), limit);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                seen.add(channels.room("r".repeat(500) + i));
                seen.add(channels.user("r".repeat(500) + i));
            }
            seen.add(channels.node(new Incarnation(1, 2)));
            assertEquals(201, seen.size());
            assertTrue(seen.stream().allMatch(channel -> channel.length() <= limit), "limit " + limit + ": " + seen);
        }
    }
}
