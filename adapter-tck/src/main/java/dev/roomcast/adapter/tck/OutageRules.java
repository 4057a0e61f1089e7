package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Chapter 10 of {@code docs/spec.md}. */
abstract class OutageRules extends Chapter {

    private static final String POLICY = "roomcast.outage";
    private static final String PACKETS = "roomcast.outage.packets";
    private static final String BYTES = "roomcast.outage.bytes";
    private static final String AGE = "roomcast.outage.age";
    private static final int SOME = 20;

    @Requires(Feature.CLUSTER)
    @Rule(
            value = "10.1",
            lookAt =
                    "what becomes of a packet that cannot be published, and when and in which order such packets leave")
    void packetsWaitForTheEndOfAnOutage() {
        cluster().with(POLICY, "wait");
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestClient here = sender.client("here").join(NEWS);
        TestClient there = nodes.get(1).client("there").join(NEWS);
        sender.faults().cut();
        List<String> texts = new ArrayList<>();
        List<CompletionStage<Published>> stages = new ArrayList<>();
        for (int i = 0; i < SOME; i++) {
            texts.add("waiting " + i);
            stages.add(sender.send(TO_NEWS, "waiting " + i));
        }
        expect().equal(here, "what came when broadcast() returned", texts, here.distinctTexts());
        stages.forEach(stage -> expect().that(
                        sender,
                        "a broadcast to wait",
                        !stage.toCompletableFuture().isDone(),
                        stage));
        sender.faults().restore();
        stages.forEach(stage -> expect().completes(sender, "a broadcast that has waited", stage));
        sender.broadcast(TO_NEWS, "later");
        there.awaits("later");
        texts.add("later");
        expect().equal(there, "what came", texts, there.distinctTexts());
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "10.1", lookAt = "what becomes of packets before the broker was reached for the first time")
    void packetsWaitForTheBeginning() {
        cluster().with(POLICY, "wait");
        TestNode first = cluster().open();
        TestClient there = first.client("there").join(NEWS);
        TestNode sender = cluster().openCutOff();
        CompletionStage<Published> early = sender.send(Target.everyone(), "early");
        sender.faults().restore();
        expect().completes(sender, "a broadcast that has waited", early);
        there.awaits("early");
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "10.2", lookAt = "how many packets, and bytes, may wait")
    void whatWaitsIsBounded() {
        cluster().with(POLICY, "wait").with(PACKETS, "3").with(BYTES, "1000");
        TestNode sender = cluster().open(2).get(0);
        sender.faults().cut();
        CompletionStage<Published> first = sender.send(TO_NEWS, "first");
        refused(sender, BYTES, "x".repeat(1000));
        CompletionStage<Published> second = sender.send(TO_NEWS, "second");
        CompletionStage<Published> third = sender.send(TO_NEWS, "third");
        refused(sender, PACKETS, "fourth");
        sender.faults().restore();
        List.of(first, second, third)
                .forEach(stage -> expect().completes(sender, "a broadcast within the bounds", stage));
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "10.2", lookAt = "for how long a packet may wait")
    void nothingWaitsForTooLong() {
        cluster().with(POLICY, "wait").with(AGE, expect().moment());
        List<TestNode> nodes = cluster().open(2);
        TestNode sender = nodes.get(0);
        TestClient there = nodes.get(1).client("there").join(NEWS);
        sender.faults().cut();
        refused(sender, AGE, "too old");
        refused(sender, AGE, "too old as well");
        sender.awaitsImpairedHealth();
        sender.faults().restore();
        sender.awaitsHealth(Health.Status.UP);
        sender.broadcast(TO_NEWS, "later");
        there.awaits("later");
        expect().equal(there, "what came", List.of("later"), there.distinctTexts());
    }

    private void refused(TestNode sender, String key, String text) {
        String message = String.valueOf(
                expect().fails(sender, "a broadcast beyond " + key, Outcome.NOT_SENT, sender.send(TO_NEWS, text))
                        .getMessage());
        expect().that(sender, "a failure that names " + key, message.contains(key), message);
    }

    @Requires(Feature.CLUSTER)
    @Rule(value = "10.3", lookAt = "what becomes of waiting packets when the adapter is closed")
    void whatWaitsAtTheEndFails() {
        cluster().with(POLICY, "wait");
        TestNode sender = cluster().open(2).get(0);
        sender.faults().cut();
        CompletionStage<Published> waiting = sender.send(TO_NEWS, "waiting");
        sender.adapter().close();
        expect().fails(sender, "a broadcast that waits", Outcome.CLOSED, waiting);
    }
}
