package dev.roomcast.adapter.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.TransportProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** The decorator between a recording engine and a recording broker: each side must see a transport that keeps the contract. */
class FaultyProviderTest {

    private static final byte[] FRAME = {1, 2, 3};

    private final RecordingBroker broker = new RecordingBroker();
    private final RecordingEngine engine = new RecordingEngine();
    private final FaultyProvider provider = FaultyProvider.around(broker);

    @Test
    void withoutFaultsEverythingPasses() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a", "b"));
        broker.link().subscribed("a");
        broker.receiver().refused("b", new IOException("no"));
        broker.link().frame("a", FRAME);
        transport.publish(List.of(engine.outgoing("a")));
        transport.unsubscribe(List.of("a"));
        broker.link().unsubscribed("a");
        engine.saw("up 1", "publishing", "1 subscribed a", "refused b", "1 frame a", "accepted a", "1 unsubscribed a");
        broker.saw("subscribe [a, b]", "publish a", "unsubscribe [a]");
    }

    @Test
    void cutEndsLinkAndPublishingAndAnswersWhatWasAsked() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a", "b"));
        broker.link().subscribed("a");
        engine.forget();
        broker.forget();
        provider.faults().cut();
        engine.saw("1 down", "unavailable b", "not publishing");
        broker.saw("reset");
    }

    @Test
    void whileCutNothingPassesAndEachQuestionIsAnswered() {
        Transport transport = open(provider);
        provider.faults().cut();
        engine.forget();
        broker.forget();
        transport.publish(List.of(engine.outgoing("a")));
        transport.subscribe(List.of("a"));
        broker.link().frame("a", FRAME);
        broker.receiver().publishing(Optional.of(new IOException("within")));
        broker.receiver().linkFailed(new IOException("within"));
        engine.saw("notSent a", "unavailable a");
        broker.saw();
    }

    @Test
    void restoreBringsANewLinkAndTheOldOneStaysDead() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a"));
        RecordingBroker.Up old = broker.up();
        provider.faults().cut();
        old.link().down(new IOException("reset"));
        broker.linkUp();
        engine.forget();
        provider.faults().restore();
        transport.subscribe(List.of("a"));
        old.link().subscribed("a");
        old.link().frame("a", FRAME);
        broker.link().subscribed("a");
        broker.link().frame("a", FRAME);
        engine.saw("up 2", "publishing", "2 subscribed a", "2 frame a");
        assertEquals(Set.of("a"), provider.faults().subscribed());
    }

    @Test
    void answerThatCrossesACutIsNotTakenForTheNextOne() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a"));
        RecordingBroker.Up old = broker.up();
        provider.faults().cut();
        broker.linkUp();
        provider.faults().restore();
        old.link().down(new IOException("reset"));
        engine.forget();
        transport.subscribe(List.of("a"));
        // The old link's answer to the first question comes late.
        broker.receiver().unavailable("a", new IOException("its link has died"));
        engine.saw();
        broker.link().subscribed("a");
        engine.saw("2 subscribed a");
    }

    @Test
    void aCutEndsWhenTheLinkThatItHasEndedIsDownWithin() {
        open(provider);
        RecordingBroker.Up old = broker.up();
        provider.faults().cut();
        broker.linkUp();
        engine.forget();
        provider.faults().restore();
        engine.saw();
        old.link().down(new IOException("reset"));
        engine.saw("up 2", "publishing");
    }

    @Test
    void refusedChannelIsAnsweredOnceAndNotHandedOn() {
        Transport transport = open(provider);
        provider.faults().refuse("b"::equals);
        engine.forget();
        transport.subscribe(List.of("a", "b"));
        broker.link().subscribed("a");
        engine.saw("refused b", "1 subscribed a");
        broker.saw("subscribe [a]");
        assertEquals(Set.of("a", "b"), provider.faults().asked());
    }

    @Test
    void droppedChannelIsGivenUpWithinAndToldAsDropped() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a", "b"));
        broker.link().subscribed("a");
        broker.link().subscribed("b");
        engine.forget();
        broker.forget();
        provider.faults().drop("a");
        provider.faults().drop("a");
        provider.faults().drop("unknown");
        engine.saw();
        broker.saw("unsubscribe [a]");
        broker.link().unsubscribed("a");
        engine.saw("1 dropped a");
        assertEquals(Set.of("b"), provider.faults().subscribed());
        transport.subscribe(List.of("a"));
        broker.link().subscribed("a");
        broker.link().dropped("a", "by the broker itself");
        engine.saw("1 subscribed a", "1 dropped a");
    }

    @Test
    void channelThatIsGivenUpWhileItIsDroppedIsGivenUpOnce() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a"));
        broker.link().subscribed("a");
        engine.forget();
        broker.forget();
        provider.faults().drop("a");
        transport.unsubscribe(List.of("a"));
        broker.link().unsubscribed("a");
        broker.saw("unsubscribe [a]");
        engine.saw("1 dropped a");
    }

    @Test
    void frozenNodeLooksWell() {
        Transport transport = open(provider);
        transport.subscribe(List.of("a"));
        provider.faults().freeze();
        engine.forget();
        broker.forget();
        broker.link().subscribed("a");
        broker.link().frame("a", FRAME);
        transport.publish(List.of(engine.outgoing("a")));
        provider.faults().thaw();
        broker.link().frame("a", FRAME);
        transport.publish(List.of(engine.outgoing("b")));
        engine.saw("1 subscribed a", "accepted a", "1 frame a", "accepted b");
        broker.saw("publish b");
    }

    @Test
    void heldCallsComeInTheirOrderOnRelease() {
        Transport transport = open(provider);
        engine.forget();
        provider.faults().hold();
        transport.subscribe(List.of("a"));
        transport.publish(List.of(engine.outgoing("a")));
        broker.link().frame("b", FRAME);
        engine.saw();
        broker.saw();
        assertThrows(IllegalStateException.class, provider.faults()::cut);
        provider.faults().release();
        broker.saw("subscribe [a]", "publish a");
        engine.saw("accepted a", "1 frame b");
    }

    @Test
    void closeLetsGoOfWhatIsHeldAndPublishesNoneOfIt() {
        Transport transport = open(provider);
        engine.forget();
        provider.faults().hold();
        transport.publish(List.of(engine.outgoing("a")));
        transport.close();
        engine.saw("notSent a");
        broker.saw("close");
    }

    @Test
    void injectedFrameComesOnALivingLinkOnly() {
        open(provider);
        engine.forget();
        provider.faults().inject("a", FRAME);
        provider.faults().cut();
        provider.faults().inject("a", FRAME);
        engine.saw("1 frame a", "1 down", "not publishing");
    }

    @Test
    void publishedFramesAreObserved() {
        Transport transport = open(provider);
        List<String> observed = new ArrayList<>();
        provider.faults().onPublish((channel, frame) -> observed.add(channel + " " + frame.length));
        transport.publish(List.of(engine.outgoing("a"), engine.outgoing("b")));
        assertEquals(List.of("a 3", "b 3"), observed);
    }

    @Test
    void resetOfTheEnginesLinkReachesTheTransportsOwn() {
        Transport transport = open(provider);
        transport.reset(Objects.requireNonNull(engine.last), "not trusted");
        broker.saw("reset");
    }

    @Test
    void transportThatBeginsCutBringsItsLinkUpOnRestore() {
        FaultyProvider cutOff = FaultyProvider.cutOff(broker).confirmWithin(Duration.ofMillis(7));
        Transport transport = open(cutOff);
        assertEquals(Duration.ofMillis(7), transport.capabilities().confirmWithin());
        engine.saw("linkFailed");
        cutOff.faults().restore();
        engine.saw("up 1", "publishing");
    }

    @Test
    void transportThatReachesNobodyIsLeftAsItIs() {
        FaultyProvider alone = FaultyProvider.around(new Alone());
        assertSame(Transport.none(), open(alone));
        assertThrows(IllegalStateException.class, alone::faults);
    }

    private Transport open(FaultyProvider faulty) {
        return faulty.open(new NoSettings(), engine);
    }

    /** What both sides record; reading it begins anew. */
    private abstract static class Recording {

        private final List<String> seen = new ArrayList<>();

        void see(String what) {
            seen.add(what);
        }

        void saw(String... expected) {
            assertEquals(List.of(expected), seen);
            seen.clear();
        }

        void forget() {
            seen.clear();
        }
    }

    private static final class RecordingEngine extends Recording implements Receiver {

        private int ups;
        private Link last;

        @Override
        public Link linkUp(String name) {
            int number = ++ups;
            see("up " + number);
            last = new Link() {
                @Override
                public void frame(String channel, byte[] bytes) {
                    see(number + " frame " + channel);
                }

                @Override
                public void subscribed(String channel) {
                    see(number + " subscribed " + channel);
                }

                @Override
                public void unsubscribed(String channel) {
                    see(number + " unsubscribed " + channel);
                }

                @Override
                public void dropped(String channel, String why) {
                    see(number + " dropped " + channel);
                }

                @Override
                public void down(Throwable why) {
                    see(number + " down");
                }
            };
            return last;
        }

        @Override
        public void linkFailed(Throwable why) {
            see("linkFailed");
        }

        @Override
        public void publishing(Optional<Throwable> down) {
            see(down.isPresent() ? "not publishing" : "publishing");
        }

        @Override
        public void refused(String channel, Throwable why) {
            see("refused " + channel);
        }

        @Override
        public void unavailable(String channel, Throwable why) {
            see("unavailable " + channel);
        }

        Outgoing outgoing(String channel) {
            return new Outgoing() {
                @Override
                public String channel() {
                    return channel;
                }

                @Override
                public byte[] bytes() {
                    return FRAME;
                }

                @Override
                public void accepted() {
                    see("accepted " + channel);
                }

                @Override
                public void notSent(Throwable why) {
                    see("notSent " + channel);
                }

                @Override
                public void unknown(Throwable why) {
                    see("unknown " + channel);
                }
            };
        }
    }

    /** A transport that answers nothing but publishes by itself. */
    private static final class RecordingBroker extends Recording implements TransportProvider, Transport {

        record Up(Link link) {}

        private Receiver receiver;
        private Up up;

        Receiver receiver() {
            return receiver;
        }

        Up up() {
            return up;
        }

        Link link() {
            return up.link();
        }

        void linkUp() {
            up = new Up(receiver.linkUp("the broker"));
        }

        @Override
        public String name() {
            return "recording";
        }

        @Override
        public Transport open(Settings settings, Receiver to) {
            receiver = to;
            linkUp();
            receiver.publishing(Optional.empty());
            return this;
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.of(1024);
        }

        @Override
        public void publish(List<? extends Outgoing> pass) {
            pass.forEach(frame -> {
                see("publish " + frame.channel());
                frame.accepted();
            });
        }

        @Override
        public void subscribe(Collection<String> channels) {
            see("subscribe " + channels);
        }

        @Override
        public void unsubscribe(Collection<String> channels) {
            see("unsubscribe " + channels);
        }

        @Override
        public void reset(Link link, String reason) {
            see(link.equals(up.link()) ? "reset" : "reset of another link");
        }

        @Override
        public CompletionStage<Void> close() {
            see("close");
            return CompletableFuture.completedStage(null);
        }
    }

    private static final class NoSettings implements Settings {

        @Override
        public <T> T get(Option<T> option) {
            return option.fallback().orElseThrow(() -> new IllegalStateException(option.key()));
        }

        @Override
        public <T> Optional<T> find(Option<T> option) {
            return Optional.empty();
        }

        @Override
        public boolean isSet(Option<?> option) {
            return false;
        }

        @Override
        public String nodeName() {
            return "node";
        }

        @Override
        public ThreadFactory threads(String role) {
            return Thread::new;
        }
    }
}
