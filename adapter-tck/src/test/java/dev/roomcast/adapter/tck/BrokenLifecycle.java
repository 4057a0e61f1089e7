package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.DisconnectReason;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.Target;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Adapters that break promises of chapter 5, each with the rules that this turns red. */
final class BrokenLifecycle {

    private BrokenLifecycle() {}

    /** Broadcasts to nobody, and without a word, once it is closed. */
    @TurnsRed("5.1")
    static class ForgivingAfterClose extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    return health().status() == Health.Status.CLOSED
                            ? CompletableFuture.completedStage(Published.onThisNode())
                            : super.broadcast(target, packet);
                }
            };
        }
    }

    /** Takes a second close for an error. */
    @TurnsRed("1.13 4.7 5.1 5.2 5.3 5.4 5.10 7.13")
    static class StrictAboutClosing extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public void close() {
                    if (health().status() == Health.Status.CLOSED) {
                        throw new IllegalStateException("closed already");
                    }
                    super.close();
                }
            };
        }
    }

    /** Leaves a thread behind. */
    @TurnsRed("5.3")
    static class LeavesAThread extends AloneCompatibilityTest {
        @Override
        protected TransportProvider provider() {
            TransportProvider within = super.provider();
            return new TransportProvider() {
                @Override
                public String name() {
                    return within.name();
                }

                @Override
                public Transport open(Settings settings, Receiver receiver) {
                    settings.threads("leak")
                            .newThread(BrokenTransports::waitForLong)
                            .start();
                    return within.open(settings, receiver);
                }
            };
        }
    }

    /** Calls itself something else in its health. */
    @TurnsRed("5.4")
    static class Nameless extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Health health() {
                    return new WrappedHealth(super.health()) {
                        @Override
                        public String adapter() {
                            return "an adapter";
                        }
                    };
                }
            };
        }
    }

    /** Says that it is ready, and meets nobody. */
    @TurnsRed("1.9 1.10 1.17 2.14 2.23 2.27 2.30 4.1 4.3 4.4 4.5 4.6 4.7 4.8 4.10 4.11 4.12 4.13 4.17 4.18 "
            + "4.19 4.20 5.4 5.5 5.6 5.7 5.8 5.9 5.10 6.1 6.2 6.7 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.9 7.10 7.12 7.14 7.15 "
            + "8.1 8.2 8.3 8.4 8.5 8.6 8.7 9.1 9.2 9.3 9.4 9.5 9.6 9.7 9.8 10.1 10.2 2.31")
    static class ReadyTooEarly extends BrokenCluster.LosesTheFirstFrame {
        @Override
        protected Map<String, String> settings() {
            // No test is so patient: none sees it truly ready by chance.
            return Map.of("roomcast.hello.wait", "60s");
        }

        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> ready() {
                    return CompletableFuture.completedStage(null);
                }
            };
        }
    }

    /** Takes every outage for the end, and tells nobody. */
    @TurnsRed("2.27 4.10 4.11 4.19 5.4 5.6 5.9 7.14 9.4")
    static class Pessimist extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Health health() {
                    return new WrappedHealth(super.health()) {
                        @Override
                        public Status status() {
                            return super.status() == Status.DEGRADED ? Status.DOWN : super.status();
                        }
                    };
                }

                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public Registration onEvent(ClusterListener listener) {
                            return super.onEvent(new WrappedClusterListener(listener) {
                                @Override
                                public void healthChanged(Health health) {}
                            });
                        }
                    };
                }
            };
        }
    }

    /** Opens when the broker is there, or when it has waited for long enough. */
    @TurnsRed("5.8")
    static class WaitsForTheBroker extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            adapter.ready()
                    .toCompletableFuture()
                    .completeOnTimeout(
                            null, 2 * KitCatchesBrokenAdaptersTest.patience().toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return adapter;
        }
    }

    /** Closes every namespace with the first. */
    @TurnsRed("5.10")
    static class ClosesAll extends AloneCompatibilityTest {
        private final List<Adapter> opened = new CopyOnWriteArrayList<>();

        @Override
        protected Adapter decorate(Adapter adapter) {
            opened.add(adapter);
            return new WrappedAdapter(adapter) {
                @Override
                public void close() {
                    opened.forEach(Adapter::close);
                }
            };
        }
    }

    /** Says that it has drained, and has nobody disconnected. */
    @TurnsRed("5.12")
    static class DrainsNobody extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> drain(int perSecond, DisconnectReason reason) {
                    return CompletableFuture.completedStage(null);
                }
            };
        }
    }

    /** Hands out the futures that it completes itself. */
    @TurnsRed("5.13")
    static class HandsOutItsFutures extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Set<String>> allRooms() {
                    return super.allRooms().toCompletableFuture();
                }
            };
        }
    }
}
