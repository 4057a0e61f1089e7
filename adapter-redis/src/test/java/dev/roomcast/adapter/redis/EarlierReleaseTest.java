package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.DisconnectReason.Kind;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import dev.roomcast.testredis.Patience;
import dev.roomcast.testredis.TestRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node of an earlier release, in a process of its own, beside nodes of today's on one Redis (chapter V of docs/spec.md). */
@Timeout(600)
@Tag("full")
class EarlierReleaseTest {

    private final String namespace = "/" + UUID.randomUUID();
    private final List<Loss> losses = Collections.synchronizedList(new ArrayList<>());

    static List<String> commits() {
        return EarlierRelease.commits();
    }

    @ParameterizedTest
    @MethodSource("commits")
    void aFleetIsUpgradedNodeByNode(String commit, @TempDir Path directory) throws Exception {
        EarlierRelease release = EarlierRelease.build(commit, directory);
        BlockingQueue<String> atNew = new LinkedBlockingQueue<>();
        BlockingQueue<String> atNext = new LinkedBlockingQueue<>();
        try (OldNode old = new OldNode(release.classPath());
                Adapter now = open("new")) {
            old.awaits("ready");
            join(now, atNew);
            assertEquals(
                    Set.of("old ALIVE", "new ALIVE"),
                    now.cluster().nodes().stream()
                            .map(node -> node.name() + " " + node.status())
                            .collect(Collectors.toSet()));
            theyHearEachOther(old, now, atNew);
            theyAskEachOther(old, now);
            theyDisconnectEachOthersMembers(old, now);

            try (Adapter next = open("next")) {
                join(next, atNext);
                old.says("room for three");
                assertEquals("for three", atNew.poll(Patience.SECONDS, TimeUnit.SECONDS));
                assertEquals("for three", atNext.poll(Patience.SECONDS, TimeUnit.SECONDS));
                old.leaves();
                done(now.broadcast(Target.room("news"), Packet.text("without it")));
                assertEquals("without it", atNext.poll(Patience.SECONDS, TimeUnit.SECONDS));
                assertEquals(2L, done(now.cluster().count(Target.room("news"))).all());
            }
        }
        // Of no sender are those of a link that was not heard for seconds, as on a machine that stood still.
        assertEquals(
                List.of(),
                losses.stream().filter(loss -> loss.from().isPresent()).toList());
    }

    private void theyHearEachOther(OldNode old, Adapter now, BlockingQueue<String> atNew) throws Exception {
        for (String kind : List.of("room", "rooms", "all")) {
            old.says(kind + " " + kind + " of the old");
            assertEquals(kind + " of the old", atNew.poll(Patience.SECONDS, TimeUnit.SECONDS));
        }
        List<Target> targets = List.of(
                Target.room("news"),
                Target.rooms(Set.of("news", "other")),
                Target.everyone(),
                Target.member("old-member"));
        for (Target target : targets) {
            String text = "of the new: " + targets.indexOf(target);
            done(now.broadcast(target, Packet.text(text)));
            old.awaits("got " + text);
        }
        // What reaches everyone, reaches the member here as well.
        atNew.clear();
    }

    private static void theyAskEachOther(OldNode old, Adapter now) throws Exception {
        assertEquals(Set.of("news"), done(now.allRooms()));
        assertEquals(2L, done(now.cluster().count(Target.room("news"))).all());
        old.says("members");
        old.awaits("members 2");
        Gathered<Map<NodeInfo, Packet>> answers =
                done(now.cluster().request(Packet.text("do you hear me?"), Patience.LIMIT));
        assertEquals(
                List.of("old hears you"),
                answers.some().values().stream().map(Packet::text).toList());
    }

    /** The earlier releases know no kinds of reasons. */
    private static void theyDisconnectEachOthersMembers(OldNode old, Adapter now) throws Exception {
        done(now.cluster()
                .disconnect(Target.member("old-member"), new DisconnectReason(Kind.REPLACED, "by another one")));
        old.awaits("disconnected by another one");
        BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
        now.add(Connection.of("guest", packet -> {}, reasons::add));
        old.says("disconnect guest");
        assertEquals(
                new DisconnectReason(Kind.ENDED, "told by an earlier release"),
                reasons.poll(Patience.SECONDS, TimeUnit.SECONDS));
    }

    private Adapter open(String name) {
        Adapter adapter = Adapters.open(AdapterConfig.of(Map.of(
                "REDIS_URL",
                TestRedis.shared().url(),
                "roomcast.namespace",
                namespace,
                "roomcast.node.name",
                name,
                // So often that the old node gets many heartbeats of today's.
                "roomcast.heartbeat.interval",
                "50ms")));
        adapter.cluster().onEvent(new ClusterListener() {
            @Override
            public void lost(Loss loss) {
                losses.add(loss);
            }
        });
        return adapter;
    }

    private static void join(Adapter adapter, BlockingQueue<String> received) {
        done(adapter.ready());
        String id = adapter.cluster().self().name() + "-member";
        Member member = adapter.add(Connection.of(id, packet -> received.add(packet.text()), why -> {}));
        done(adapter.join(member, "news"));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** The process of the earlier release. */
    private final class OldNode implements AutoCloseable {

        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        OldNode(String classPath) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            classPath,
                            ReleaseNode.class.getName(),
                            TestRedis.shared().url(),
                            namespace,
                            "old")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Thread reader = new Thread(this::read, "lines-of-old");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
                in.lines().forEach(lines::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void says(String line) throws IOException {
            Writer out = process.outputWriter(StandardCharsets.UTF_8);
            out.write(line + "\n");
            out.flush();
        }

        /** Passes over what came before. */
        void awaits(String line) throws InterruptedException {
            List<String> before = new ArrayList<>();
            String next = lines.poll(Patience.SECONDS, TimeUnit.SECONDS);
            while (!line.equals(next)) {
                if (next == null) {
                    throw new AssertionError("the old node never said \"" + line + "\", but " + before);
                }
                before.add(next);
                next = lines.poll(Patience.SECONDS, TimeUnit.SECONDS);
            }
        }

        void leaves() throws IOException, InterruptedException {
            process.getOutputStream().close();
            assertEquals(true, process.waitFor(Patience.SECONDS, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
            assertEquals(
                    List.of(),
                    lines.stream().filter(line -> line.startsWith("lost")).toList());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
