package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Answers;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Chapter 8 of {@code docs/spec.md}. */
abstract class AcknowledgementRules extends Chapter {

    private static final Packet QUESTION = Packet.text("are you there?");

    @Rule(value = "8.1", lookAt = "whom a question reaches, and how the answers find their way back")
    void everySelectedMemberIsAskedOnceAndAnswers() {
        List<TestNode> nodes = cluster().openAll();
        Map<String, String> wanted = new TreeMap<>();
        List<TestClient> asked = new ArrayList<>();
        for (TestNode node : nodes) {
            asked.add(node.client("m at " + node)
                    .answers("yes from " + node)
                    .join(NEWS)
                    .join("too"));
            node.client("not meant at " + node).answers("me!");
            wanted.put("m at " + node, "yes from " + node);
        }
        TestNode asking = nodes.get(0);
        Gathered<Answers> gathered = ask(asking, Target.rooms(Set.of(NEWS, "too")), expect().forEver());
        Answers answers = gathered.all();
        expect().equal(asking, "asked()", nodes.size(), answers.asked());
        expect().equal(asking, "the answers", wanted, texts(answers));
        expect().equal(asking, "silent()", List.of(), answers.silent());
        for (Answers.Reply reply : answers.replies()) {
            String node = reply.member().node().name();
            expect().that(
                            asking,
                            "the node of each answer",
                            nodes.stream()
                                    .anyMatch(of -> of.place().name().equals(node)
                                            && reply.member().id().equals("m at " + of)),
                            node);
        }
        asked.forEach(client -> expect().equal(client, "what came", List.of("are you there?"), client.texts()));
    }

    @Rule(value = "8.2", lookAt = "what is known of those who were asked when the time is over")
    void whoDoesNotAnswerInTimeIsSilent() {
        List<TestNode> nodes = cluster().openAll();
        List<CompletableFuture<Packet>> late = new ArrayList<>();
        for (TestNode node : nodes) {
            CompletableFuture<Packet> answer = new CompletableFuture<>();
            late.add(answer);
            node.client("quick at " + node).answers("yes");
            node.client("slow at " + node).answers(question -> answer);
        }
        TestNode asking = nodes.get(0);
        Queue<Answers.Reply> handedOn = new ConcurrentLinkedQueue<>();
        Gathered<Answers> gathered = expect().completes(
                        asking,
                        "ask",
                        asking.cluster().ask(Target.everyone(), QUESTION, expect().moment(), handedOn::add));
        Answers answers = gathered.some();
        Set<String> silent = nodes.stream().map(node -> "slow at " + node).collect(Collectors.toSet());
        expect().equal(asking, "asked()", 2 * nodes.size(), answers.asked());
        expect().equal(asking, "silent()", silent, ids(answers.silent()));
        expect().equal(
                        asking,
                        "the number of answers",
                        nodes.size(),
                        answers.replies().size());
        expect().refuses(asking, "all()", AdapterException.class, gathered::all, "did not answer");
        late.forEach(answer -> answer.complete(Packet.text("too late")));
        cluster().settle(asking);
        expect().equal(
                        asking,
                        "the number of answers",
                        nodes.size(),
                        gathered.some().replies().size());
        expect().equal(asking, "the number of answers handed on", nodes.size(), handedOn.size());
    }

    @Rule(value = "8.3", lookAt = "whether a refusal to answer ends the wait for that member")
    void whoCannotAnswerIsSilentAtOnce() {
        List<TestNode> nodes = cluster().openAll();
        for (TestNode node : nodes) {
            node.client("dumb at " + node);
            node.client("failing at " + node)
                    .answers(question -> CompletableFuture.failedStage(new IllegalStateException("closed")));
            node.client("throwing at " + node).answers(question -> {
                throw new IllegalStateException("out of order");
            });
        }
        TestNode asking = nodes.get(0);
        Answers answers = ask(asking, Target.everyone(), expect().forEver()).some();
        expect().equal(
                        asking,
                        "the number of the silent",
                        3 * nodes.size(),
                        answers.silent().size());
        expect().equal(asking, "the answers", Map.of(), texts(answers));
    }

    @Rule(value = "8.4", lookAt = "whether each answer is handed on when it comes")
    void answersAreHandedOnAsTheyCome() {
        List<TestNode> nodes = cluster().openAll();
        TestNode asking = nodes.get(0);
        TestNode last = nodes.get(nodes.size() - 1);
        CompletableFuture<Packet> slow = new CompletableFuture<>();
        last.client("quick").answers("1");
        last.client("slow").answers(question -> slow);
        List<String> came = Collections.synchronizedList(new ArrayList<>());
        CompletionStage<Gathered<Answers>> asked = asking.cluster()
                .ask(Target.everyone(), QUESTION, expect().forEver(), reply -> {
                    came.add(reply.packet().text());
                    expect().signal().changed();
                });
        expect().eventually(asking, "the answers handed on", List.of("1"), () -> List.copyOf(came));
        expect().that(asking, "the stage to wait", !asked.toCompletableFuture().isDone(), "an answer");
        slow.complete(Packet.text("2"));
        expect().completes(asking, "ask", asked);
        expect().equal(asking, "the answers handed on before the stage completed", List.of("1", "2"), came);
    }

    @Rule(value = "8.5", lookAt = "how a node answers that has nobody to ask")
    void nobodyToAskIsAnAnswer() {
        TestNode asking = cluster().openAll().get(0);
        asking.client("m").answers("yes");
        Answers answers = ask(asking, Target.room("empty"), expect().forEver()).all();
        expect().equal(asking, "asked()", 0, answers.asked());
        expect().equal(asking, "the answers", Map.of(), texts(answers));
    }

    @Rule(value = "8.6", lookAt = "how questions and answers are encoded")
    void questionsAndAnswersAreAnyPackets() {
        List<TestNode> nodes = cluster().openAll();
        TestNode asking = nodes.get(0);
        nodes.get(nodes.size() - 1).client("echo").answers(CompletableFuture::completedStage);
        for (Packet packet : List.of(
                Packet.text(""),
                Packet.bytes(new byte[0]),
                Packet.bytes(new byte[] {0, -1, 127, -128}),
                Packet.text("h\u00e4ll\u00f6 \ud83d\ude00"))) {
            Gathered<Answers> gathered = expect().completes(
                            asking, "ask", asking.cluster().ask(Target.member("echo"), packet, expect().forEver()));
            List<Packet> came =
                    gathered.all().replies().stream().map(Answers.Reply::packet).toList();
            expect().equal(asking, "the echo of " + packet, List.of(packet), came);
            expect().equal(
                            asking,
                            "the kind of the echo",
                            packet.isText(),
                            came.get(0).isText());
        }
    }

    @Requires({Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS})
    @Rule(value = "8.7", lookAt = "whether questions take their place among the packets of their node")
    void questionsKeepTheirPlaceAmongPackets() {
        List<TestNode> nodes = cluster().open(2);
        TestClient client = nodes.get(1).client("m").answers("yes").join(NEWS);
        TestNode asking = nodes.get(0);
        asking.send(TO_NEWS, "before");
        CompletionStage<Gathered<Answers>> asked = asking.cluster().ask(TO_NEWS, QUESTION, expect().forEver());
        asking.send(TO_NEWS, "after");
        expect().completes(asking, "ask", asked);
        client.gets("before", "are you there?", "after");
    }

    private Gathered<Answers> ask(TestNode asking, Target target, Duration timeout) {
        return expect().completes(
                        asking, "ask(" + target + ")", asking.cluster().ask(target, QUESTION, timeout));
    }

    private static Map<String, String> texts(Answers answers) {
        Map<String, String> texts = new TreeMap<>();
        answers.replies()
                .forEach(
                        reply -> texts.merge(reply.member().id(), reply.packet().text(), (a, b) -> a + " and " + b));
        return texts;
    }

    private static Set<String> ids(Collection<MemberInfo> members) {
        return members.stream().map(MemberInfo::id).collect(Collectors.toSet());
    }
}
