package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.cluster.Link;
import dev.roomcast.adapter.cluster.TransportProvider;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Adapters that break promises of chapter 4, each with the rules that this turns red. */
final class BrokenCluster {

    private BrokenCluster() {}

    /** Loses the hello with which a node begins. */
    @TurnsRed("4.1 6.1 6.2")
    static class LosesTheFirstFrame extends BusCompatibilityTest {
        @Override
        protected TransportProvider provider() {
            AtomicBoolean begun = new AtomicBoolean();
            return new LossyProvider(super.provider(), frame -> begun.compareAndSet(false, true));
        }
    }

    /** Leaves without a goodbye. */
    @TurnsRed("4.2 4.6 4.15 5.11")
    static class LeavesSilently extends BusCompatibilityTest {
        private volatile boolean leaving;

        @Override
        protected TransportProvider provider() {
            return new LossyProvider(super.provider(), frame -> leaving);
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public void close() {
                    leaving = true;
                    super.close();
                    leaving = false;
                }
            };
        }
    }

    /** Remembers every node that it ever met. */
    @TurnsRed("4.2 4.11 5.11")
    static class NeverForgets extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final Map<String, NodeInfo> met = new ConcurrentHashMap<>();

                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public Set<NodeInfo> nodes() {
                            super.nodes().forEach(node -> met.put(node.incarnation(), node));
                            return Set.copyOf(met.values());
                        }
                    };
                }
            };
        }
    }

    /** Asks no other node for its rooms. */
    @TurnsRed("1.10 4.3 4.7 4.8 4.13")
    static class KnowsOnlyItself extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Set<String>> allRooms() {
                    // Asks, as it should, so that close() and misuse are as they should be.
                    return super.allRooms().thenApply(all -> rooms().names());
                }
            };
        }
    }

    /** Takes half of an answer for the whole. */
    @TurnsRed("4.5 4.10")
    static class TakesHalfForWhole extends BusCompatibilityTest {
        private record Whole<T>(T all) implements Gathered<T> {
            @Override
            public T some() {
                return all;
            }

            @Override
            public Set<NodeInfo> missing() {
                return Set.of();
            }
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public CompletionStage<Gathered<Set<String>>> rooms() {
                            return super.rooms().thenApply(gathered -> new Whole<>(gathered.some()));
                        }
                    };
                }

                @Override
                public CompletionStage<Set<String>> allRooms() {
                    return cluster().rooms().thenApply(Gathered::all);
                }
            };
        }
    }

    /** Knows nodes by their incarnations alone. */
    @TurnsRed("4.9")
    static class ForgetsNames extends AloneCompatibilityTest {
        private record Unnamed(String incarnation, Status status) implements NodeInfo {
            static NodeInfo of(NodeInfo node) {
                return new Unnamed(node.incarnation(), node.status());
            }

            @Override
            public String name() {
                return incarnation;
            }
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public NodeInfo self() {
                            return Unnamed.of(super.self());
                        }

                        @Override
                        public Set<NodeInfo> nodes() {
                            return super.nodes().stream().map(Unnamed::of).collect(Collectors.toUnmodifiableSet());
                        }
                    };
                }
            };
        }
    }

    /** Trusts its links, whatever the engine says: only what the kit itself cuts is reset. */
    @TurnsRed("4.17")
    static class TrustsItsLinks extends BusCompatibilityTest {
        @Override
        protected TransportProvider provider() {
            return new WrappedProvider(super.provider(), within -> new WrappedTransport(within) {
                @Override
                public void reset(Link link, String reason) {
                    if (reason.equals(FaultyTransport.CUT)) {
                        super.reset(link, reason);
                    }
                }
            });
        }
    }

    /** Takes a question for what it has just given up for a repetition of an older one. */
    @TurnsRed("4.18")
    static class AsksNotTwice extends BusCompatibilityTest {
        @Override
        protected TransportProvider provider() {
            return new WrappedProvider(super.provider(), within -> new WrappedTransport(within) {
                private Set<String> last = Set.of();

                @Override
                public void unsubscribe(Collection<String> channels) {
                    last = Set.copyOf(channels);
                    super.unsubscribe(channels);
                }

                @Override
                public void subscribe(Collection<String> channels) {
                    boolean isNews = !last.equals(Set.copyOf(channels));
                    last = Set.of();
                    if (isNews) {
                        super.subscribe(channels);
                    }
                }
            });
        }
    }
}
