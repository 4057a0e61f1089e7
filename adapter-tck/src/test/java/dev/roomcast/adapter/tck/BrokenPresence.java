package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Health;
import dev.roomcast.adapter.MemberInfo;
import dev.roomcast.adapter.NodeInfo;
import dev.roomcast.adapter.OccupancyListener;
import dev.roomcast.adapter.PresenceListener;
import dev.roomcast.adapter.Registration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/** Adapters that break promises of chapter 9, each with the rules that this turns red. */
final class BrokenPresence {

    private BrokenPresence() {}

    private static Adapter watching(Adapter adapter, BiFunction<Adapter, PresenceListener, PresenceListener> breaking) {
        return WrappedAdapter.with(adapter, cluster -> new WrappedCluster(cluster) {
            @Override
            public Registration watch(String room, PresenceListener listener) {
                return super.watch(room, breaking.apply(adapter, listener));
            }
        });
    }

    /** Begins with nobody, and tells later who was there. */
    @TurnsRed("9.1 9.4 9.5")
    static class BeginsWithNobody extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                @Override
                public void began(List<MemberInfo> members) {
                    super.began(List.of());
                    members.forEach(this::joined);
                }
            });
        }
    }

    /** Tells each join twice. */
    @TurnsRed("9.2 9.3 9.4 9.7 9.8 9.9")
    static class DoublesJoins extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                @Override
                public void joined(MemberInfo member) {
                    super.joined(member);
                    super.joined(member);
                }
            });
        }
    }

    /** Takes each connection for a person. */
    @TurnsRed("9.3 9.9")
    static class CountsConnections extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                @Override
                public void left(MemberInfo member) {
                    super.left(member);
                    member.user().ifPresent(listener::departed);
                }

                @Override
                public void departed(String user) {
                    // Told already.
                }
            });
        }
    }

    /** Is content with what it heard before an outage. */
    @TurnsRed("9.4")
    static class IgnoresWhatComesAfterAnOutage extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                private boolean wasDown() {
                    return within.health().counters().getOrDefault("links.lost", 0L) > 0
                            || within.health().status() == Health.Status.DEGRADED;
                }

                @Override
                public void joined(MemberInfo member) {
                    if (!wasDown()) {
                        super.joined(member);
                    }
                }
            });
        }
    }

    /** Keeps the members of nodes that are gone. */
    @TurnsRed("9.5")
    static class KeepsTheDead extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                @Override
                public void left(MemberInfo member) {
                    if (within.cluster().nodes().contains(member.node())) {
                        super.left(member);
                    }
                }
            });
        }
    }

    /** Never tells that nobody listens any more. */
    @TurnsRed("9.6")
    static class StaysOccupied extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public Registration watchOccupancy(String room, OccupancyListener listener) {
                            return super.watchOccupancy(room, new OccupancyListener() {
                                private boolean wasOccupied;

                                @Override
                                public void occupied() {
                                    wasOccupied = true;
                                    listener.occupied();
                                }

                                @Override
                                public void vacated() {
                                    if (!wasOccupied) {
                                        listener.vacated();
                                    }
                                }
                            });
                        }
                    };
                }
            };
        }
    }

    /** Goes on telling those who have gone. */
    @TurnsRed("9.7")
    static class TellsTheClosed extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public Registration watch(String room, PresenceListener listener) {
                            super.watch(room, listener);
                            return () -> {};
                        }
                    };
                }
            };
        }
    }

    /** Hears of those nodes alone that were there when it began to watch. */
    @TurnsRed("9.8")
    static class KnowsOnlyWhoWasThere extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                private final Set<NodeInfo> there = within.cluster().nodes();

                @Override
                public void joined(MemberInfo member) {
                    if (there.contains(member.node())) {
                        super.joined(member);
                    }
                }
            });
        }
    }

    /** Has the one who logs in leave, and come again. */
    @TurnsRed("9.9")
    static class TakesChangesForOthers extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return watching(adapter, (within, listener) -> new WrappedPresenceListener(listener) {
                @Override
                public void changed(MemberInfo before, MemberInfo now) {
                    left(before);
                    joined(now);
                }
            });
        }
    }
}
