package dev.roomcast.adapter.engine.receive;

import dev.roomcast.adapter.NodeInfo.Status;
import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.PeerInfo;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.Names;
import dev.roomcast.adapter.engine.runtime.RateLimitedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other nodes, and whether they are alive, by the times of their frames on this node's own monotonic clock. On the
 * inbox's turn.
 *
 * <p>A gone node is remembered for a while, so that a third node that still names it does not revive it. A peer that
 * timed out returns with its next frame. A peer that said goodbye never returns, because an incarnation is never
 * reused.
 */
public final class Peers {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");
    /** Against a flood of invented nodes. */
    private static final int MOST = 10_000;

    private static final int LONGEST_NAME = 255;

    private final class Peer {
        final Incarnation incarnation;
        final String text;
        String name;
        /** Whether its identity stands for its name. */
        boolean isNameless;

        Status status = Status.ALIVE;
        /** As it was told last. */
        @Nullable
        Status told;
        /** Which it says that it speaks; null before. */
        @Nullable
        Versions versions;

        /** When it was first heard: from then on numbers show what does not come. */
        long heardSince;

        boolean wasHeard;
        /** Since then it is silent, as far as it could have been heard. */
        long lastHeard;
        /** When anything of it came last. */
        long cameLast;

        Peer(Incarnation incarnation, String name) {
            this.incarnation = incarnation;
            this.text = incarnation.toString();
            this.name = name;
        }

        PeerInfo known() {
            return new PeerInfo(text, name, shown());
        }

        Status shown() {
            boolean isLeftOut = versions != null && !versionNegotiation.isSharedBy(versions);
            return status == Status.ALIVE && isLeftOut ? Status.INCOMPATIBLE : status;
        }
    }

    /**
     * Who was heard and has not told its name.
     *
     * @param lastHeard since then it is silent, as far as it could have been heard
     * @param cameLast when anything of it came last
     */
    private record UnknownSender(long lastHeard, long cameLast) {}

    private record Departed(
            Optional<PeerInfo> known, @Nullable Versions versions, long since, boolean saidGoodbye) {

        /** Who was given up may come back, and what it speaks counts until it is forgotten. */
        @Nullable
        Versions counted() {
            return saidGoodbye ? null : versions;
        }
    }

    /** Is told of the nodes. */
    public interface Listener {

        void changed(PeerInfo node);

        /** It said goodbye, or was given up. */
        void gone(Incarnation node);

        /** The version of the wire that the cluster speaks is another one. */
        void spokenChanged();

        /** It was given up: whatever it has sent since anything of it came last may be lost. */
        void givenUp(Incarnation node, PeerInfo known, long cameLast);

        /** It is not expected to come back, nor is anything of it to come twice. */
        void forgotten(Incarnation node);
    }

    private final Map<Incarnation, Peer> peers = new LinkedHashMap<>();
    /** Nobody is told of them, but what they may have sent unheard is told as lost when they fall silent. */
    private final Map<Incarnation, UnknownSender> strangers = new LinkedHashMap<>();

    private final Map<Incarnation, Departed> departed = new LinkedHashMap<>();
    private final Execution execution;
    private final VersionNegotiation versionNegotiation;
    private final Duration memory;
    private final RateLimitedLog tooMany;
    private final Listener listener;
    private final int most;
    private long receivedHash;
    private long knownHash;
    /** Whether the version of the cluster has changed since the last look, and whether that is still to be told. */
    private boolean hasChangedSpoken;

    private boolean isSpokenDue;
    /** Under it peers change, and are read by threads that have not the turn. */
    private final Object lock = new Object();
    /** For readers on any thread; null from a change on until somebody asks: many may come and go meanwhile. */
    private volatile @Nullable Map<Incarnation, PeerInfo> snapshot = Map.of();

    public Peers(Execution execution, VersionNegotiation versionNegotiation, Duration silence, Listener listener) {
        this(execution, versionNegotiation, silence, listener, MOST);
    }

    Peers(Execution execution, VersionNegotiation versionNegotiation, Duration silence, Listener listener, int most) {
        this.execution = execution;
        this.versionNegotiation = versionNegotiation;
        this.memory = silence.multipliedBy(2);
        this.tooMany = new RateLimitedLog(log, execution);
        this.listener = listener;
        this.most = most;
    }

    /** A node has told its name itself, and what it speaks. Returns whether it counts: not after its goodbye. */
    public boolean met(Incarnation incarnation, String name, Versions versions) {
        Departed gone = departed.get(incarnation);
        if (gone != null && gone.saidGoodbye()) {
            return false;
        }
        if (gone != null) {
            forget(incarnation);
        }
        learn(incarnation, name, versions);
        rename(incarnation, name);
        heard(incarnation);
        speaks(incarnation, versions);
        return peers.containsKey(incarnation);
    }

    private void rename(Incarnation incarnation, String name) {
        Peer peer = peers.get(incarnation);
        if (peer != null && peer.versions == null) {
            synchronized (lock) {
                peer.name = Names.shown(name, LONGEST_NAME);
                peer.isNameless = name.equals(peer.text);
                snapshot = null;
            }
        }
    }

    /** A node has shown that it lives, and has not told its name. Its identity stands for it, so that it is given up like any other. */
    public void lives(Incarnation incarnation) {
        if (departed.containsKey(incarnation) || peers.containsKey(incarnation)) {
            return;
        }
        learn(incarnation, incarnation.toString(), null);
        Peer peer = peers.get(incarnation);
        if (peer != null) {
            heard(incarnation);
        }
    }

    /** Whether a node is known by its name. */
    public boolean isNamed(Incarnation incarnation) {
        Peer peer = peers.get(incarnation);
        return peer != null && !peer.isNameless;
    }

    /** Whether a node has told its name itself. */
    public boolean isIntroduced(Incarnation incarnation) {
        Peer peer = peers.get(incarnation);
        return peer != null && peer.versions != null;
    }

    private void speaks(Incarnation incarnation, Versions versions) {
        Peer peer = peers.get(incarnation);
        if (peer != null && !versions.equals(peer.versions)) {
            uncount(peer.versions);
            peer.versions = versions;
            count(versions);
            reviewSpoken(List.of(peer));
        }
    }

    private void count(@Nullable Versions versions) {
        if (versions != null) {
            versionNegotiation.joined(versions);
        }
    }

    private void uncount(@Nullable Versions versions) {
        if (versions != null) {
            versionNegotiation.left(versions);
        }
    }

    /**
     * These, or who has left, may have changed the version of the cluster, and with it what is told of each of the others. Whoever may
     * invent nodes can change it with each of them: the first change is told at once, and what follows at the next look.
     */
    private void reviewSpoken(List<Peer> some) {
        isSpokenDue |= versionNegotiation.review();
        if (isSpokenDue && !hasChangedSpoken) {
            hasChangedSpoken = true;
            tellSpoken();
            return;
        }
        tellDifferent(some);
        if (isSpokenDue) {
            synchronized (lock) {
                snapshot = null;
            }
        }
    }

    private void tellSpoken() {
        isSpokenDue = false;
        tellDifferent(peers.values());
        listener.spokenChanged();
    }

    private void tellDifferent(Collection<Peer> some) {
        changed(some.stream().filter(peer -> peer.shown() != peer.told).toList());
    }

    /** A moment has passed: tells what the version of the cluster has come to be meanwhile. */
    public void look() {
        hasChangedSpoken = false;
        if (isSpokenDue) {
            tellSpoken();
        }
    }

    /** A node was named by another. Returns whether it is waited for. */
    public boolean named(Incarnation incarnation, String name) {
        Departed gone = departed.get(incarnation);
        boolean isBack = gone != null && !gone.saidGoodbye() && isHeard(incarnation);
        if (gone != null && !isBack) {
            return false;
        }
        learn(incarnation, name, null);
        if (!isNamed(incarnation)) {
            rename(incarnation, name);
        }
        return peers.containsKey(incarnation);
    }

    private void learn(Incarnation incarnation, String name, @Nullable Versions versions) {
        if (peers.containsKey(incarnation)) {
            return;
        }
        if (peers.size() >= most) {
            tooMany.warn("there are more than " + most + " nodes: others are ignored", null);
            return;
        }
        Peer peer = new Peer(incarnation, Names.shown(name, LONGEST_NAME));
        // Also if another node names it, which does not know its name either.
        peer.isNameless = name.equals(peer.text);
        peer.lastHeard = execution.now();
        peer.cameLast = peer.lastHeard;
        peer.versions = versions;
        count(versions);
        UnknownSender before = strangers.remove(incarnation);
        if (before != null) {
            wasHeard(peer, before.cameLast());
        }
        synchronized (lock) {
            peers.put(incarnation, peer);
            knownHash ^= incarnation.high();
            snapshot = null;
        }
        reviewSpoken(List.of(peer));
    }

    /** Any frame of a node proves that it is alive. */
    public void heard(Incarnation incarnation) {
        Peer peer = peers.get(incarnation);
        if (peer == null) {
            heardStranger(incarnation);
            return;
        }
        wasHeard(peer, execution.now());
        peer.lastHeard = peer.cameLast;
        if (peer.status != Status.ALIVE) {
            become(List.of(peer), Status.ALIVE);
        }
    }

    private void wasHeard(Peer peer, long then) {
        if (!peer.wasHeard) {
            peer.wasHeard = true;
            peer.heardSince = then;
            receivedHash ^= peer.incarnation.high();
        }
        peer.cameLast = then;
    }

    private void heardStranger(Incarnation incarnation) {
        boolean isExpected = strangers.containsKey(incarnation) || strangers.size() < most;
        if (isExpected && !hasLeft(incarnation)) {
            strangers.put(incarnation, new UnknownSender(execution.now(), execution.now()));
        }
    }

    /** Whether it is heard, or waited for. */
    private boolean isHeard(Incarnation incarnation) {
        return strangers.containsKey(incarnation) || peers.containsKey(incarnation);
    }

    /** Of the nodes that this node receives, itself not among them: what one half of each random identity makes, by exclusive or. */
    public long receivedHash() {
        return receivedHash;
    }

    /** The same of all that are known, be it only by name. */
    public long knownHash() {
        return knownHash;
    }

    public int size() {
        return peers.size();
    }

    /**
     * A node says that what it has published since a moment may not have reached everyone.
     *
     * @param patience so long after it is expected a node may come to be known here
     * @return whether that is so here, and news: not if the node was heard all the while
     */
    public boolean mayHaveMissed(Incarnation incarnation, long since, Duration patience) {
        Peer peer = peers.get(incarnation);
        if (peer == null || !peer.wasHeard || peer.heardSince - since <= patience.toNanos()) {
            return false;
        }
        peer.heardSince = since;
        return true;
    }

    public boolean isKnown(Incarnation incarnation) {
        return peers.containsKey(incarnation);
    }

    /** What is known of a node, also of one that is gone, for a while. */
    public Optional<PeerInfo> known(Incarnation incarnation) {
        Peer peer = peers.get(incarnation);
        if (peer != null) {
            return Optional.of(peer.known());
        }
        Departed gone = departed.get(incarnation);
        return gone == null ? Optional.empty() : gone.known();
    }

    /** Whether a node has said goodbye, and is remembered. */
    public boolean hasLeft(Incarnation incarnation) {
        Departed gone = departed.get(incarnation);
        return gone != null && gone.saidGoodbye();
    }

    /** A node has said goodbye. */
    public void left(Incarnation incarnation) {
        boolean wasHeard = isHeard(incarnation);
        strangers.remove(incarnation);
        remember(incarnation, true);
        remove(List.of(incarnation));
        if (wasHeard) {
            forgottenUnlessRemembered(incarnation);
        }
        reviewSpoken(List.of());
    }

    /** This node cannot hear: nobody is declared dead for that. */
    public void allSuspect() {
        become(List.copyOf(peers.values()), Status.SUSPECT);
    }

    /** This node can hear again: from now on everybody has the full time to be heard. */
    public void listenAnew() {
        long now = execution.now();
        peers.values().forEach(peer -> peer.lastHeard = now);
        strangers.replaceAll((incarnation, unknownSender) -> new UnknownSender(now, unknownSender.cameLast()));
    }

    /** This node itself stood still for so long: that is nobody's silence. */
    public void forgive(long nanos) {
        peers.values().forEach(peer -> peer.lastHeard += nanos);
        strangers.replaceAll((incarnation, unknownSender) ->
                new UnknownSender(unknownSender.lastHeard() + nanos, unknownSender.cameLast()));
    }

    /** Gives up those who were silent for too long. */
    public void giveUp(Duration silence) {
        long now = execution.now();
        forgetDeparted(now);
        List<Peer> dead = peers.values().stream()
                .filter(peer -> now - peer.lastHeard > silence.toNanos())
                .toList();
        dead.forEach(peer -> remember(peer.incarnation, false));
        remove(dead.stream().map(peer -> peer.incarnation).toList());
        dead.stream()
                .filter(peer -> peer.wasHeard)
                .forEach(peer -> listener.givenUp(peer.incarnation, peer.known(), peer.cameLast));
        dead.forEach(peer -> forgottenUnlessRemembered(peer.incarnation));
        giveUpStrangers(now - silence.toNanos());
    }

    private void giveUpStrangers(long silentSince) {
        Map<Incarnation, UnknownSender> silent = new LinkedHashMap<>(strangers);
        silent.values().removeIf(unknownSender -> silentSince - unknownSender.lastHeard() <= 0);
        strangers.keySet().removeAll(silent.keySet());
        silent.forEach((incarnation, unknownSender) -> {
            remember(incarnation, false);
            PeerInfo known = new PeerInfo(incarnation.toString(), "?", Status.GONE);
            listener.givenUp(incarnation, known, unknownSender.cameLast());
            forgottenUnlessRemembered(incarnation);
        });
    }

    /** There may be no room to remember it. */
    private void forgottenUnlessRemembered(Incarnation incarnation) {
        if (!departed.containsKey(incarnation)) {
            listener.forgotten(incarnation);
        }
    }

    private void forgetDeparted(long now) {
        List<Incarnation> old = new ArrayList<>();
        departed.forEach((incarnation, gone) -> {
            if (now - gone.since() > memory.toNanos() && (gone.saidGoodbye() || !isHeard(incarnation))) {
                old.add(incarnation);
            }
        });
        old.forEach(this::forget);
        old.forEach(listener::forgotten);
        if (!old.isEmpty()) {
            reviewSpoken(List.of());
        }
    }

    private void remember(Incarnation incarnation, boolean saidGoodbye) {
        Departed before = departed.get(incarnation);
        if (before != null || departed.size() < most) {
            Peer peer = peers.get(incarnation);
            Versions versions = peer == null ? null : peer.versions;
            if (versions == null && before != null) {
                versions = before.versions();
            }
            Departed gone = new Departed(known(incarnation), versions, execution.now(), saidGoodbye);
            forget(incarnation);
            departed.put(incarnation, gone);
            count(gone.counted());
        }
    }

    private void forget(Incarnation incarnation) {
        Departed gone = departed.remove(incarnation);
        uncount(gone == null ? null : gone.counted());
    }

    private void remove(List<Incarnation> gone) {
        List<Peer> removed = new ArrayList<>();
        synchronized (lock) {
            for (Incarnation incarnation : gone) {
                Peer peer = peers.remove(incarnation);
                if (peer != null) {
                    uncount(peer.versions);
                    knownHash ^= incarnation.high();
                    receivedHash ^= peer.wasHeard ? incarnation.high() : 0;
                    removed.add(peer);
                }
            }
            snapshot = null;
        }
        become(removed, Status.GONE);
        removed.forEach(peer -> listener.gone(peer.incarnation));
    }

    private void become(List<Peer> some, Status status) {
        List<Peer> different =
                some.stream().filter(peer -> peer.status != status).toList();
        synchronized (lock) {
            different.forEach(peer -> peer.status = status);
            snapshot = null;
        }
        changed(different);
    }

    private void changed(List<Peer> some) {
        if (some.isEmpty()) {
            return;
        }
        synchronized (lock) {
            snapshot = null;
        }
        some.forEach(peer -> {
            peer.told = peer.shown();
            listener.changed(peer.known());
        });
    }

    /** Those that this node receives, or so many of them. */
    public List<Named> received(int most) {
        return peers.values().stream()
                .filter(peer -> peer.wasHeard)
                .limit(most)
                .map(peer -> new Named(peer.incarnation, peer.name))
                .toList();
    }

    private Map<Incarnation, PeerInfo> all() {
        Map<Incarnation, PeerInfo> all = new LinkedHashMap<>();
        peers.forEach((incarnation, peer) -> all.put(incarnation, peer.known()));
        return all;
    }

    /** All of them, as they are to be called should they not answer. On any thread; not to be written to. */
    public Map<Incarnation, PeerInfo> snapshot() {
        Map<Incarnation, PeerInfo> taken = snapshot;
        if (taken == null) {
            synchronized (lock) {
                taken = snapshot;
                if (taken == null) {
                    taken = Collections.unmodifiableMap(all());
                    snapshot = taken;
                }
            }
        }
        return taken;
    }
}
