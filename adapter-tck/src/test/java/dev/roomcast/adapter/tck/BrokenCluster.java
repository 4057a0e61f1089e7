package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.TransportProvider;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Adapters that break promises of chapter 4, each with the rules that this turns red. */
final class BrokenCluster {

    private BrokenCluster() {}

    /** Says that nodes meet, and each is alone: what was declared is tested, and fails. */
    @TurnsRed("1.10 1.14 1.17 1.22 1.24 1.25 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.14 2.15 "
            + "2.17 2.19 2.21 2.23 2.26 2.27 2.28 2.29 2.30 2.31 3.4 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8 4.9 "
            + "4.10 4.11 4.12 4.13 4.14 4.15 4.16 4.17 4.18 4.19 4.20 5.2 5.3 5.4 5.5 5.6 5.7 5.8 5.9 5.10 "
            + "5.11 5.13 6.1 6.2 6.3 6.4 6.5 6.6 6.7 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.10 7.11 7.12 7.14 7.16 "
            + "8.1 8.2 8.3 8.4 8.5 8.6 8.7 9.1 9.2 9.3 9.4 9.5 9.6 9.7 9.8 9.9 10.1 10.2 10.3")
    static class LiesAboutItsFeatures extends BusCompatibilityTest {
        @Override
        protected TransportProvider provider() {
            return new Alone();
        }
    }

    /** Has one set of channels for all namespaces. */
    @TurnsRed("4.7 5.10")
    static class MixesNamespaces extends BusCompatibilityTest {
        private final TransportProvider mixing = new MixingBus("_2F[a-z]*");

        @Override
        protected TransportProvider provider() {
            return mixing;
        }
    }

    /** Has one set of channels for all prefixes of some length. */
    @TurnsRed("4.8")
    static class MixesPrefixes extends BusCompatibilityTest {
        private final TransportProvider mixing = new MixingBus("(?<=^tck-.{8})2");

        @Override
        protected TransportProvider provider() {
            return mixing;
        }
    }

    /** Hands what is published on a channel to all channels whose names differ only in what matches. */
    private static final class MixingBus extends Bus {
        private final Map<String, Set<String>> alike = new ConcurrentHashMap<>();
        private final String ignored;

        MixingBus(String ignored) {
            this.ignored = ignored;
        }

        private Set<String> alike(String channel) {
            return alike.computeIfAbsent(channel.replaceFirst(ignored, ""), c -> ConcurrentHashMap.newKeySet());
        }

        @Override
        void confirm(Link link, String channel) {
            alike(channel).add(channel);
            super.confirm(link, channel);
        }

        @Override
        void answer(Outgoing frame) {
            for (String other : alike(frame.channel())) {
                if (!other.equals(frame.channel())) {
                    of(other).forEach(link -> link.frame(other, frame.bytes()));
                }
            }
            super.answer(frame);
        }
    }

    /** Loses each third heartbeat of the first node: there are as many as a test takes time. */
    @TurnsRed("6.6")
    static class DropsHeartbeats extends BusCompatibilityTest {
        /** Its kind, the length of a name, and the name of a test's first node. */
        private static final Pattern HEARTBEAT = Pattern.compile("\\x04.A-tck-", Pattern.DOTALL);

        private static final int THIRD = 3;

        @Override
        protected TransportProvider provider() {
            AtomicInteger heartbeats = new AtomicInteger();
            return new LossyProvider(
                    super.provider(), frame -> isHeartbeat(frame) && heartbeats.incrementAndGet() % THIRD == 0);
        }

        private static boolean isHeartbeat(Outgoing frame) {
            return HEARTBEAT
                    .matcher(new String(frame.bytes(), StandardCharsets.ISO_8859_1))
                    .find();
        }
    }

    /** Loses the hello with which a node begins. */
    @TurnsRed("4.1 6.1 6.2 6.7")
    static class LosesTheFirstFrame extends BusCompatibilityTest {
        @Override
        protected TransportProvider provider() {
            AtomicBoolean begun = new AtomicBoolean();
            return new LossyProvider(super.provider(), frame -> begun.compareAndSet(false, true));
        }
    }

    /** Leaves without a goodbye. */
    @TurnsRed("4.2 4.6 4.15 5.11 7.10")
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
    @TurnsRed("4.2 4.11 4.19 5.11")
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
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public CompletionStage<Gathered<Set<String>>> roomNames() {
                            return super.roomNames().thenApply(gathered -> new Whole<>(gathered.some()));
                        }
                    };
                }

                @Override
                public CompletionStage<Set<String>> allRooms() {
                    return cluster().roomNames().thenApply(Gathered::all);
                }
            };
        }
    }

    /** Knows nodes by their incarnations alone. */
    @TurnsRed("4.9 7.1 7.7 7.9")
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
    @TurnsRed("4.17 4.19")
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
    @TurnsRed("4.18 4.20")
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
