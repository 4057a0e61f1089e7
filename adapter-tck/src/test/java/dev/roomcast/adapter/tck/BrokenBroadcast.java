package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import dev.roomcast.adapter.Published;
import dev.roomcast.adapter.Target;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Adapters that break promises of chapter 2, each with the rules that this turns red. */
final class BrokenBroadcast {

    /** Later, with as many threads as it takes: some rules bring sends that do not return. */
    private static final Executor THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "later");
        thread.setDaemon(true);
        return thread;
    });

    private static final Executor LATER = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, THREADS);

    private BrokenBroadcast() {}

    /** Hands over nothing that comes from other nodes. */
    @TurnsRed("1.10 1.14 1.17 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.14 2.15 2.17 2.19 "
            + "2.23 2.25 2.26 2.27 2.28 2.29 2.30 3.4 4.7 4.8 4.11 4.12 4.13 4.14 4.16 4.17 4.18 4.19 4.20 5.3 5.10 5.11 6.1 6.2 6.3 "
            + "6.5 6.6 6.7 7.3 7.4 7.11 8.2 8.7 10.1 10.2 1.22 1.24")
    static class Deaf extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                void sendForeign(Connection to, Packet packet) {}
            };
        }
    }

    /** Hands over twice what comes from other nodes. */
    @TurnsRed("2.3 2.29 6.2")
    static class Doubling extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                void sendForeign(Connection to, Packet packet) throws Exception {
                    to.send(packet);
                    to.send(packet);
                }
            };
        }
    }

    /** Lets the next packet overtake each tenth that comes from other nodes. */
    @TurnsRed("2.6 2.17 2.29 7.4 10.1")
    static class Reorders extends BusCompatibilityTest {
        private static final int TENTH = 10;

        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final Map<Connection, Integer> counts = new ConcurrentHashMap<>();
                private final Map<Connection, Packet> overtaken = new ConcurrentHashMap<>();

                @Override
                void sendForeign(Connection to, Packet packet) throws Exception {
                    if (counts.merge(to, 1, Integer::sum) % TENTH == 0) {
                        overtaken.put(to, packet);
                        LATER.execute(() -> sendOvertaken(to));
                    } else {
                        to.send(packet);
                        sendOvertaken(to);
                    }
                }

                private void sendOvertaken(Connection to) {
                    Packet packet = overtaken.remove(to);
                    if (packet != null) {
                        sendQuietly(to, packet);
                    }
                }
            };
        }
    }

    /** Hands its own packets over twice. */
    @TurnsRed("2.3 2.15")
    static class Echoing extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                void sendOwn(Connection to, Packet packet) throws Exception {
                    to.send(packet);
                    to.send(packet);
                }
            };
        }
    }

    /** Broadcasts to those, too, who are excepted. */
    @TurnsRed("2.4")
    static class ForgetsExceptions extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    Target named = Target.rooms(target.roomNames())
                            .and(Target.members(target.memberIds()))
                            .and(Target.users(target.userIds()));
                    Target all = target.isEveryone() ? Target.everyone() : named;
                    return super.broadcast(target.exceptedRoomNames().contains("x".repeat(256)) ? target : all, packet);
                }
            };
        }
    }

    /** Takes a target of nobody for one of everyone. */
    @TurnsRed("2.5")
    static class EmptyMeansEveryone extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    boolean empty = !target.isEveryone()
                            && target.roomNames().isEmpty()
                            && target.memberIds().isEmpty()
                            && target.userIds().isEmpty();
                    return super.broadcast(empty ? target.and(Target.everyone()) : target, packet);
                }
            };
        }
    }

    /** Broadcasts to one room of a target after the other. */
    @TurnsRed("2.3 2.20 2.22")
    static class RoomByRoom extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    List<String> rooms = target.roomNames().stream()
                            .sorted(Comparator.reverseOrder())
                            .toList();
                    if (rooms.size() < 2) {
                        return super.broadcast(target, packet);
                    }
                    rooms.forEach(room -> super.broadcast(
                            Target.room(room)
                                    .exceptRooms(target.exceptedRoomNames())
                                    .exceptMembers(target.exceptedMemberIds()),
                            packet));
                    return CompletableFuture.completedStage(Published.onThisNode());
                }
            };
        }
    }

    /** Hands its own packets over when there is time. */
    @TurnsRed("2.18 2.25 2.28")
    static class LateToDeliver extends AloneCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final Queue<Runnable> outbox = new ConcurrentLinkedQueue<>();

                @Override
                void sendOwn(Connection to, Packet packet) {
                    outbox.add(() -> sendQuietly(to, packet));
                }

                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    CompletionStage<Published> sent = super.broadcast(target, packet);
                    LATER.execute(this::deliver);
                    return sent;
                }

                private synchronized void deliver() {
                    for (Runnable next = outbox.poll(); next != null; next = outbox.poll()) {
                        next.run();
                    }
                }
            };
        }
    }

    /** Is not done at once with what concerns nobody else. */
    @TurnsRed("2.21")
    static class SlowAtHome extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    CompletionStage<Published> sent = super.broadcast(target, packet);
                    return target.isOnThisNode() ? sent.thenApplyAsync(done -> done, LATER) : sent;
                }
            };
        }
    }

    /** Says of every packet that it is on its way. */
    @TurnsRed("2.31")
    static class SaysTheSameOfAll extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    return super.broadcast(target, packet).thenApply(done -> Published.toOthers());
                }
            };
        }
    }

    /** Waits for good for an answer that does not come. */
    @TurnsRed("2.27")
    static class WaitsForAnswersForEver extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                public CompletionStage<Published> broadcast(Target target, Packet packet) {
                    CompletableFuture<Published> answered = new CompletableFuture<>();
                    super.broadcast(target, packet).whenComplete((done, failure) -> {
                        if (failure == null) {
                            answered.complete(done);
                        } else if (!isUnknown(failure)) {
                            answered.completeExceptionally(failure);
                        }
                    });
                    return answered.minimalCompletionStage();
                }
            };
        }

        private static boolean isUnknown(Throwable failure) {
            return failure instanceof AdapterException known && known.outcome() == AdapterException.Outcome.UNKNOWN;
        }
    }

    /** Goes on with a member whose send has thrown. */
    @TurnsRed("2.28")
    static class Lenient extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                @Override
                void sendForeign(Connection to, Packet packet) {
                    sendQuietly(to, packet);
                }

                @Override
                void sendOwn(Connection to, Packet packet) {
                    sendQuietly(to, packet);
                }
            };
        }
    }

    /** Lets any number of packets wait for a connection. */
    @TurnsRed("2.29 2.30 5.11 8.7")
    static class Unbounded extends BusCompatibilityTest {
        @Override
        protected Adapter decorate(Adapter adapter) {
            return new WrappedAdapter(adapter) {
                private final Map<Connection, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

                @Override
                void sendForeign(Connection to, Packet packet) {
                    last.compute(
                            to,
                            (client, before) -> before == null
                                    ? CompletableFuture.runAsync(() -> sendQuietly(to, packet), LATER)
                                    : before.thenRunAsync(() -> sendQuietly(to, packet), THREADS));
                }
            };
        }
    }

    /** Waits for every send until it returns. */
    @TurnsRed("2.23 2.25 2.29 2.30 5.11")
    static class WaitsForEver extends BusCompatibilityTest {
        @Override
        protected Map<String, String> settings() {
            return Map.of("roomcast.send.bound", "1h");
        }
    }

    private static void sendQuietly(Connection to, Packet packet) {
        try {
            to.send(packet);
        } catch (Throwable t) {
            // Its adapter would count it.
        }
    }
}
