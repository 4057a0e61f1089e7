package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.FrameMac;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.engine.codec.Message.Broadcast;
import dev.roomcast.adapter.engine.config.SigningKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;

/** Somebody who hears everything on a broker, may publish there, and has no key: injects, changes, moves and repeats frames. */
final class Attacker {

    private static final int MOST = 4_000;

    private final Random random;
    private final SimulatedBroker broker;
    private final Oracle oracle;
    private final FrameMac wrong = new FrameMac(new SigningKeys(
            List.of(new SecretKeySpec("not the key".getBytes(StandardCharsets.UTF_8), SigningKeys.ALGORITHM)), true));
    private final List<Recorded> recorded = new ArrayList<>();
    private int next;
    private boolean isSpeaking;

    private record Recorded(String channel, byte[] frame, long at) {}

    Attacker(long seed, SimulatedBroker broker, Oracle oracle) {
        this.random = new Random(seed * 37 + 5);
        this.broker = broker;
        this.oracle = oracle;
    }

    /** Remembers some of what was long ago, and of what is just now. */
    void hears(String channel, byte[] frame) {
        Recorded one = new Recorded(channel, frame, broker.time.now());
        if (recorded.size() < MOST) {
            recorded.add(one);
        } else {
            recorded.set(next++ % MOST, one);
        }
    }

    /** Whether what is being published is the attacker's own. */
    boolean isSpeaking() {
        return isSpeaking;
    }

    void acts() {
        if (recorded.isEmpty()) {
            return;
        }
        Recorded one = any();
        switch (random.nextInt(5)) {
            case 0 -> handOver(one, one.channel());
            case 1 -> handOver(one, any().channel());
            case 2 -> publish(one.channel(), changed(one.frame()));
            case 3 -> publish(one.channel(), withoutSeal(one.frame()));
            default -> publish(one.channel(), forged(one));
        }
    }

    private Recorded any() {
        boolean isLate = random.nextBoolean();
        int some = Math.min(20, recorded.size());
        int last = recorded.size() < MOST ? recorded.size() : next % MOST + MOST;
        return isLate
                ? recorded.get((last - 1 - random.nextInt(some)) % recorded.size())
                : recorded.get(random.nextInt(recorded.size()));
    }

    private void handOver(Recorded one, String channel) {
        if (channel.equals(one.channel())) {
            oracle.handedOver(channel, one.frame(), one.at());
        }
        publish(channel, one.frame());
    }

    private void publish(String channel, byte[] frame) {
        isSpeaking = true;
        broker.publish(null, channel, frame);
        isSpeaking = false;
    }

    private byte[] changed(byte[] frame) {
        byte[] changed = frame.clone();
        int bit = random.nextInt(changed.length * 8);
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        return changed;
    }

    private static byte[] withoutSeal(byte[] frame) {
        byte[] bare = Arrays.copyOf(frame, frame.length - FrameMac.BYTES);
        bare[3] &= ~4;
        return bare;
    }

    /** What an alive node would say next, and worse. */
    private byte[] forged(Recorded like) {
        ByteBuffer known = ByteBuffer.wrap(like.frame());
        Incarnation from = random.nextInt(4) == 0
                ? new Incarnation(random.nextLong(), random.nextLong())
                : new Incarnation(known.getLong(4), known.getLong(12));
        Message lie = new Broadcast(Target.everyone(), Packet.text("<" + random.nextInt(1_000_000) + "> a lie"));
        long number = 1 + random.nextInt(100_000);
        Frame frame = new Frame(
                Frame.FIRST_VERSION,
                from,
                known.getLong(20),
                number,
                random.nextInt(1_000),
                0,
                1,
                List.of(),
                null,
                List.of(lie));
        byte[] bytes = FrameCodec.encode(frame, null);
        wrong.put(like.channel(), bytes);
        return bytes;
    }
}
