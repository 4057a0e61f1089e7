package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Member;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Adapters that break promises of chapter 1, each with the rules that this turns red. */
final class BrokenMembership {

    private BrokenMembership() {}

    /** Puts each member into a room of its own, by its id. */
    @TurnsRed("1.1 1.2 1.3 1.4 1.6 1.9 1.10 1.12 1.15 1.16 3.8 4.3 4.4 4.7 5.4 7.1 7.3 7.5 7.13")
    static class RoomOfItsOwn extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Member add(Connection connection) {
                    Member member = super.add(connection);
                    within.join(member, member.id());
                    return member;
                }
            };
        }
    }

    /** Joins when somebody looks at the stage, as reactive types do. */
    @TurnsRed("1.2 1.11 1.13 3.6 5.1")
    static class Lazy extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> join(Member member, String room) {
                    return new CompletableFuture<>() {
                        @Override
                        public CompletableFuture<Void> toCompletableFuture() {
                            return within.join(member, room).toCompletableFuture();
                        }
                    };
                }
            };
        }
    }

    /** Joins anew who is in the room already. */
    @TurnsRed("1.3 3.3")
    static class RepeatsEvents extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> join(Member member, String room) {
                    within.leave(member, room);
                    return super.join(member, room);
                }
            };
        }
    }

    /** Takes a leave without a join for an error. */
    @TurnsRed("1.4 1.7 3.3 5.1")
    static class StrictAboutLeaving extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public void leave(Member member, String room) {
                    if (!rooms().of(member).contains(room)) {
                        throw new IllegalStateException(member.id() + " is not in " + room);
                    }
                    super.leave(member, room);
                }
            };
        }
    }

    /** Forgets to remove. */
    @TurnsRed("1.5 1.6 1.7 1.20 1.21 2.19 3.3 9.2 1.24 1.25")
    static class GhostAfterRemove extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public void remove(Member member) {
                    // Forgets what there is to do, though not whom it knows.
                    within.rooms().of(member);
                }
            };
        }
    }

    /** Returns a set that can be changed. */
    @TurnsRed("1.9")
    static class MutableSets extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Set<String>> allRooms() {
                    return super.allRooms().thenApply(HashSet::new);
                }
            };
        }
    }

    /** Swallows what the engine refuses. */
    @TurnsRed("1.11 1.12 1.13 1.15 2.16 2.20 2.22")
    static class Obliging extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> join(Member member, String room) {
                    return obliging(() -> super.join(member, room));
                }

                @Override
                public CompletionStage<Void> join(Member member, Collection<String> rooms) {
                    return obliging(() -> super.join(member, rooms));
                }

                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    return obliging(() -> super.broadcast(target, packet));
                }

                private <T> CompletionStage<T> obliging(Supplier<CompletionStage<T>> call) {
                    try {
                        return call.get();
                    } catch (IllegalArgumentException e) {
                        return CompletableFuture.completedStage(null);
                    }
                }
            };
        }
    }

    /** Joins one room after the other, until one is refused. */
    @TurnsRed("1.12 1.15")
    static class JoinsHalf extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> join(Member member, Collection<String> rooms) {
                    rooms.stream().sorted(Comparator.reverseOrder()).forEach(room -> join(member, room));
                    return super.join(member, rooms);
                }
            };
        }
    }

    /** Does not wait for the confirmation of a join. */
    @TurnsRed("1.14 1.17 4.14 5.7")
    static class Hasty extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Void> join(Member member, String room) {
                    CompletionStage<Void> joined = super.join(member, room);
                    if (!member.isPresent()) {
                        return joined;
                    }
                    // Where the broker is quick it tells the truth: what other rules see is then no matter of luck.
                    joined.handle((done, failure) -> true)
                            .toCompletableFuture()
                            .completeOnTimeout(false, 1, TimeUnit.SECONDS)
                            .join();
                    return CompletableFuture.completedStage(null);
                }
            };
        }
    }

    /** After many joins of a member, loses what another node sends next. */
    @TurnsRed("1.14")
    static class LosesAfterJoin extends BusCompatibilityTest {
        private static final int MANY = 40;

        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final Map<String, AtomicInteger> joins = new ConcurrentHashMap<>();

                @Override
                public CompletionStage<Void> join(Member member, String room) {
                    joins.computeIfAbsent(member.id(), id -> new AtomicInteger())
                            .incrementAndGet();
                    return super.join(member, room);
                }

                @Override
                void sendForeign(Connection to, Packet packet) throws Exception {
                    AtomicInteger count = joins.getOrDefault(to.id(), new AtomicInteger());
                    if (!count.compareAndSet(MANY, 0)) {
                        super.sendForeign(to, packet);
                    }
                }
            };
        }
    }

    /** Takes no rooms for all rooms. */
    @TurnsRed("1.16")
    static class NoRoomsMeansAll extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public void leave(Member member, Collection<String> rooms) {
                    super.leave(member, rooms.isEmpty() ? rooms().of(member) : rooms);
                }
            };
        }
    }

    /** Asks the connection for its attributes again and again. */
    @TurnsRed("1.23")
    static class Inquisitive extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Member add(Connection connection) {
                    Objects.requireNonNull(connection.attributes(), "attributes");
                    return super.add(connection);
                }
            };
        }
    }

    /** Takes every client for one that has come back. */
    @TurnsRed("1.20")
    static class AddReplaces extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Member add(Connection connection) {
                    rooms().member(connection.id()).ifPresent(within::remove);
                    return super.add(connection);
                }
            };
        }
    }

    /** Forgets that somebody must close the connection of who was replaced. */
    @TurnsRed("1.22")
    static class ReplacesInSilence extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public Member replace(Connection connection) {
                    rooms().member(connection.id()).ifPresent(within::remove);
                    return within.add(connection);
                }
            };
        }
    }

    /** Goes by the users that connections had when they were added. */
    @TurnsRed("1.24")
    static class MissesLogins extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final Map<Target, Set<String>> members = new ConcurrentHashMap<>();

                @Override
                public Member add(Connection connection) {
                    Member member = super.add(connection);
                    connection
                            .user()
                            .ifPresent(user -> members.computeIfAbsent(
                                            Target.user(user), target -> ConcurrentHashMap.newKeySet())
                                    .add(member.id()));
                    return member;
                }

                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    Set<String> known = members.get(target);
                    return super.broadcast(known == null ? target : Target.members(known), packet);
                }
            };
        }
    }
}
