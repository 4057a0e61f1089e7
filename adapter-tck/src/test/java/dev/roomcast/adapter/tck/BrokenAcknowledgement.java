package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Answers;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Adapters that break promises of chapter 8, each with the rules that this turns red. */
final class BrokenAcknowledgement {

    private BrokenAcknowledgement() {}

    /** How the asking is broken. */
    private interface Asking {
        CompletionStage<Gathered<Answers>> ask(
                WrappedCluster cluster,
                Target target,
                Packet question,
                Duration timeout,
                Consumer<? super Answers.Reply> each);
    }

    private static Adapter asking(Adapter adapter, Asking broken) {
        return WrappedAdapter.with(adapter, cluster -> {
            WrappedCluster whole = new WrappedCluster(cluster);
            return new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<Answers>> ask(
                        Target target, Packet question, Duration timeout, Consumer<? super Answers.Reply> each) {
                    return broken.ask(whole, target, question, timeout, each);
                }
            };
        });
    }

    /** Asks twice, to be sure. */
    @TurnsRed("8.1")
    static class AsksTwice extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.connecting(adapter, connection -> new WrappedConnection(connection) {
                @Override
                public CompletionStage<Packet> ask(Packet question) throws Exception {
                    within.ask(question);
                    return within.ask(question);
                }
            });
        }
    }

    /** Takes those who answered for all who were asked. */
    @TurnsRed("8.2 8.3")
    static class ForgetsTheSilent extends AloneCompatibilityTest {
        private record Loud(Gathered<Answers> of) implements Gathered<Answers>, Answers {
            @Override
            public Answers all() {
                return this;
            }

            @Override
            public Answers some() {
                return this;
            }

            @Override
            public Set<NodeInfo> missing() {
                return of.missing();
            }

            @Override
            public int asked() {
                return replies().size();
            }

            @Override
            public List<Reply> replies() {
                return of.some().replies();
            }

            @Override
            public List<MemberInfo> silent() {
                return List.of();
            }
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            return asking(
                    adapter,
                    (cluster, target, question, timeout, each) ->
                            cluster.ask(target, question, timeout, each).thenApply(Loud::new));
        }
    }

    /** Keeps what it asks when the time is over, and hands on what comes late. */
    @TurnsRed("8.2")
    static class KeepsWhatIsOver extends AloneCompatibilityTest {
        private record Late(MemberInfo member, Packet packet) implements Answers.Reply {}

        private static MemberInfo late(NodeInfo node) {
            return new BrokenOperations.Plain("late", node, Optional.empty(), Set.of(), Map.of());
        }

        private static final class Kept {
            private volatile Consumer<? super Answers.Reply> each = reply -> {};
            private volatile boolean isOver;
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            Kept kept = new Kept();
            Adapter asking = asking(adapter, (cluster, target, question, timeout, each) -> {
                kept.each = each;
                return cluster.ask(target, question, timeout, each).thenApply(all -> {
                    kept.isOver = true;
                    return all;
                });
            });
            return WrappedAdapter.connecting(asking, connection -> new WrappedConnection(connection) {
                @Override
                public CompletionStage<Packet> ask(Packet question) throws Exception {
                    return within.ask(question).thenApply(answer -> {
                        if (kept.isOver) {
                            kept.each.accept(new Late(late(asking.cluster().self()), answer));
                        }
                        return answer;
                    });
                }
            });
        }
    }

    /** Goes on waiting for who has said that there will be no answer. */
    @TurnsRed("8.3")
    static class WaitsForTheDumb extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.connecting(adapter, connection -> new WrappedConnection(connection) {
                @Override
                public CompletionStage<Packet> ask(Packet question) {
                    CompletableFuture<Packet> answer = new CompletableFuture<>();
                    try {
                        within.ask(question).thenAccept(answer::complete);
                    } catch (Exception e) {
                        // Never answered.
                    }
                    return answer;
                }
            });
        }
    }

    /** Hands answers on when all have come. */
    @TurnsRed("8.4")
    static class HandsOnAtTheEnd extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return asking(
                    adapter,
                    (cluster, target, question, timeout, each) -> cluster.ask(target, question, timeout, reply -> {})
                            .thenApply(all -> {
                                all.some().replies().forEach(each);
                                return all;
                            }));
        }
    }

    /** Takes it for a failure if there is nobody to ask. */
    @TurnsRed("8.5")
    static class MissesSomebody extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return asking(
                    adapter,
                    (cluster, target, question, timeout, each) -> cluster.ask(target, question, timeout, each)
                            .thenApply(all -> {
                                if (all.some().asked() == 0) {
                                    throw new AdapterException(AdapterException.Outcome.INCOMPLETE, "nobody", null);
                                }
                                return all;
                            }));
        }
    }

    /** Knows texts alone. */
    @TurnsRed("8.6")
    static class AnswersInTextOnly extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.connecting(adapter, connection -> new WrappedConnection(connection) {
                @Override
                public CompletionStage<Packet> ask(Packet question) throws Exception {
                    return within.ask(question).thenApply(answer -> Packet.text(answer.bytes()));
                }
            });
        }
    }

    /** Asks a little later. */
    @TurnsRed("8.7")
    static class AsksLater extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return asking(
                    adapter,
                    (cluster, target, question, timeout, each) -> cluster.ask(
                                    Target.rooms(List.of()), question, timeout, each)
                            .thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
                            .thenCompose(done -> cluster.ask(target, question, timeout, each)));
        }
    }
}
