package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Loss;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.Registration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Adapters that break promises of chapter 6, each with the rules that this turns red. */
final class BrokenLosses {

    private BrokenLosses() {}

    /** Keeps losses to itself. */
    @TurnsRed("4.17 4.18 4.20 6.1 6.3 6.4 6.5 6.7")
    static class LosesSilently extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return wrapped(adapter, listener -> new WrappedClusterListener(listener) {
                @Override
                public void lost(Loss loss) {}
            });
        }
    }

    /** Tells of nodes that live only what is certain. */
    @TurnsRed("6.7")
    static class HasNoDoubt extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return wrapped(adapter, listener -> new WrappedClusterListener(listener) {
                @Override
                public void lost(Loss loss) {
                    boolean isOfOneThatLives = loss.from().isPresent()
                            && adapter.cluster().nodes().contains(loss.from().get());
                    if (loss.kind() != Loss.Kind.POSSIBLE || !isOfOneThatLives) {
                        super.lost(loss);
                    }
                }
            });
        }
    }

    /** Takes whatever happens for a loss. */
    @TurnsRed("6.4 6.6")
    static class CriesWolf extends BusCompatibilityTest {
        private record Wolf(Kind kind, Scope scope, Instant since) implements Loss {
            @Override
            public Set<String> rooms() {
                return Set.of();
            }

            @Override
            public Set<String> users() {
                return Set.of();
            }

            @Override
            public Optional<NodeInfo> from() {
                return Optional.empty();
            }

            @Override
            public Instant until() {
                return since;
            }

            @Override
            public OptionalLong frames() {
                return OptionalLong.empty();
            }
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            return wrapped(adapter, listener -> new WrappedClusterListener(listener) {
                @Override
                public void nodeChanged(NodeInfo node) {
                    super.nodeChanged(node);
                    listener.lost(new Wolf(Loss.Kind.POSSIBLE, Loss.Scope.NAMESPACE, Instant.EPOCH));
                }
            });
        }
    }

    private interface Change {
        ClusterListener of(ClusterListener listener);
    }

    private static Adapter wrapped(Adapter adapter, Change change) {
        return new WrappedAdapter(adapter) {
            @Override
            public WrappedCluster cluster() {
                return new WrappedCluster(within.cluster()) {
                    @Override
                    public Registration onEvent(ClusterListener listener) {
                        return super.onEvent(change.of(listener));
                    }
                };
            }
        };
    }
}
