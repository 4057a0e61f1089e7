package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The layer between the engine and a transport. To the engine it is the transport, and to the transport it is the
 * receiver.
 *
 * <p>All calls towards the engine use one serial executor, all calls towards the transport another. Links are changed
 * on the first only.
 */
final class FaultyTransport implements Transport, Receiver {

    /** Why the links within are reset. */
    static final String CUT = "cut by the test";

    private final Receiver engine;
    private final UnaryOperator<TransportCapabilities> capabilities;
    private final Turn toEngine = new Turn();
    private final Turn toBroker = new Turn();
    private final AskedChannels asked = new AskedChannels();
    private final List<FaultyLink> links = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<? super String, ? super byte[]>> publishObservers = new CopyOnWriteArrayList<>();

    private volatile @Nullable Transport within;
    private volatile Predicate<? super String> refused = channel -> false;
    private volatile boolean deaf;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private volatile boolean mute;
    private volatile boolean stranded;
    private volatile boolean leavesUnanswered;
    private volatile boolean closed;
    private @Nullable Optional<Throwable> publishing;

    /** Lost by a cut, and not yet down within. On the turn towards the engine, as is whether the cut ends after that. */
    private final Set<FaultyLink> ending = new HashSet<>();

    private boolean endsCut;

    /** How often the next frames come. On the turn towards the engine. */
    private Predicate<? super String> oddChannels = channel -> false;

    private int odd;
    private int oddCopies;

    FaultyTransport(Receiver engine, UnaryOperator<TransportCapabilities> capabilities) {
        this.engine = engine;
        this.capabilities = capabilities;
    }

    void begin(Transport transport) {
        within = transport;
    }

    private Transport within() {
        return Objects.requireNonNull(within, "the transport is not open yet");
    }

    // Faults

    void beginCut() {
        asked.cut();
        engine.linkFailed(cut());
    }

    void cutOff() {
        toEngine.runAndWait(() -> {
            Throwable why = cut();
            List<String> unanswered = asked.cut();
            List<FaultyLink> lost = List.copyOf(links);
            links.clear();
            ending.addAll(lost);
            endsCut = false;
            lost.forEach(link -> link.end(why));
            unanswered.forEach(channel -> engine.unavailable(channel, why));
            engine.publishing(Optional.of(why));
            // Whatever the transport within still believes to be subscribed ends with its link.
            lost.forEach(link -> toBroker.run(() -> within().reset(link, CUT)));
        });
    }

    /** The cut ends once the transport within has let go of what was lost: until then it may publish on what is about to end. */
    void restore() {
        toEngine.runAndWait(() -> {
            endsCut = true;
            endCut();
        });
    }

    private void endCut() {
        if (endsCut && ending.isEmpty()) {
            endsCut = false;
            asked.restore();
            links.forEach(this::up);
            if (publishing != null) {
                engine.publishing(publishing);
            }
        }
    }

    void refuse(Predicate<? super String> channels) {
        refused = channels;
    }

    void drop(String channel) {
        toEngine.runAndWait(() -> links.stream()
                .filter(link -> link.drop(channel))
                .findFirst()
                .ifPresent(link -> toBroker.run(() -> within().unsubscribe(List.of(channel)))));
    }

    void lose(String channel) {
        lost.add(channel);
    }

    void deafen() {
        deaf = true;
    }

    void comesNext(int frames, Predicate<? super String> channels, int copies) {
        toEngine.runAndWait(() -> {
            odd = frames;
            oddChannels = channels;
            oddCopies = copies;
        });
    }

    void mute() {
        mute = true;
    }

    void strand() {
        stranded = true;
    }

    void leaveUnanswered() {
        leavesUnanswered = true;
    }

    void thaw() {
        deaf = false;
        leavesUnanswered = false;
        mute = false;
        stranded = false;
    }

    void hold() {
        toEngine.hold();
        toBroker.hold();
    }

    void release() {
        toBroker.release();
        toEngine.release();
    }

    void inject(String channel, byte[] bytes) {
        toEngine.runAndWait(() -> linkFor(channel).ifPresent(link -> link.hand(channel, bytes)));
    }

    /** The link that has subscribed the channel, or any where none has. */
    private Optional<FaultyLink> linkFor(String channel) {
        return links.stream()
                .filter(FaultyLink::isUp)
                .filter(link -> link.subscribed().contains(channel))
                .findFirst()
                .or(() -> links.stream().filter(FaultyLink::isUp).findFirst());
    }

    void onPublish(BiConsumer<? super String, ? super byte[]> observer) {
        publishObservers.add(observer);
    }

    List<String> subscribed() {
        List<String> all = new ArrayList<>();
        links.forEach(link -> all.addAll(link.subscribed()));
        return List.copyOf(all);
    }

    AskedChannels asked() {
        return asked;
    }

    private static IOException cut() {
        return new IOException("the link is cut by the test");
    }

    // What the links need

    void incoming(Runnable call) {
        toEngine.run(call);
    }

    /** How often a frame comes that came now. */
    int copies(String channel) {
        if (deaf || lost.contains(channel)) {
            return 0;
        }
        if (odd > 0 && oddChannels.test(channel)) {
            odd--;
            return oddCopies;
        }
        return 1;
    }

    boolean answered(String channel) {
        return asked.answer(channel);
    }

    /** A link within is down. On the turn towards the engine. */
    void forget(FaultyLink link) {
        links.remove(link);
        if (ending.remove(link)) {
            endCut();
        }
    }

    // The engine calls

    @Override
    public TransportCapabilities capabilities() {
        return capabilities.apply(within().capabilities());
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        toBroker.run(() -> publishNow(pass));
    }

    private void publishNow(List<? extends Outgoing> pass) {
        if (closed || asked.isCut()) {
            pass.forEach(frame -> frame.notSent(cut()));
        } else if (leavesUnanswered) {
            return;
        } else if (mute) {
            pass.forEach(Outgoing::accepted);
        } else if (stranded) {
            pass.forEach(this::handBack);
        } else {
            publishObservers.forEach(o -> pass.forEach(frame -> o.accept(frame.channel(), frame.bytes())));
            within().publish(pass);
        }
    }

    private void handBack(Outgoing frame) {
        String channel = frame.channel();
        byte[] bytes = frame.bytes();
        toEngine.run(() -> {
            frame.accepted();
            links.stream()
                    .filter(link -> link.subscribed().contains(channel))
                    .forEach(link -> link.hand(channel, bytes));
        });
    }

    @Override
    public void subscribe(Collection<String> channels) {
        List<String> wanted = List.copyOf(channels);
        toBroker.run(() -> subscribeNow(wanted));
    }

    private void subscribeNow(List<String> channels) {
        List<String> handedOn = new ArrayList<>();
        for (String channel : channels) {
            lost.remove(channel);
            if (!asked.ask(channel)) {
                toEngine.run(() -> engine.unavailable(channel, cut()));
            } else if (refused.test(channel)) {
                toEngine.run(() -> refuseNow(channel));
            } else {
                handedOn.add(channel);
            }
        }
        if (!handedOn.isEmpty()) {
            within().subscribe(handedOn);
        }
    }

    private void refuseNow(String channel) {
        if (asked.answer(channel)) {
            engine.refused(channel, new IOException("the channel is refused by the test"));
        }
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        List<String> unwanted = List.copyOf(channels);
        toBroker.run(() -> {
            List<String> handedOn =
                    unwanted.stream().filter(c -> !isBeingDropped(c)).toList();
            if (!asked.isCut() && !handedOn.isEmpty()) {
                within().unsubscribe(handedOn);
            }
        });
    }

    private boolean isBeingDropped(String channel) {
        return links.stream().anyMatch(link -> link.isBeingDropped(channel));
    }

    @Override
    public void reset(Link link, String reason) {
        toBroker.run(
                () -> links.stream().filter(l -> l.isOf(link)).findFirst().ifPresent(l -> within().reset(l, reason)));
    }

    @Override
    public void resetPublishing(Collection<String> channels, String reason) {
        toBroker.run(() -> within().resetPublishing(channels, reason));
    }

    @Override
    public CompletionStage<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        closed = true;
        release();
        toBroker.run(() -> within().close().whenComplete((nothing, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        }));
        return done;
    }

    // The transport within calls

    @Override
    public Link linkUp(String name) {
        FaultyLink link = new FaultyLink(this, name);
        toEngine.run(() -> {
            stranded = false;
            links.add(link);
            if (!asked.isCut()) {
                up(link);
            }
        });
        return link;
    }

    private void up(FaultyLink link) {
        link.up(engine.linkUp(link.name()));
    }

    @Override
    public void linkFailed(Throwable why) {
        toEngine.run(() -> {
            if (!asked.isCut()) {
                engine.linkFailed(why);
            }
        });
    }

    @Override
    public void publishing(Optional<Throwable> down) {
        toEngine.run(() -> {
            publishing = down;
            if (!asked.isCut()) {
                engine.publishing(down);
            }
        });
    }

    @Override
    public void refused(String channel, Throwable why) {
        toEngine.run(() -> {
            if (asked.answer(channel)) {
                engine.refused(channel, why);
            }
        });
    }

    @Override
    public void unavailable(String channel, Throwable why) {
        toEngine.run(() -> {
            if (asked.answer(channel)) {
                engine.unavailable(channel, why);
            }
        });
    }
}
