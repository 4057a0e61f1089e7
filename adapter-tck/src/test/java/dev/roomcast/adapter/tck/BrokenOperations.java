package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.EmitListener;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeHandler;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Adapters that break promises of chapter 7, and of packets that may be dropped, each with the rules that this turns red. */
final class BrokenOperations {

    private BrokenOperations() {}

    /** What every part of an answer becomes. */
    record Changed<T>(Gathered<T> of, Function<T, T> change) implements Gathered<T> {
        @Override
        public T all() {
            return change.apply(of.all());
        }

        @Override
        public T some() {
            return change.apply(of.some());
        }

        @Override
        public Set<NodeInfo> missing() {
            return of.missing();
        }
    }

    record Plain(String id, NodeInfo node, Optional<String> user, Set<String> rooms, Map<String, String> attributes)
            implements MemberInfo {}

    /** Tells other nodes nothing of its members' attributes. */
    @TurnsRed("1.25 7.1")
    static class ForgetsAttributes extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
                    return super.members(target)
                            .thenApply(all -> new Changed<>(
                                    all,
                                    members -> members.stream()
                                            .map(m -> (MemberInfo)
                                                    new Plain(m.id(), m.node(), m.user(), m.rooms(), Map.of()))
                                            .toList()));
                }
            });
        }
    }

    /** Answers for nodes that are gone, with what they have said last. */
    @TurnsRed("7.10")
    static class AnswersForTheDead extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            Map<String, MemberInfo> told = new ConcurrentHashMap<>();
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
                    return super.members(target).thenApply(all -> new Changed<>(all, this::withTheDead));
                }

                private List<MemberInfo> withTheDead(List<MemberInfo> members) {
                    members.forEach(member -> told.put(member.id(), member));
                    List<MemberInfo> all = new ArrayList<>(members);
                    told.values().stream()
                            .filter(member -> nodes().stream()
                                    .noneMatch(node -> node.incarnation()
                                            .equals(member.node().incarnation())))
                            .forEach(all::add);
                    return all;
                }
            });
        }
    }

    /** Counts those who are excepted. */
    @TurnsRed("7.2")
    static class CountsExceptions extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<Long>> count(Target target) {
                    return super.count(target.isEveryone() ? target : Target.rooms(target.roomNames()));
                }
            });
        }
    }

    /** Lets only its own members join. */
    @TurnsRed("7.3 7.4 7.6")
    static class JoinsHereOnly extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Void> join(Target target, Collection<String> rooms) {
                    return super.join(target.onThisNode(), rooms);
                }
            });
        }
    }

    /** Has commands wait for a while, in which packets overtake them. */
    @TurnsRed("7.4")
    static class TakesItsTime extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Void> leave(Target target, Collection<String> rooms) {
                    // Checked first, as it should be.
                    return super.leave(Target.rooms(List.of()), rooms)
                            .thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
                            .thenCompose(done -> super.leave(target, rooms));
                }
            });
        }
    }

    /** Removes members, and leaves their connections open. */
    @TurnsRed("1.22 2.28 2.29 5.12 7.5 7.14 7.15")
    static class LeavesConnectionsOpen extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.connecting(adapter, connection -> new WrappedConnection(connection) {
                @Override
                public void disconnect(DisconnectReason reason) {
                    // Left open.
                }
            });
        }
    }

    /** Closes one connection after the other. */
    @TurnsRed("7.15")
    static class ClosesOneAfterTheOther extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            Object lock = new Object();
            return WrappedAdapter.connecting(adapter, connection -> new WrappedConnection(connection) {
                @Override
                public void disconnect(DisconnectReason reason) throws Exception {
                    synchronized (lock) {
                        super.disconnect(reason);
                    }
                }
            });
        }
    }

    /** Takes what there is for all. */
    @TurnsRed("7.6 7.14")
    static class TakesSomeForAll extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<Long>> count(Target target) {
                    return super.count(target).thenApply(count -> new Whole<>(count.some()));
                }
            });
        }
    }

    /** Asks all servers but its own. */
    @TurnsRed("7.7 7.9")
    static class AsksOthersOnly extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<Map<NodeInfo, Packet>>> request(Packet request, Duration timeout) {
                    return super.request(request, timeout)
                            .thenApply(all -> new Changed<>(all, answers -> {
                                Map<NodeInfo, Packet> others = new HashMap<>(answers);
                                others.remove(self());
                                return others;
                            }));
                }
            });
        }
    }

    /** Hears nothing of what it emits itself. */
    @TurnsRed("7.16")
    static class EmitsToOthersOnly extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public Registration onEmit(EmitListener listener) {
                    NodeInfo self = self();
                    return super.onEmit((from, packet) -> {
                        if (!from.equals(self)) {
                            listener.emitted(from, packet);
                        }
                    });
                }
            });
        }
    }

    /** Lets the last handler win. */
    @TurnsRed("7.9")
    static class ReplacesHandlers extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                private Registration last = () -> {};

                @Override
                public Registration onRequest(NodeHandler handler) {
                    last.close();
                    last = super.onRequest(handler);
                    return last;
                }
            });
        }
    }

    /** Asks all nodes, whatever the target says. */
    @TurnsRed("7.11")
    static class AsksEverywhere extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
                    return super.members(target.isOnThisNode() ? Target.everyone() : target);
                }
            });
        }
    }

    /** Answers with what fits into one frame. */
    @TurnsRed("7.12")
    static class CutsAnswersShort extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<List<MemberInfo>>> members(Target target) {
                    return super.members(target)
                            .thenApply(all -> new Changed<>(
                                    all,
                                    members -> members.stream().limit(1_000).toList()));
                }
            });
        }
    }

    /** Counts nobody in rooms that there cannot be. */
    @TurnsRed("7.13")
    static class AsksForAnything extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
                @Override
                public CompletionStage<Gathered<Long>> count(Target target) {
                    return super.count(target.roomNames().contains("") ? Target.rooms(List.of()) : target);
                }
            });
        }
    }

    /** Sends droppable packets to everyone. */
    @TurnsRed("2.26")
    static class DropsNothing extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return WrappedAdapter.connecting(adapter, connection -> new WrappedConnection(connection) {
                @Override
                public boolean writable() {
                    return true;
                }
            });
        }
    }

    /** Takes members without end. */
    @TurnsRed("1.21")
    static class TakesAnyNumber extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Member add(Connection connection) {
                    try {
                        return super.add(connection);
                    } catch (AdapterException e) {
                        if (e.outcome() != AdapterException.Outcome.CAPACITY) {
                            throw e;
                        }
                        return new Ghost(connection.id());
                    }
                }
            };
        }

        private record Ghost(String id) implements Member {
            @Override
            public Optional<String> user() {
                return Optional.empty();
            }

            @Override
            public CompletionStage<Void> user(@Nullable String user) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Map<String, String> attributes() {
                return Map.of();
            }

            @Override
            public void attributes(Map<String, String> attributes) {}

            @Override
            public boolean isPresent() {
                return true;
            }
        }
    }
}
