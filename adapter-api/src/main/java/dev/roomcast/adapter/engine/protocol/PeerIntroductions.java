package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.codec.Incarnation;
import dev.roomcast.adapter.engine.codec.Message.Challenge;
import dev.roomcast.adapter.engine.codec.Message.Heartbeat;
import dev.roomcast.adapter.engine.codec.Message.Hello;
import dev.roomcast.adapter.engine.codec.Message.Named;
import dev.roomcast.adapter.engine.codec.Message.NamesRequest;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.codec.Message.Welcome;
import dev.roomcast.adapter.engine.config.ChannelMode;
import dev.roomcast.adapter.engine.receive.Peers;
import dev.roomcast.adapter.engine.receive.ReceiptMonitor;
import java.util.List;
import java.util.function.Consumer;

/** Takes the messages by which other nodes introduce themselves, and has them answered. On the inbox's turn. */
final class PeerIntroductions {

    private final Peers peers;
    private final ReceiptMonitor receipts;
    private final MixedChannelModes modes;
    private final SelfIntroduction self;
    private final HelloRounds rounds;
    private final Consumer<Incarnation> onNewcomer;

    /** @param onNewcomer takes a node that has introduced itself for the first time */
    PeerIntroductions(
            Peers peers,
            ReceiptMonitor receipts,
            MixedChannelModes modes,
            SelfIntroduction self,
            HelloRounds rounds,
            Consumer<Incarnation> onNewcomer) {
        this.peers = peers;
        this.receipts = receipts;
        this.modes = modes;
        this.self = self;
        this.rounds = rounds;
        this.onNewcomer = onNewcomer;
    }

    void hello(Incarnation from, Hello hello) {
        boolean isNew = !peers.isIntroduced(from);
        // Before the node can be asked anything.
        boolean isAlone = self.isAnsweredAlone(hello);
        if (introduced(from, hello.name(), hello.versions(), hello.channels())) {
            if (isAlone) {
                self.answer(from, hello);
            }
            greeted(from, isNew);
        }
    }

    void welcome(Incarnation from, Welcome welcome) {
        List<Named> named = rounds.named(welcome);
        boolean isNew = !peers.isIntroduced(from);
        if (introduced(from, welcome.name(), welcome.versions(), welcome.channels())) {
            rounds.answered(from, welcome, named);
            greeted(from, isNew);
        }
    }

    void heartbeat(Incarnation from, Heartbeat heartbeat) {
        boolean isNew = !peers.isIntroduced(from);
        if (introduced(from, heartbeat.name(), heartbeat.versions(), heartbeat.channels())) {
            greeted(from, isNew);
        }
    }

    void namesRequest(Incarnation from, NamesRequest request) {
        if (peers.isKnown(from)) {
            self.answer(from, request);
        }
    }

    void challenge(Incarnation from, Challenge challenge) {
        self.answer(from, challenge);
    }

    /** A node has introduced itself. Returns whether it counts. */
    private boolean introduced(Incarnation from, String name, Versions versions, ChannelMode channels) {
        boolean counts = peers.met(from, name, versions);
        if (counts) {
            receipts.met(from, name);
            modes.met(from, name, channels);
            rounds.peersChanged();
        }
        return counts;
    }

    /** Of a node that counts. */
    private void greeted(Incarnation from, boolean isNew) {
        if (isNew) {
            onNewcomer.accept(from);
        }
        rounds.introduced(from);
    }
}
