package dev.roomcast.adapter.engine.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelNamesTest {

    private static final List<String> NAMES = List.of(
            "a", "a.b", "a_2Eb", "a_", "_", "*", "a?", "[a]", "#", "\uD83D\uDE00", " ", "/", "all", "room.a", "A");

    @Test
    void namesAreReadable() {
        ChannelNames channelNames = new ChannelNames("roomcast", "/", 512);
        assertEquals("roomcast._2F.all", channelNames.namespace());
        assertEquals("roomcast._2F.room.portfolio_3A42", channelNames.room("portfolio:42"));
        assertEquals("roomcast._2F.user.ann", channelNames.user("ann"));
    }

    @Test
    void noTwoNamesShareAChannel() {
        Set<String> seen = new HashSet<>();
        int made = 0;
        for (String prefix : NAMES) {
            for (String namespace : NAMES) {
                ChannelNames channelNames = new ChannelNames(prefix, namespace, 512);
                seen.add(channelNames.namespace());
                made++;
                for (String room : NAMES) {
                    seen.add(channelNames.room(room));
                    seen.add(channelNames.user(room));
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
            ChannelNames channelNames = new ChannelNames("p".repeat(200), "n".repeat(200), limit);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                seen.add(channelNames.room("r".repeat(500) + i));
                seen.add(channelNames.user("r".repeat(500) + i));
            }
            seen.add(channelNames.node(new Incarnation(1, 2)));
            assertEquals(201, seen.size());
            assertTrue(seen.stream().allMatch(channel -> channel.length() <= limit), "limit " + limit + ": " + seen);
        }
    }
}
