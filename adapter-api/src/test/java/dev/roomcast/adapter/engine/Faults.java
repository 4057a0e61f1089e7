package dev.roomcast.adapter.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Makes things go wrong, on nodes and at moments that the seed decides, and puts everything right again. */
final class Faults {

    private final Random random;
    private final Campaign campaign;
    private final VirtualTime time;
    private final SimulatedBroker broker;
    private final Oracle oracle;
    private final History history;
    private final FaultTable table;
    private final List<Runnable> repairs = new ArrayList<>();
    /** To whom the broker's output is bad, and in which way. */
    private SimulatedTransport dropsTo;

    private SimulatedTransport doublesTo;
    private long refusedUntil;

    Faults(long seed, Campaign campaign, FaultTable table) {
        this.random = new Random(seed * 31 + 17);
        this.campaign = campaign;
        this.time = campaign.time;
        this.broker = campaign.broker;
        this.oracle = campaign.oracle;
        this.history = campaign.history;
        this.table = table;
        broker.output(this::copies);
    }

    /** Some faults for a while: runs differ more if not all of them can happen at any time. */
    Set<Fault> some() {
        Set<Fault> some = EnumSet.noneOf(Fault.class);
        if (random.nextInt(4) == 0) {
            // Alone, so that whatever follows from it is seen by nodes with which nothing else is wrong.
            boolean isOfClients = random.nextInt(4) == 0;
            some.add(isOfClients ? Fault.SEND_STUCK : Fault.values()[random.nextInt(Fault.values().length)]);
            return some;
        }
        for (Fault fault : Fault.values()) {
            if (random.nextInt(3) == 0) {
                some.add(fault);
            }
        }
        return some;
    }

    void happen(Set<Fault> possible) {
        List<Fault> all = List.copyOf(possible);
        if (!all.isEmpty()) {
            happen(all.get(random.nextInt(all.size())));
        }
    }

    private void happen(Fault fault) {
        SimulatedHost host = campaign.hosts.get(random.nextInt(campaign.hosts.size()));
        boolean isEverybodys = fault == Fault.BROKER_FREEZES || fault == Fault.ALL_STALL || fault == Fault.REFUSAL;
        if (!host.open && !isEverybodys) {
            return;
        }
        history.add(isEverybodys ? History.WORLD : host.number, "", fault.name(), 0);
        for (SimulatedHost concerned : isEverybodys ? campaign.hosts : List.of(host)) {
            if (concerned.open) {
                table.count(fault, concerned);
                if (fault != Fault.SEND_STUCK) {
                    oracle.disturbed(concerned, Duration.ZERO);
                }
            }
        }
        inject(fault, host);
    }

    private void inject(Fault fault, SimulatedHost host) {
        SimulatedTransport transport = host.transport;
        switch (fault) {
            case HEARING_BREAKS -> transport.breakHearing(Duration.ZERO, millis(1, 300));
            case SPEAKING_BREAKS -> transport.breakSpeaking(Duration.ZERO, millis(1, 300));
            case BOTH_BREAK -> transport.breakLink(millis(1, 2_000));
            case DIES_UNNOTICED -> diesUnnoticed(transport);
            case DEAF -> {
                transport.deafen(random.nextBoolean() ? channel -> true : channel -> channel.endsWith(".all"));
                oracle.deafened(host);
            }
            case CONNECTING_FAILS -> connectingFails(host);
            case ANSWERS_LATE -> answersLate(transport);
            case SLOW_PIPE -> slowPipe(host);
            case CONFIRMATION_LOST -> {
                transport.loseAConfirmation();
                until(millis(10, 1_000), transport::loseNone);
            }
            case SUBSCRIPTION_DROPPED ->
                transport.dropOneOf(random.nextInt(3) > 0 ? channel -> true : channel -> !channel.contains(".room."));
            case SUBSCRIPTION_LOST ->
                transport.loseOneOf(channel -> channel.contains(".room.") || channel.contains(".user."));
            case REFUSAL -> refusal();
            case FRAMES_DROPPED -> {
                dropsTo = transport;
                until(millis(10, 1_000), host, () -> dropsTo = null);
            }
            case FRAMES_DOUBLED -> {
                doublesTo = transport;
                until(millis(10, 1_000), host, () -> doublesTo = null);
            }
            case NODE_FREEZES -> {
                Duration soLong = millis(1, random.nextBoolean() ? 50 : 5_000);
                host.process.freeze(soLong);
                oracle.stoodStill(host, soLong);
            }
            case BROKER_FREEZES -> {
                Duration soLong = millis(1, random.nextBoolean() ? 50 : 3_000);
                broker.process.freeze(soLong);
                oracle.losses().slow(soLong);
                campaign.hosts.forEach(other -> oracle.disturbed(other, soLong));
            }
            case ALL_STALL -> {
                campaign.hosts.forEach(other -> oracle.stoodStill(other, Duration.ZERO));
                time.stall(millis(1, 3_000));
                campaign.hosts.forEach(other -> oracle.stoodStill(other, Duration.ZERO));
            }
            case DEMOTED_MASTER -> demotedMaster(host);
            case CRASH -> campaign.crash(host, millis(0, 5_000));
            case CLOSE -> campaign.closeAmongQuestions(host, millis(0, 3_000));
            case NAMESPACE_CLOSES -> campaign.closeNamespace(host, millis(0, 1_000));
            case SEND_STUCK -> campaign.stuckSends.happen(host);
            case CLOCK_JUMPS -> host.process.setClock(Duration.ofMinutes(random.nextInt(100_000) - 50_000));
        }
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least)).plusNanos(random.nextInt(1_000_000));
    }

    private void until(Duration over, SimulatedHost host, Runnable repair) {
        oracle.disturbed(host, over);
        until(over, repair);
    }

    private void until(Duration over, Runnable repair) {
        repairs.add(repair);
        time.after(over, () -> {
            if (repairs.remove(repair)) {
                repair.run();
            }
        });
    }

    /** All faults are over. */
    void repairAll() {
        List.copyOf(repairs).forEach(Runnable::run);
        repairs.clear();
        campaign.stuckSends.releaseAll();
    }

    private void diesUnnoticed(SimulatedTransport transport) {
        Duration unnoticed = millis(1, 1_500);
        if (random.nextInt(3) > 0) {
            transport.breakHearing(unnoticed, millis(1, 300));
        }
        if (random.nextInt(3) > 0) {
            transport.breakSpeaking(unnoticed, millis(1, 300));
        }
    }

    private void connectingFails(SimulatedHost host) {
        Duration outage = millis(100, 3_000);
        host.transport.breakLink(outage);
        for (int i = 1; i < 8; i++) {
            host.process.after(outage.multipliedBy(i).dividedBy(10), () -> {
                if (host.transport.isConnecting()) {
                    host.transport.failAnAttempt();
                }
            });
        }
        oracle.disturbed(host, outage);
    }

    /** The name leads to the successor at once, or after a while. */
    private void demotedMaster(SimulatedHost host) {
        host.transport.demote();
        oracle.demoted(host);
        if (random.nextBoolean()) {
            host.transport.nameIsStale(true);
            until(millis(1, 5_000), host, () -> host.transport.nameIsStale(false));
        }
    }

    private void answersLate(SimulatedTransport transport) {
        transport.unavailableLate(millis(1, 500));
        transport.breakHearing(Duration.ZERO, millis(0, 30));
        until(millis(1, 1_000), () -> transport.unavailableLate(Duration.ZERO));
    }

    private void slowPipe(SimulatedHost host) {
        Duration there = random.nextBoolean() ? Duration.ZERO : millis(1, random.nextBoolean() ? 30 : 2_000);
        Duration back = random.nextBoolean() ? Duration.ZERO : millis(1, random.nextBoolean() ? 30 : 2_000);
        host.transport.slow(there, back);
        Duration soLong = millis(10, 2_000);
        until(soLong, host, () -> host.transport.slow(Duration.ZERO, Duration.ZERO));
        oracle.disturbed(host, soLong.plus(there).plus(back));
        oracle.losses().slow(soLong.plus(there).plus(back));
    }

    /** Every so many channels are refused; those on which nodes speak only now and then. */
    private void refusal() {
        int some = random.nextInt(4);
        boolean nodesToo = random.nextInt(4) == 0;
        broker.refuse(channel -> (channel.hashCode() & 3) == some && (nodesToo || channel.contains(".room.")));
        Duration soLong = millis(50, 3_000);
        campaign.hosts.forEach(host -> oracle.disturbed(host, soLong));
        refusedUntil = time.now() + soLong.toNanos();
        until(soLong, () -> broker.refuse(channel -> false));
    }

    /** What concerns every host concerns one that is opened meanwhile, too. */
    void opened(SimulatedHost host) {
        if (time.now() < refusedUntil) {
            oracle.disturbed(host, Duration.ofNanos(refusedUntil - time.now()));
        }
    }

    private int copies(SimulatedTransport to, byte[] frame) {
        SimulatedHost host = campaign.hostOf(to);
        boolean isTail = (frame[3] & 16) != 0;
        if (to == dropsTo && !isTail && random.nextInt(3) == 0) {
            oracle.dropped(host, frame);
            return 0;
        }
        return to == doublesTo && random.nextInt(3) == 0 ? 2 : 1;
    }
}
