package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Says from the notes of all nodes, and from the faults that were done, whether a promise broke.
 *
 * <p>A packet is owed to who had joined when it was sent, and was still there when it must have come. What is owed and was not received
 * is lost. That is told if the stage of the packet failed, or if the receiving node was told of a loss that covers its room, its user or
 * the namespace, its sender, and a moment between the call and the end of the stage: within it the broker had the packet. Members of the
 * sending node are owed it in any case.
 *
 * <p>A node that was killed promises nothing any more: its members are not owed what need not have come, or been told as lost, before
 * that; and what it had sent is owed to others only if its stage had completed. A node that was stopped promises all that any other does.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class Judge {

    /** What clocks and the rounding of times may differ by. */
    static final Duration SLACK = Duration.ofMillis(5);

    private static final int MOST_PACKETS = 20;

    private final Duration heartbeat;
    private final Duration grace;
    private final PacketOrder order;
    private final Map<String, NodeBook> nodes = new LinkedHashMap<>();
    private final List<Outage.Done> faults = new ArrayList<>();

    /** Of a campaign of such nodes; see {@link Plan}. */
    Judge(Duration heartbeat, Duration grace, PacketOrder order) {
        this.heartbeat = heartbeat;
        this.grace = grace;
        this.order = order;
    }

    /** A node is about to be started. */
    synchronized void born(String node, Instant at) {
        nodes.put(node, new NodeBook(node, at, order));
    }

    /** A node is about to be killed. */
    synchronized void died(String node, Instant at) {
        book(node).died = at;
    }

    synchronized void note(String node, Note note) {
        book(node).note(note);
        notifyAll();
    }

    private NodeBook book(String node) {
        NodeBook book = nodes.get(node);
        if (book == null) {
            throw new IllegalArgumentException("no node " + node + " is in the campaign");
        }
        return book;
    }

    synchronized void fault(Outage.Done fault) {
        faults.add(fault);
    }

    /** Waits until all nodes that live are UP and know each other, and returns whether they do. */
    boolean awaitWell(Duration limit) throws InterruptedException {
        return await(this::isWell, limit);
    }

    private boolean isWell(Collection<NodeBook> living) {
        Set<String> names = living.stream().map(node -> node.name).collect(Collectors.toSet());
        return living.stream().allMatch(node -> node.isWellAmong(names));
    }

    /** Waits until the members of each node have been handed so many packets, and returns whether they have. */
    boolean awaitReceived(long packets, Duration limit) throws InterruptedException {
        return await(living -> living.stream().allMatch(node -> node.received() >= packets), limit);
    }

    private synchronized boolean await(Predicate<Collection<NodeBook>> ofTheLiving, Duration limit)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ofTheLiving.test(living())) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private Collection<NodeBook> living() {
        return nodes.values().stream().filter(NodeBook::lives).toList();
    }

    /** How far it is, in one line. */
    synchronized String progress() {
        long sent = nodes.values().stream().mapToLong(node -> node.sent.size()).sum();
        long received = nodes.values().stream().mapToLong(NodeBook::received).sum();
        long losses =
                nodes.values().stream().mapToLong(node -> node.losses.size()).sum();
        return String.format(
                Locale.ROOT,
                "%,d packets sent, %,d handed over, %,d losses told, %s",
                sent,
                received,
                losses,
                isWell(living()) ? "all is well" : "not all is well");
    }

    /** To be called once, at the end. */
    synchronized Verdict verdict() {
        List<Outage> outages = Outage.of(faults, Wellness.of(nodes.values()));
        Verdict verdict = new Verdict(outages, nodes.values());
        nodes.values().forEach(node -> verdict.breaches.addAll(node.breaches));
        outages.stream()
                .filter(outage -> outage.back().isEmpty())
                .forEach(outage -> verdict.breaches.add(Promise.NOT_BACK, outage.end(), outage.toString()));
        for (NodeBook sender : nodes.values()) {
            sender.sent.forEach(packet -> judge(sender, packet, verdict));
        }
        nodes.values().forEach(node -> node.losses.forEach(loss -> judge(node, loss, outages, verdict)));
        return verdict;
    }

    private void judge(NodeBook sender, NodeBook.Sent packet, Verdict verdict) {
        boolean wasCutOff = packet.answer == null && !sender.lives();
        verdict.sent(packet, wasCutOff);
        if (!wasCutOff && (packet.fate() == null || packet.fate() == Note.Fate.OTHERWISE)) {
            String how = sender.name + ": " + packet.note.line() + " " + packet.answer;
            verdict.breaches.add(Promise.BAD_STAGE, packet.note.at(), how);
        }
        judgeHere(sender, packet, verdict);
        Instant arrival = Outage.arrival(packet.note.at(), grace, verdict.outages);
        for (NodeBook receiver : nodes.values()) {
            if (receiver == sender) {
                continue;
            }
            if (!wasCutOff && !arrival.equals(Instant.MAX) && !receiver.diedBefore(arrival.plus(late()))) {
                receiver.claimsElsewhere(packet.note, arrival)
                        .forEach(claim -> judge(sender, packet, receiver, claim, verdict));
            }
            neverSent(sender, packet, receiver, verdict);
        }
    }

    /** How long after an outage a loss is told at the latest. */
    private Duration late() {
        return heartbeat.multipliedBy(2).plus(SLACK);
    }

    private void judgeHere(NodeBook sender, NodeBook.Sent packet, Verdict verdict) {
        if (sender.diedBefore(packet.note.at().plus(grace))) {
            return;
        }
        sender.claimsHere(packet.note).stream()
                .filter(claim -> !claim.client().of(sender.name).has(packet.note.number()))
                .forEach(claim -> verdict.breaches.add(
                        Promise.LOST_UNTOLD, packet.note.at(), "on its own node: " + lost(sender, packet, claim)));
    }

    private void judge(
            NodeBook sender, NodeBook.Sent packet, NodeBook receiver, NodeBook.Claim claim, Verdict verdict) {
        NodeBook.Stay stay = claim.stay();
        if (claim.client().of(sender.name).has(packet.note.number())) {
            verdict.delivered++;
            if (stay != null) {
                stay.heard.add(sender.name);
            }
        } else if (packet.fate() != Note.Fate.ACCEPTED) {
            verdict.toldByStage++;
        } else if (receiver.losses.stream().anyMatch(loss -> covers(loss, sender, packet, receiver))) {
            verdict.toldByEvent++;
        } else {
            verdict.breaches.add(
                    Promise.LOST_UNTOLD, packet.note.at(), receiver.name + " from " + lost(sender, packet, claim));
            if (stay != null && !stay.heard.contains(sender.name) && !stay.lied) {
                stay.lied = true;
                verdict.breaches.add(
                        Promise.JOIN_LIED,
                        packet.note.at(),
                        receiver.name + ": " + stay.begin.line() + ", joined at " + stay.joined);
            }
        }
    }

    private static String lost(NodeBook sender, NodeBook.Sent packet, NodeBook.Claim claim) {
        NodeBook.Stay stay = claim.stay();
        return sender.name + ": " + packet.note.line() + ", at " + packet.note.at() + ", " + packet.answer + ", for "
                + claim.client().note.member()
                + (stay == null ? "" : ", joined at " + stay.joined + ", left at " + stay.left);
    }

    /** A loss's moments are those at which packets came, or would have: one that was sent before it may have been under way. */
    private static boolean covers(Note.Lost loss, NodeBook sender, NodeBook.Sent packet, NodeBook receiver) {
        Instant begin = loss.since().minus(SLACK);
        return concerns(loss, packet.note.to())
                && (loss.from().equals(Note.Lost.ANYONE) || loss.from().equals(sender.name))
                && !packet.note.at().isAfter(loss.until().plus(SLACK))
                && packet.answer != null
                && (!packet.answer.at().isBefore(begin)
                        || receiver.cameBefore(packet.note, sender.name)
                                .filter(before -> !before.isBefore(begin))
                                .isPresent());
    }

    private static boolean concerns(Note.Lost loss, Address to) {
        Loss.Scope scope = switch (to.kind()) {
            case ROOM -> Loss.Scope.ROOMS;
            case USER -> Loss.Scope.USERS;
            case ROOMS, MEMBER, EVERYONE -> Loss.Scope.NAMESPACE;
        };
        return loss.scope() == scope
                && (scope == Loss.Scope.NAMESPACE
                        || loss.names().contains(to.names().get(0)));
    }

    private static void neverSent(NodeBook sender, NodeBook.Sent packet, NodeBook receiver, Verdict verdict) {
        if (packet.fate() == Note.Fate.NOT_SENT) {
            receiver.clients().stream()
                    .filter(client -> client.of(sender.name).has(packet.note.number()))
                    .forEach(client -> verdict.breaches.add(
                            Promise.NOT_SENT_RECEIVED,
                            packet.note.at(),
                            packet.note.line() + " by " + client.note.member()));
        }
    }

    /** At the latest two heartbeats after the nodes are well again, and never where nothing can have happened. */
    private void judge(NodeBook node, Note.Lost loss, List<Outage> outages, Verdict verdict) {
        verdict.losses++;
        if (!isInTime(loss, outages)) {
            if (repeatsWhatIsKnown(node, loss, outages)) {
                verdict.lateGaps++;
            } else {
                verdict.breaches.add(
                        Promise.STRAY_LOSS, loss.at(), node.name + ": " + loss + ", of these: " + covered(node, loss));
            }
        }
    }

    /** For people: what a loss may speak of, and whether it came. */
    private String covered(NodeBook node, Note.Lost loss) {
        List<String> packets = new ArrayList<>();
        for (NodeBook sender : nodes.values()) {
            sender.sent.stream()
                    .filter(packet -> sender != node && covers(loss, sender, packet, node))
                    .limit(MOST_PACKETS)
                    .forEach(packet -> packets.add(packet.note + " " + packet.answer
                            + (hasCome(sender, packet, node) ? " came" : " did not come")));
        }
        return String.join("; ", packets);
    }

    private boolean isInTime(Note.Lost loss, List<Outage> outages) {
        return outages.stream().anyMatch(outage -> outage.holds(loss.at(), late()));
    }

    /**
     * Numbers show a gap with the next frame of a sender, which may come much later. That is excused where there is one: a packet did
     * not come, and was told in time, by its stage or by another event. The gap's own window is no guide to which: it begins with what
     * came last on the channel.
     */
    private boolean repeatsWhatIsKnown(NodeBook node, Note.Lost gap, List<Outage> outages) {
        return gap.kind() == Loss.Kind.GAP
                && nodes.values().stream()
                        .filter(sender -> sender != node && sender.name.equals(gap.from()))
                        .anyMatch(sender -> missingBefore(sender, node, gap).stream()
                                .anyMatch(packet -> packet.fate() != Note.Fate.ACCEPTED
                                        || node.losses.stream()
                                                .anyMatch(other -> isInTime(other, outages)
                                                        && covers(other, sender, packet, node))));
    }

    /** The last packets of a channel that did not come, before those that came within the gap's window. */
    private static List<NodeBook.Sent> missingBefore(NodeBook sender, NodeBook node, Note.Lost gap) {
        List<NodeBook.Sent> missing = new ArrayList<>();
        for (int i = sender.sent.size() - 1; i >= 0; i--) {
            NodeBook.Sent packet = sender.sent.get(i);
            if (!concerns(gap, packet.note.to()) || packet.note.at().isAfter(gap.until())) {
                continue;
            }
            if (!hasCome(sender, packet, node)) {
                missing.add(packet);
            } else if (!missing.isEmpty() || !covers(gap, sender, packet, node)) {
                break;
            }
        }
        return missing;
    }

    /** Whether anybody on a node has received a packet. */
    private static boolean hasCome(NodeBook sender, NodeBook.Sent packet, NodeBook node) {
        return node.clients().stream().anyMatch(client -> client.of(sender.name).has(packet.note.number()));
    }
}
