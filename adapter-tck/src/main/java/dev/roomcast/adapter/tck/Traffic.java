package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Sends packets to one room during a fault of the broker; at the end it checks the result of each packet. */
final class Traffic {

    /** How finely two clocks that are read one after the other may differ. */
    private static final long SLACK_MILLIS = 5;

    private static final Duration PACE = Duration.ofMillis(5);

    private final Expect expect;
    private final TestNode sender;
    private final TestClient receiver;
    private final String room;
    private final Predicate<Loss> concerning;
    private final List<Sent> all = new ArrayList<>();

    /**
     * One packet.
     *
     * @param text by which it is known
     * @param from when it was handed over
     * @param until when that was answered, whether it succeeded
     */
    private record Sent(String text, Instant from, CompletableFuture<Instant> until) {

        boolean isAnswered() {
            return until.isDone();
        }

        boolean hasFailed() {
            return until.isCompletedExceptionally();
        }

        boolean isWithin(Loss loss) {
            return !loss.since().isAfter(until.join().plusMillis(SLACK_MILLIS))
                    && !loss.until().isBefore(from.minusMillis(SLACK_MILLIS));
        }
    }

    /** @param concerning which losses are of the room */
    Traffic(Expect expect, TestNode sender, TestClient receiver, String room, Predicate<Loss> concerning) {
        this.expect = expect;
        this.concerning = concerning;
        this.sender = sender;
        this.receiver = receiver;
        this.room = room;
    }

    Traffic send(int packets) {
        for (int i = 0; i < packets; i++) {
            send();
        }
        return this;
    }

    private Sent send() {
        String text = room + " " + all.size();
        Instant from = Instant.now();
        CompletionStage<Published> stage = sender.send(Target.room(room), text);
        Sent sent = new Sent(text, from, stage.thenApply(done -> Instant.now()).toCompletableFuture());
        all.add(sent);
        return sent;
    }

    /** Goes on until something has come to hold. */
    void goOnUntil(Object where, String expected, BooleanSupplier holds, Supplier<?> came) {
        long deadline = System.nanoTime() + expect.patience().toNanos();
        boolean held = holds.getAsBoolean();
        while (!held && System.nanoTime() < deadline) {
            send();
            held = expect.signal().await(holds, PACE);
        }
        expect.that(where, expected + " within " + expect.patience(), held, came.get());
    }

    /**
     * Sends until a packet arrives, and then expects that each earlier packet arrived, or failed, or was reported as
     * lost.
     */
    void expectNothingLostSilently() {
        int before = all.size();
        goOnUntil(
                receiver,
                "packets to come again",
                () -> all.subList(before, all.size()).stream().anyMatch(sent -> receiver.has(sent.text())),
                () -> "the last " + receiver.texts().size() + " of " + all.size());
        expect.eventually(
                sender,
                "each broadcast to be answered",
                () -> all.stream().allMatch(Sent::isAnswered),
                () -> all.stream().filter(sent -> !sent.isAnswered()).toList());
        expect.eventually(
                receiver,
                "each lost packet to be reported",
                () -> silent().isEmpty(),
                () -> silent() + ", reported " + losses());
    }

    private List<Sent> silent() {
        Set<String> came = new HashSet<>(receiver.texts());
        List<Loss> losses = losses();
        return all.stream()
                .filter(sent -> !came.contains(sent.text()) && !sent.hasFailed())
                .filter(sent -> losses.stream().noneMatch(sent::isWithin))
                .toList();
    }

    private List<Loss> losses() {
        return receiver.node().clusterLog().losses().stream().filter(concerning).toList();
    }
}
