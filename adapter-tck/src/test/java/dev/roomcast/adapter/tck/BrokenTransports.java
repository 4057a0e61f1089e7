package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Transports that break promises of chapter T, each with the rules that this turns red. */
final class BrokenTransports {

    private static final Executor LATER = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    private BrokenTransports() {}

    /** Longer than the kit waits, however patient it is. */
    static void waitForLong() {
        Duration time = KitCatchesBrokenAdaptersTest.patience().multipliedBy(2);
        CompletableFuture<Void> never = new CompletableFuture<>();
        never.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    /** Takes frames for text. */
    @TurnsRed("T.1")
    static class TakesBytesForText extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    String text = new String(bytes, StandardCharsets.UTF_8);
                    link.frame(channel, text.getBytes(StandardCharsets.UTF_8));
                }
            };
        }
    }

    /** Hands over the buffer that it reads the next frame into. */
    @TurnsRed("T.1")
    static class UsesItsBufferAgain extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                private final byte[] buffer = new byte[128];

                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    if (bytes.length == buffer.length) {
                        System.arraycopy(bytes, 0, buffer, 0, bytes.length);
                        link.frame(channel, buffer);
                    } else {
                        Arrays.fill(buffer, (byte) 0);
                        link.frame(channel, bytes);
                    }
                }
            };
        }
    }

    /** Says of a channel that it is confirmed when it has been asked for. */
    @TurnsRed("T.2")
    static class ConfirmsTooEarly extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                private final Set<String> fresh = ConcurrentHashMap.newKeySet();

                @Override
                void confirm(Link link, String channel) {
                    // The subscription of one in fifty is late by a frame.
                    if (channel.endsWith(".49")) {
                        fresh.add(channel);
                    }
                    super.confirm(link, channel);
                }

                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    if (!fresh.remove(channel)) {
                        super.hand(link, own, channel, bytes);
                    }
                }
            };
        }
    }

    /** Hands everything over twice. */
    @TurnsRed("T.3")
    static class HandsOverTwice extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    super.hand(link, own, channel, bytes);
                    super.hand(link, own, channel, bytes);
                }
            };
        }
    }

    /** Loses a frame of many, and says that the broker has it. */
    @TurnsRed("T.3")
    static class LosesFrames extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    if (!Arrays.equals(bytes, "299".getBytes(StandardCharsets.UTF_8))) {
                        super.hand(link, own, channel, bytes);
                    }
                }
            };
        }
    }

    /** Publishes the last frame of a pass first. */
    @TurnsRed("T.4 T.5")
    static class ReordersPasses extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public void publish(List<? extends Outgoing> pass) {
                    for (int i = pass.size() - 1; i >= 0; i--) {
                        super.publish(List.of(pass.get(i)));
                    }
                }
            });
        }
    }

    /** Publishes a pass channel by channel. */
    @TurnsRed("T.5")
    static class ReordersChannels extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public void publish(List<? extends Outgoing> pass) {
                    List<Outgoing> sorted = new ArrayList<>(pass);
                    sorted.sort((a, b) -> a.channel().compareTo(b.channel()));
                    super.publish(sorted);
                }
            });
        }
    }

    /** Keeps a node's own frames from it. */
    @TurnsRed("T.6")
    static class KeepsOwnFramesBack extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    if (!own) {
                        super.hand(link, own, channel, bytes);
                    }
                }
            };
        }
    }

    /** Forgets to answer a frame that nobody subscribes. */
    @TurnsRed("T.7")
    static class ForgetsToAnswer extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void answer(Outgoing frame) {
                    if (!frame.channel().endsWith(".unheard")) {
                        super.answer(frame);
                    }
                }
            };
        }
    }

    /** Answers what was sent, and once more when it was written. */
    @TurnsRed("T.7 T.8 T.22 T.24")
    static class AnswersTwice extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void answer(Outgoing frame) {
                    super.answer(frame);
                    super.answer(frame);
                }
            };
        }
    }

    /** Lets fall what comes before it is up, and answers nothing. */
    @TurnsRed("T.8 T.15")
    static class IgnoresWhatComesEarly extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                Transport opened(Settings settings, Receiver receiver, Transport transport) {
                    AtomicBoolean up = new AtomicBoolean();
                    LATER.execute(() -> {
                        up.set(true);
                        super.opened(settings, receiver, transport);
                    });
                    return new WrappedTransport(transport) {
                        @Override
                        public void publish(List<? extends Outgoing> pass) {
                            if (up.get()) {
                                super.publish(pass);
                            }
                        }

                        @Override
                        public void subscribe(Collection<String> channels) {
                            if (up.get()) {
                                super.subscribe(channels);
                            }
                        }
                    };
                }
            };
        }
    }

    /** Brings every frame to everybody who has asked for anything. */
    @TurnsRed("T.9 T.12 T.18")
    static class BringsEverythingToAll extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                private final Set<Link> all = ConcurrentHashMap.newKeySet();

                @Override
                void confirm(Link link, String channel) {
                    all.add(link);
                    super.confirm(link, channel);
                }

                @Override
                void answer(Outgoing frame) {
                    all.stream()
                            .filter(link -> !of(frame.channel()).contains(link))
                            .forEach(link -> link.frame(frame.channel(), frame.bytes()));
                    super.answer(frame);
                }
            };
        }
    }

    /** Asks for one channel too few where there are many. */
    @TurnsRed("T.10 T.11 T.17 T.19")
    static class LosesTheLastOfMany extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public void subscribe(Collection<String> channels) {
                    super.subscribe(channels.stream().limit(511).toList());
                }
            });
        }
    }

    /** Confirms each channel twice. */
    @TurnsRed("T.10 T.15 T.19")
    static class ConfirmsTwice extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void confirm(Link link, String channel) {
                    super.confirm(link, channel);
                    super.confirm(link, channel);
                }
            };
        }
    }

    /** Confirms the first of many channels that are given up. */
    @TurnsRed("T.11")
    static class ForgetsWhatIsGivenUp extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public void unsubscribe(Collection<String> channels) {
                    super.unsubscribe(channels.stream().limit(1).toList());
                }
            });
        }
    }

    /** Confirms that a channel is given up, and goes on all the same. */
    @TurnsRed("T.12")
    static class KeepsOnAfterUnsubscribed extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void giveUp(Collection<Link> subscribers, Link link, String channel) {
                    link.unsubscribed(channel);
                }
            };
        }
    }

    /** Knows a channel that was given up for good. */
    @TurnsRed("T.12 T.13")
    static class TakesNoChannelTwice extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                private final Set<String> seen = ConcurrentHashMap.newKeySet();

                @Override
                void giveUp(Collection<Link> subscribers, Link link, String channel) {
                    seen.add(channel);
                    super.giveUp(subscribers, link, channel);
                }

                @Override
                void confirm(Link link, String channel) {
                    if (!seen.contains(channel)) {
                        super.confirm(link, channel);
                    }
                }
            };
        }
    }

    /** Cares for the case of names as little as some databases do. */
    @TurnsRed("T.14")
    static class FoldsCase extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    super.hand(link, own, channel, bytes);
                    if (channel.endsWith(".room")) {
                        super.hand(link, own, channel.replace(".room", ".ROOM"), bytes);
                    }
                }
            };
        }
    }

    /** Cuts names that are long. */
    @TurnsRed("T.14")
    static class CutsLongNames extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    super.hand(link, own, channel.substring(0, Math.min(511, channel.length())), bytes);
                }
            };
        }
    }

    /** Opens when it is sure that the broker is there. */
    @TurnsRed("T.16")
    static class WaitsWhenItOpens extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                Transport opened(Settings settings, Receiver receiver, Transport transport) {
                    waitForLong();
                    return super.opened(settings, receiver, transport);
                }
            };
        }
    }

    /** Waits until a link that it has reset is up again. */
    @TurnsRed("T.17")
    static class WaitsForItsLink extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public void reset(Link link, String reason) {
                    waitForLong();
                    super.reset(link, reason);
                }
            });
        }
    }

    /** Trusts its links, whatever it is told. */
    @TurnsRed("T.18 T.19")
    static class NeverResets extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public void reset(Link link, String reason) {}
            });
        }
    }

    /** Publishes nothing more once its publishing was reset, and answers nothing. */
    @TurnsRed("T.24")
    static class StopsPublishing extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                private volatile boolean stopped;

                @Override
                public void resetPublishing(Collection<String> channels, String reason) {
                    stopped = true;
                }

                @Override
                public void publish(List<? extends Outgoing> pass) {
                    if (!stopped) {
                        super.publish(pass);
                    }
                }
            });
        }
    }

    /** Resets whichever link there is. */
    @TurnsRed("T.18")
    static class ResetsTheWrongLink extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                Transport opened(Settings settings, Receiver receiver, Transport transport) {
                    return super.opened(settings, receiver, new WrappedTransport(transport) {
                        @Override
                        public void reset(Link link, String reason) {
                            super.reset(((TransportLog) receiver).link(), reason);
                        }
                    });
                }
            };
        }
    }

    /** Forgets what it was asked when its link ends. */
    @TurnsRed("T.19")
    static class ForgetsWhatWasAsked extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                private final AtomicInteger life = new AtomicInteger();

                @Override
                public void subscribe(Collection<String> channels) {
                    int asked = life.get();
                    if (channels.size() == 1) {
                        super.subscribe(channels);
                    } else {
                        LATER.execute(() -> {
                            if (life.get() == asked) {
                                super.subscribe(channels);
                            }
                        });
                    }
                }

                @Override
                public void reset(Link link, String reason) {
                    life.incrementAndGet();
                    super.reset(link, reason);
                }
            });
        }
    }

    /** Leaves a thread behind. */
    @TurnsRed("T.20")
    static class LeavesAThread extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                @Override
                Transport opened(Settings settings, Receiver receiver, Transport transport) {
                    settings.threads("leak")
                            .newThread(BrokenTransports::waitForLong)
                            .start();
                    return super.opened(settings, receiver, transport);
                }
            };
        }
    }

    /** Takes a second close for an error. */
    @TurnsRed("T.20")
    static class StrictAboutClosing extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                private boolean closed;

                @Override
                public CompletionStage<Void> close() {
                    if (closed) {
                        throw new IllegalStateException("closed already");
                    }
                    closed = true;
                    return super.close();
                }
            });
        }
    }

    /** Goes on when it is closed, and says that its close is done. */
    @TurnsRed("T.21 T.22")
    static class GoesOnAfterClose extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                @Override
                public CompletionStage<Void> close() {
                    return CompletableFuture.completedStage(null);
                }
            });
        }
    }

    /** Answers nothing more once it is closed. */
    @TurnsRed("T.22")
    static class SilentAfterClose extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return changed(within -> new WrappedTransport(within) {
                private boolean closed;

                @Override
                public void publish(List<? extends Outgoing> pass) {
                    if (!closed) {
                        super.publish(pass);
                    }
                }

                @Override
                public CompletionStage<Void> close() {
                    closed = true;
                    return super.close();
                }
            });
        }
    }

    /** Closes what all of the process share. */
    @TurnsRed("T.21 T.23")
    static class ClosesForAll extends BusTransportCompatibilityTest {
        @Override
        TransportProvider bus() {
            return new Bus() {
                private volatile boolean over;

                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    if (!over) {
                        super.hand(link, own, channel, bytes);
                    }
                }

                @Override
                Transport opened(Settings settings, Receiver receiver, Transport transport) {
                    over = false;
                    return super.opened(settings, receiver, new WrappedTransport(transport) {
                        @Override
                        public CompletionStage<Void> close() {
                            over = true;
                            return super.close();
                        }
                    });
                }
            };
        }
    }

    private static Bus changed(UnaryOperator<Transport> change) {
        return new Bus() {
            @Override
            Transport opened(Settings settings, Receiver receiver, Transport transport) {
                return super.opened(settings, receiver, change.apply(transport));
            }
        };
    }
}
