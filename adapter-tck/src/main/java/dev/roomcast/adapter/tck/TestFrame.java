package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Outgoing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A published frame, and its answer. */
final class TestFrame implements Outgoing {

    private final String channel;
    private final byte[] bytes;
    private final Signal signal;
    private final List<String> answers = Collections.synchronizedList(new ArrayList<>());

    TestFrame(String channel, byte[] bytes, Signal signal) {
        this.channel = channel;
        this.bytes = bytes;
        this.signal = signal;
    }

    /** Its answers so far, which ought to be one. */
    List<String> answers() {
        return List.copyOf(answers);
    }

    boolean isAnswered() {
        return !answers.isEmpty();
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void accepted() {
        answer("accepted");
    }

    @Override
    public void notSent(Throwable why) {
        answer("not sent");
    }

    @Override
    public void unknown(Throwable why) {
        answer("unknown");
    }

    private void answer(String answer) {
        answers.add(answer);
        signal.changed();
    }

    @Override
    public String toString() {
        return "frame of " + bytes.length + " bytes on " + channel;
    }
}
