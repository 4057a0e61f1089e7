package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Backends that break promises of chapter B, each with the rules that this turns red. */
final class BrokenBrokers {

    private BrokenBrokers() {}

    /** Says of channels that they are confirmed after a cut, and has lost one. */
    @TurnsRed("B.1 B.4")
    static class ForgetsChannelsWhenCut extends BusFaultsCompatibilityTest {
        private final AtomicBoolean cut = new AtomicBoolean();

        @Override
        Bus bus() {
            return new Bus() {
                @Override
                void confirm(Link link, String channel) {
                    if (cut.get() && channel.contains(".room.")) {
                        of(channel).remove(link);
                    }
                    super.confirm(link, channel);
                }
            };
        }

        @Override
        protected Optional<BrokerFaults> faults() {
            return Optional.of(new BusFaults((Bus) provider()) {
                @Override
                public void cut() {
                    cut.set(true);
                    super.cut();
                }
            });
        }
    }

    /** Looks for its broker no more once it was gone. */
    @TurnsRed("B.2 B.3 B.7")
    static class NeverComesBack extends BusFaultsCompatibilityTest {
        @Override
        Bus bus() {
            return new Bus() {
                @Override
                boolean comesBack() {
                    return false;
                }
            };
        }
    }

    /** Waits for a broker that answers nothing. */
    @TurnsRed("B.3")
    static class WaitsForTheFrozen extends BusFaultsCompatibilityTest {
        @Override
        protected Optional<BrokerFaults> faults() {
            return Optional.of(new BusFaults((Bus) provider()) {
                @Override
                public void freeze() {}
            });
        }
    }

    /** Drops its link for a frame that it does not understand. */
    @TurnsRed("B.5")
    static class AfraidOfJunk extends BusFaultsCompatibilityTest {
        @Override
        Bus bus() {
            return new Bus() {
                @Override
                void hand(Link link, boolean own, String channel, byte[] bytes) {
                    if (bytes.length == 0) {
                        link.down(new IOException("a frame of no bytes"));
                    }
                    super.hand(link, own, channel, bytes);
                }
            };
        }
    }

    /** Gives up what it has when its broker is slow. */
    @TurnsRed("B.6 B.8")
    static class Impatient extends BusFaultsCompatibilityTest {
        @Override
        protected Optional<BrokerFaults> faults() {
            return Optional.of(new BusFaults((Bus) provider()) {
                @Override
                public void delay(Duration time) {
                    super.cut();
                }

                @Override
                public void slowDown(long bytesPerSecond) {
                    super.stop();
                }
            });
        }
    }

    /** Cannot be opened where there is no broker. */
    @TurnsRed("B.7")
    static class NeedsItsBroker extends BusFaultsCompatibilityTest {
        @Override
        Bus bus() {
            return new Bus() {
                @Override
                Transport opened(Settings settings, Receiver receiver, Transport transport) {
                    if (isGone()) {
                        throw new IllegalStateException("no bus");
                    }
                    return super.opened(settings, receiver, transport);
                }
            };
        }
    }
}
