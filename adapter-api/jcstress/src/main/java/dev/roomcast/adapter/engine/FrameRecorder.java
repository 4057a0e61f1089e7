package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.engine.codec.Frame;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps the frames that it is given, and answers for them when it is told to. */
final class FrameRecorder implements Transport {

    private final TransportCapabilities capabilities;
    private final Queue<Outgoing> unanswered = new ConcurrentLinkedQueue<>();

    /** Plain, and thus the drain's turn alone: two passes at once lose frames. */
    private final List<Outgoing> frames = new ArrayList<>();

    FrameRecorder(int framesInFlight) {
        this.capabilities = TransportCapabilities.builder(4096)
                .framesInFlight(framesInFlight)
                .build();
    }

    @Override
    public TransportCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        frames.addAll(pass);
        unanswered.addAll(pass);
    }

    /** The broker's answer to the frame that has waited longest. */
    boolean acceptNext() {
        Outgoing next = unanswered.poll();
        if (next == null) {
            return false;
        }
        next.accepted();
        return true;
    }

    /** Until nothing more comes. */
    void acceptAll() {
        while (acceptNext()) {
            // The answer may have let more leave.
        }
    }

    /** The packets in the order in which they left; or that the frames of a channel are not numbered without a gap. */
    String sent() {
        StringBuilder sent = new StringBuilder();
        Map<String, Long> numbers = new HashMap<>();
        for (Outgoing frame : frames) {
            Frame decoded = FrameCodec.decode(frame.bytes(), null);
            if (numbers.merge(frame.channel(), 1L, Long::sum) != decoded.number()) {
                return "number " + decoded.number() + " on " + frame.channel();
            }
            for (Message message : decoded.messages()) {
                sent.append(((Message.Broadcast) message).packet().text());
            }
        }
        return sent.toString();
    }

    @Override
    public void subscribe(Collection<String> channels) {}

    @Override
    public void unsubscribe(Collection<String> channels) {}

    @Override
    public void reset(Link link, String reason) {}

    @Override
    public CompletionStage<Void> close() {
        return CompletableFuture.completedStage(null);
    }
}
