package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Outgoing;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One node's transport over the simulated broker: a connection to hear and one to speak, each of which breaks and comes back by itself. */
final class SimulatedTransport implements Transport {

    private static final Duration RECONNECT = Duration.ofMillis(50);

    private final SimulatedBroker broker;
    private final VirtualTime time;
    private final VirtualTime.Process process;
    private final Receiver receiver;
    private @Nullable Hearing hearing;
    private @Nullable Speaking speaking;
    private boolean closed;
    private Runnable meanwhile = () -> {};
    private Runnable linkChanged = () -> {};
    private Runnable speakingChanged = () -> {};
    private Duration slowToBroker = Duration.ZERO;
    private Duration slowFromBroker = Duration.ZERO;
    private Duration slowFrames = Duration.ZERO;
    private Duration unavailableLate = Duration.ZERO;
    private boolean confirmationIsLost;
    private int toDrop;
    private int toDouble;
    private boolean toGarble;
    private int resets;
    /** Whether connections that are made lead to a replica. */
    private boolean nameIsStale;

    private boolean wasDemoted;

    SimulatedTransport(SimulatedBroker broker, VirtualTime.Process process, Receiver receiver) {
        this.broker = broker;
        this.time = broker.time;
        this.process = process;
        this.receiver = receiver;
    }

    // ---- what a test does to it

    /** What other threads do while the engine is inside a call of the transport. */
    void meanwhile(Runnable others) {
        meanwhile = others;
    }

    /** Is told when what can be heard changes: a link came, or went. */
    void onLinkChange(Runnable told) {
        linkChanged = told;
    }

    /** Is told when the connection to speak comes, or goes. */
    void onSpeakingChange(Runnable told) {
        speakingChanged = told;
    }

    /** From now on everything takes so much longer. */
    void slow(Duration toBroker, Duration fromBroker) {
        slowToBroker = toBroker;
        slowFromBroker = fromBroker;
    }

    /** From now on frames come so much later, and with them whatever comes by the same connection. */
    void slowFrames(Duration late) {
        slowFrames = late;
    }

    /** From now on the answer "unavailable" for what was asked on a link that died comes so much later. */
    void unavailableLate(Duration late) {
        unavailableLate = late;
    }

    /** The next confirmation never arrives; after the time limit the link is given up. */
    void loseAConfirmation() {
        confirmationIsLost = true;
    }

    void loseNone() {
        confirmationIsLost = false;
    }

    /** The broker does not hand on the next frames of other nodes, but for tails. */
    void dropNext(int frames) {
        toDrop = frames;
    }

    /** The broker hands on the next frames of other nodes twice. */
    void doubleNext(int frames) {
        toDouble = frames;
    }

    /** The next frame of another node loses its end. */
    void garbleNext() {
        toGarble = true;
    }

    byte[] copy(byte[] frame, SimulatedTransport from) {
        boolean whole = !toGarble || from == this;
        toGarble &= whole;
        return whole ? frame : Arrays.copyOf(frame, frame.length - 1);
    }

    int copies(byte[] frame, SimulatedTransport from) {
        boolean isTail = (frame[3] & 16) != 0;
        if (from != this && toDrop > 0 && !isTail) {
            toDrop--;
            return 0;
        }
        if (from != this && toDouble > 0) {
            toDouble--;
            return 2;
        }
        return 1;
    }

    /** What a transport says that works. */
    void remark(String subject, Optional<String> remark) {
        receiver.remark(subject, remark);
    }

    void failAnAttempt() {
        receiver.linkFailed(new IllegalStateException("Connection refused"));
    }

    /** Both connections break; what is under way is lost, or not. */
    void breakLink() {
        breakLink(RECONNECT);
    }

    void breakLink(Duration outage) {
        breakHearing(Duration.ZERO, outage);
        breakSpeaking(Duration.ZERO, outage);
    }

    /** The connection to hear breaks. The node notices after a while, and has another one when the outage is over. */
    void breakHearing(Duration unnoticed, Duration outage) {
        Hearing broken = hearing;
        if (broken != null && !broken.cut) {
            broken.cut();
            soon(unnoticed, () -> broken.noticed(new IllegalStateException("broken"), outage));
        }
    }

    void breakSpeaking(Duration unnoticed, Duration outage) {
        Speaking broken = speaking;
        if (broken != null && !broken.cut) {
            broken.cut();
            speakingChanged.run();
            soon(unnoticed, () -> broken.noticed(new IllegalStateException("broken"), outage));
        }
    }

    /** From now on the connection to hear hands over no frames of these channels, until it is replaced. Nobody notices. */
    void deafen(Predicate<String> channels) {
        if (hearing != null && !hearing.cut) {
            hearing.deafOn = channels;
            linkChanged.run();
        }
    }

    /** The broker takes a channel away, as soon as it gets round to it: one of these, if the node has any. */
    void dropOneOf(Predicate<String> channels) {
        Hearing now = hearing;
        if (now != null && !now.cut) {
            broker.process.after(Duration.ZERO, () -> now.dropOneOf(channels));
        }
    }

    /** The broker loses the subscription of one of these channels, as soon as it gets round to it, and says nothing. */
    void loseOneOf(Predicate<String> channels) {
        Hearing now = hearing;
        if (now != null && !now.cut) {
            broker.process.after(Duration.ZERO, () -> now.loseOneOf(channels));
        }
    }

    /**
     * The broker that both connections lead to is demoted: it goes on handing over what others publish at its successor, and what is
     * published on these connections reaches only subscribers that were left behind in the same way.
     */
    void demote() {
        wasDemoted = true;
        if (hearing != null) {
            hearing.atReplica = true;
        }
        if (speaking != null) {
            speaking.atReplica = true;
        }
    }

    /** Whether connections that are made from now on lead to the demoted broker as well. */
    void nameIsStale(boolean stale) {
        nameIsStale = stale;
    }

    /** Whether what is published now, or after the next attempt to connect, reaches only those that were left behind too. */
    boolean isDemoted() {
        return nameIsStale || speaking != null && speaking.atReplica;
    }

    boolean isDeaf() {
        return hearing != null && !hearing.cut && (hearing.deafOn != null || isSplit() || hasLostSome());
    }

    /** Whether the broker has lost subscriptions, and the node has neither given them up nor asked for them again. */
    boolean hasLostSome() {
        return hearing != null && !hearing.lost.isEmpty();
    }

    /** Somebody publishes on a channel. */
    void published(SimulatedTransport from, String channel) {
        if (hearing != null && from != this && hearing.lost.contains(channel)) {
            hearing.missed.add(channel);
        }
    }

    /** The channels of which the broker has lost the subscription, and on which others have published since. */
    Set<String> missed() {
        return hearing == null ? Set.of() : Set.copyOf(hearing.missed);
    }

    /** The broker has the subscriptions again that it had lost. */
    void regainAll() {
        Hearing now = hearing;
        if (now != null && !now.cut) {
            List.copyOf(now.lost).forEach(channel -> {
                broker.subscribe(now, channel);
                now.noLongerLost(channel);
            });
        }
    }

    /** Whether the node hears one broker and speaks to the other, so that its own frames do not come back. */
    private boolean isSplit() {
        return speaking != null && speaking.atReplica && hearing != null && !hearing.atReplica;
    }

    /** How often the engine has asked for another link. */
    int resets() {
        return resets;
    }

    private void soon(Duration delay, Runnable step) {
        if (delay.isZero() && !process.isFrozen()) {
            step.run();
        } else {
            process.after(delay, step);
        }
    }

    /** The node is cut off for good, and is not told: whatever it sends is lost, and nothing is answered. */
    void kill() {
        closed = true;
        if (hearing != null) {
            hearing.cut();
            broker.forget(hearing);
        }
        if (speaking != null) {
            speaking.cut();
        }
    }

    /** Whether one of the connections is missing, as the node sees it. */
    boolean isConnecting() {
        return !closed && (hearing == null || speaking == null);
    }

    /** Whether there is a connection to hear that is in order, noticed or not. */
    boolean canHear() {
        return hearing != null && !hearing.cut && !isDeaf() && hearing.drops == 0;
    }

    /** Whether there is a connection to speak that is in order, noticed or not. */
    boolean canSpeak() {
        return speaking != null && !speaking.cut;
    }

    Set<String> subscriptions() {
        return hearing == null ? Set.of() : broker.subscriptions(hearing);
    }

    boolean isSubscribed(String channel) {
        return hearing != null && broker.isSubscribed(hearing, channel);
    }

    // ---- its connections

    void connect() {
        hear();
        process.after(broker.publishDelay(), this::speak);
    }

    private void hear() {
        if (!closed && hearing == null) {
            hearing = new Hearing(receiver.linkUp("simulated"));
            linkChanged.run();
        }
    }

    private void speak() {
        if (!closed && speaking == null) {
            speaking = new Speaking();
            speakingChanged.run();
            receiver.publishing(Optional.empty());
            if (wasDemoted) {
                wasDemoted = isDemoted();
                linkChanged.run();
            }
        }
    }

    /** One direction of one connection: first in, first out, each with a delay of its own. */
    private final class Pipe {

        private final VirtualTime.Process end;
        private long last;
        private long cutAt = Long.MAX_VALUE;

        Pipe(VirtualTime.Process end) {
            this.end = end;
        }

        void send(Duration slow, Runnable arrival) {
            long delay = 1_000 + slow.toNanos() + time.random().nextInt(500_000);
            last = Math.max(last, time.now() + delay);
            long due = last;
            end.after(Duration.ofNanos(due - time.now()), () -> {
                if (due < cutAt) {
                    arrival.run();
                }
            });
        }

        /** What has not arrived by then is lost. */
        void cut(long later) {
            cutAt = Math.min(cutAt, time.now() + later);
        }
    }

    /** One life of the connection to hear. */
    final class Hearing {

        private final Link link;
        private final Pipe toBroker = new Pipe(broker.process);
        private final Pipe fromBroker = new Pipe(process);
        private final Set<String> asked = new LinkedHashSet<>();
        /** Subscribed, as the node was told, and not given up. */
        private final Set<String> held = new LinkedHashSet<>();

        private final Set<String> leaving = new LinkedHashSet<>();
        private boolean cut;
        private boolean forgotten;
        private boolean atReplica = nameIsStale;
        private @Nullable Predicate<String> deafOn;
        /** Channels of which the broker has lost the subscription. */
        private final Set<String> lost = new LinkedHashSet<>();
        /** Those of them on which others have published since. */
        private final Set<String> missed = new LinkedHashSet<>();

        /** Channels that the broker took away, of which the node has not heard yet. */
        private int drops;

        Hearing(Link link) {
            this.link = link;
        }

        boolean isAtReplica() {
            return atReplica;
        }

        SimulatedTransport transport() {
            return SimulatedTransport.this;
        }

        /** The broker sends a frame. */
        void send(String channel, byte[] frame) {
            fromBroker.send(slowFromBroker.plus(slowFrames), () -> {
                if (deafOn == null || !deafOn.test(channel)) {
                    link.frame(channel, frame);
                }
            });
        }

        void subscribe(String channel) {
            if (held.contains(channel) || leaving.contains(channel) || !asked.add(channel)) {
                broker.witness().violated(SimulatedTransport.this, channel, "asks for a channel that it has");
            }
            toBroker.send(slowToBroker, () -> {
                if (forgotten) {
                    return;
                }
                boolean allowed = broker.subscribe(this, channel);
                noLongerLost(channel);
                broker.witness().command(SimulatedTransport.this, allowed ? "subscribed" : "refused", channel);
                if (allowed && confirmationIsLost) {
                    confirmationIsLost = false;
                    broker.witness().confirmationLost(SimulatedTransport.this);
                    process.after(broker.capabilities().confirmWithin(), this::giveUp);
                } else {
                    fromBroker.send(slowFromBroker, () -> answered(channel, allowed));
                }
            });
        }

        private void giveUp() {
            if (hearing == this) {
                breakHearing(Duration.ZERO, RECONNECT);
            }
        }

        private void answered(String channel, boolean allowed) {
            if (!asked.remove(channel)) {
                return;
            }
            if (allowed) {
                held.add(channel);
                link.subscribed(channel);
            } else {
                broker.witness().refused(SimulatedTransport.this, channel);
                receiver.refused(channel, new IllegalStateException("NOPERM"));
            }
        }

        void unsubscribe(String channel) {
            if (!held.remove(channel)) {
                broker.witness().violated(SimulatedTransport.this, channel, "gives up a channel that it has not");
            }
            leaving.add(channel);
            toBroker.send(slowToBroker, () -> {
                broker.unsubscribe(this, channel);
                broker.witness().command(SimulatedTransport.this, "unsubscribed", channel);
                noLongerLost(channel);
                fromBroker.send(slowFromBroker, () -> {
                    leaving.remove(channel);
                    link.unsubscribed(channel);
                });
            });
        }

        private Optional<String> oneOf(Predicate<String> channels) {
            List<String> all = broker.subscriptions(this).stream()
                    .filter(channels)
                    .sorted()
                    .toList();
            return all.isEmpty() || forgotten
                    ? Optional.empty()
                    : Optional.of(all.get(time.random().nextInt(all.size())));
        }

        private void loseOneOf(Predicate<String> channels) {
            oneOf(channels).ifPresent(channel -> {
                broker.unsubscribe(this, channel);
                broker.witness().command(SimulatedTransport.this, "lost", channel);
                lost.add(channel);
                linkChanged.run();
            });
        }

        private void noLongerLost(String channel) {
            missed.remove(channel);
            if (lost.remove(channel)) {
                linkChanged.run();
            }
        }

        private void dropOneOf(Predicate<String> channels) {
            oneOf(channels).ifPresent(this::drop);
        }

        private void drop(String channel) {
            broker.unsubscribe(this, channel);
            broker.witness().command(SimulatedTransport.this, "dropped", channel);
            drops++;
            linkChanged.run();
            fromBroker.send(slowFromBroker, () -> {
                drops--;
                linkChanged.run();
                // The node may be giving it up, or have done so.
                boolean has = held.remove(channel) | leaving.remove(channel);
                if (has) {
                    link.dropped(channel, "for the simulation");
                }
            });
        }

        private void cut() {
            cut = true;
            fromBroker.cut(0);
            // Some commands may still be executed, whose answers nobody will read; then the broker notices.
            long executes = time.random().nextInt(500_000);
            toBroker.cut(executes);
            broker.process.after(Duration.ofNanos(executes + time.random().nextInt(1_000_000)), () -> {
                forgotten = true;
                broker.forget(this);
            });
            linkChanged.run();
        }

        private void noticed(Throwable cause, Duration outage) {
            if (hearing != this || closed) {
                return;
            }
            hearing = null;
            link.down(cause);
            Set<String> unanswered = new LinkedHashSet<>(asked);
            asked.clear();
            // What had been read already may be handed over late, on a link that is dead.
            unanswered.stream()
                    .filter(channel -> time.random().nextInt(4) == 0)
                    .forEach(channel -> process.after(
                            outage.plusNanos(time.random().nextInt(2_000_000)), () -> link.subscribed(channel)));
            soon(unavailableLate, () -> unanswered.forEach(channel -> receiver.unavailable(channel, cause)));
            process.after(outage, SimulatedTransport.this::hear);
            linkChanged.run();
        }
    }

    /** One life of the connection to speak. */
    private final class Speaking {

        private final Pipe toBroker = new Pipe(broker.process);
        private final Pipe fromBroker = new Pipe(process);
        private final Set<Outgoing> inFlight = new LinkedHashSet<>();
        private boolean cut;
        private boolean atReplica = nameIsStale;

        void publish(Outgoing frame) {
            byte[] bytes = frame.bytes();
            broker.witness().handed(SimulatedTransport.this, frame.channel(), bytes);
            inFlight.add(frame);
            toBroker.send(slowToBroker, () -> {
                broker.publish(SimulatedTransport.this, atReplica, frame.channel(), bytes);
                fromBroker.send(slowFromBroker, () -> {
                    if (inFlight.remove(frame)) {
                        frame.accepted();
                    }
                });
            });
        }

        private void cut() {
            cut = true;
            fromBroker.cut(0);
            toBroker.cut(time.random().nextInt(500_000));
        }

        private void noticed(Throwable cause, Duration outage) {
            if (speaking != this || closed) {
                return;
            }
            speaking = null;
            receiver.publishing(Optional.of(cause));
            lose(cause);
            process.after(outage, SimulatedTransport.this::speak);
        }

        private void lose(Throwable cause) {
            Set<Outgoing> lost = new LinkedHashSet<>(inFlight);
            inFlight.clear();
            lost.forEach(frame -> frame.unknown(cause));
        }
    }

    // ---- what the engine calls

    @Override
    public TransportCapabilities capabilities() {
        return broker.capabilities();
    }

    @Override
    public void publish(List<? extends Outgoing> pass) {
        Speaking now = speaking;
        for (Outgoing frame : pass) {
            if (now == null) {
                frame.notSent(new IllegalStateException("not connected"));
            } else {
                now.publish(frame);
            }
        }
        meanwhile.run();
    }

    @Override
    public void subscribe(Collection<String> channels) {
        Hearing now = hearing;
        for (String channel : channels) {
            if (now == null) {
                receiver.unavailable(channel, new IllegalStateException("not connected"));
            } else {
                now.subscribe(channel);
            }
        }
        meanwhile.run();
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        Hearing now = hearing;
        if (now != null) {
            channels.forEach(now::unsubscribe);
        }
        meanwhile.run();
    }

    @Override
    public void reset(Link untrusted, String reason) {
        resets++;
        if (hearing != null && hearing.link == untrusted) {
            breakLink(RECONNECT);
        }
    }

    @Override
    public CompletionStage<Void> close() {
        closed = true;
        IllegalStateException cause = new IllegalStateException("closed");
        Hearing heard = hearing;
        if (heard != null) {
            heard.cut();
            broker.forget(heard);
            heard.forgotten = true;
            heard.link.down(cause);
            heard.asked.forEach(channel -> receiver.unavailable(channel, cause));
            hearing = null;
        }
        Speaking spoken = speaking;
        if (spoken != null) {
            spoken.cut();
            spoken.lose(cause);
            speaking = null;
        }
        return CompletableFuture.completedStage(null);
    }
}
