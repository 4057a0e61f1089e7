package dev.roomcast.adapter.redis.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.cluster.SlotHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionsTest {

    @Test
    void aChannelOnTheWireHasTheSlotOfItsPartition() {
        for (int i = 0; i < 10_000; i++) {
            String channel = "roomcast._2F.room.room-" + i;
            ByteBuffer wire = ChannelCodec.PARTITIONED.encodeKey(channel);
            assertEquals(Partitions.slot(Partitions.of(channel)), SlotHash.getSlot(wire.duplicate()));
            assertEquals(channel, ChannelCodec.PARTITIONED.decodeKey(wire));
        }
    }

    @Test
    void namesAreSpreadEvenly() {
        int names = 256_000;
        int[] count = new int[Partitions.COUNT];
        IntStream.range(0, names).forEach(i -> count[Partitions.of("roomcast._2F.room.portfolio-" + i)]++);
        int most = IntStream.of(count).max().orElseThrow();
        int least = IntStream.of(count).min().orElseThrow();
        // By chance alone a thousand in each would be within 880 and 1120 or so.
        assertTrue(most < 1_200 && least > 800, least + " to " + most);
    }

    @Test
    void slotsAreSpreadEvenly() {
        int each = SlotHash.SLOT_COUNT / Partitions.COUNT;
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            assertEquals(partition, Partitions.slot(partition) / each);
        }
    }

    /** Part of the wire format: another value, and nodes of before hear nothing of those of after. */
    @Test
    void theNamesOnTheWireStayAsTheyAre() {
        String wire = new String(
                ChannelCodec.PARTITIONED.encodeKey("roomcast._2F.all").array(), StandardCharsets.ISO_8859_1);
        assertEquals("{279}roomcast._2F.all", wire);
    }

    @Test
    void whatAnotherPublishesUnderOddNamesIsRead() {
        for (String name : new String[] {"", "{", "}", "{}", "{1}", "a{1}b", "{1"}) {
            ChannelCodec.PARTITIONED.decodeKey(ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }
}
