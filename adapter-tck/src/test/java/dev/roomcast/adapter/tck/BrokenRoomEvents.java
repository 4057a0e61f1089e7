package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.ClusterListener;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Registration;
import dev.roomcast.adapter.RoomListener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Adapters that break promises of chapter 3, each with the rules that this turns red. */
final class BrokenRoomEvents {

    private BrokenRoomEvents() {}

    /** Tells who joined before it tells that there is a room. */
    @TurnsRed("1.3 1.4 1.5 1.6 1.12 3.1 3.2 3.3 3.5 3.6 3.7 3.8 1.22 3.9")
    static class JoinedBeforeCreated extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Registration onRoomEvent(RoomListener listener) {
                    return super.onRoomEvent(new WrappedRoomListener(listener) {
                        private final Set<String> untold = new HashSet<>();

                        @Override
                        public void created(String room) {
                            untold.add(room);
                        }

                        @Override
                        public void joined(String room, Member member) {
                            super.joined(room, member);
                            if (untold.remove(room)) {
                                super.created(room);
                            }
                        }
                    });
                }
            };
        }
    }

    /** Tells that somebody left when the next thing happens in the room. */
    @TurnsRed("1.3 1.4 1.5 1.6 1.12 3.1 3.2 3.3 3.5 3.6 1.22 3.9")
    static class LeftTooLate extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Registration onRoomEvent(RoomListener listener) {
                    return super.onRoomEvent(new WrappedRoomListener(listener) {
                        private final Map<String, Member> untold = new HashMap<>();

                        @Override
                        public void left(String room, Member member) {
                            tell(room);
                            untold.put(room, member);
                        }

                        @Override
                        public void joined(String room, Member member) {
                            tell(room);
                            super.joined(room, member);
                        }

                        @Override
                        public void created(String room) {
                            tell(room);
                            super.created(room);
                        }

                        private void tell(String room) {
                            Member last = untold.remove(room);
                            if (last != null) {
                                super.left(room, last);
                            }
                        }
                    });
                }
            };
        }
    }

    /** Tells its listeners one after the other, until one throws. */
    @TurnsRed("3.5")
    static class StopsAtThrower extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final List<RoomListener> all = new CopyOnWriteArrayList<>();

                @Override
                public Registration onRoomEvent(RoomListener listener) {
                    if (all.isEmpty()) {
                        super.onRoomEvent(everyListener());
                    }
                    all.add(listener);
                    return () -> all.remove(listener);
                }

                private RoomListener everyListener() {
                    return new RoomListener() {
                        @Override
                        public void created(String room) {
                            all.forEach(listener -> listener.created(room));
                        }

                        @Override
                        public void joined(String room, Member member) {
                            all.forEach(listener -> listener.joined(room, member));
                        }

                        @Override
                        public void changed(String room, Member member) {
                            all.forEach(listener -> listener.changed(room, member));
                        }

                        @Override
                        public void left(String room, Member member) {
                            all.forEach(listener -> listener.left(room, member));
                        }

                        @Override
                        public void deleted(String room) {
                            all.forEach(listener -> listener.deleted(room));
                        }
                    };
                }
            };
        }
    }

    /** Gives up what it cannot do without waiting for another thread. */
    @TurnsRed("3.6")
    static class LosesRaces extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final ReentrantLock lock = new ReentrantLock();

                @Override
                public CompletionStage<Void> join(Member member, String room) {
                    return lock.tryLock()
                            ? locked(() -> super.join(member, room))
                            : CompletableFuture.completedStage(null);
                }

                @Override
                public void leave(Member member, String room) {
                    if (lock.tryLock()) {
                        locked(() -> {
                            super.leave(member, room);
                            return member;
                        });
                    }
                }

                private <T> T locked(Supplier<T> change) {
                    try {
                        // Others get their chance to come too early.
                        Thread.yield();
                        return change.get();
                    } finally {
                        lock.unlock();
                    }
                }
            };
        }
    }

    /** Tells on when nobody wants to hear any more. */
    @TurnsRed("3.7 4.16")
    static class KeepsTelling extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Registration onRoomEvent(RoomListener listener) {
                    super.onRoomEvent(listener);
                    return () -> {};
                }

                @Override
                public WrappedCluster cluster() {
                    return new WrappedCluster(within.cluster()) {
                        @Override
                        public Registration onEvent(ClusterListener listener) {
                            super.onEvent(listener);
                            return () -> {};
                        }
                    };
                }
            };
        }
    }

    /** Keeps users as rooms that their connections join. */
    @TurnsRed("1.10 2.2 3.8 4.4 4.7 7.1")
    static class UsersAreRooms extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Member add(Connection connection) {
                    Member member = super.add(connection);
                    connection.user().ifPresent(user -> within.join(member, user));
                    return member;
                }
            };
        }
    }

    /** Tells nobody that somebody has logged in. */
    @TurnsRed("3.9")
    static class KeepsChangesToItself extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Registration onRoomEvent(RoomListener listener) {
                    return super.onRoomEvent(new WrappedRoomListener(listener) {
                        @Override
                        public void changed(String room, Member member) {
                            // Told to nobody.
                        }
                    });
                }
            };
        }
    }
}
