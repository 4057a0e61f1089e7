package dev.roomcast.examples.chaos;

import dev.roomcast.adapter.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Says from the notes of all nodes, and from the faults that were done, whether a promise broke.
 *
 * <p>A packet is owed to who had joined when it was sent, and was still there when it must have come. What is owed and was not received
 * is lost. That is told if the stage of the packet failed, or if the receiving node was told of a loss that covers its room, its user or
 * the namespace, its sender, and a moment between the call and the end of the stage: within it the broker had the packet. Members of the
 * sending node are owed it in any case.
 *
 * <p><i>Threading:</i> thread-safe.
 */
final class Judge {

    /** What clocks and the rounding of times may differ by. */
    static final Duration SLACK = Duration.ofMillis(5);

    private static final int MOST_PACKETS = 20;

    private final Duration heartbeat;
    private final Duration grace;
    private final Map<String, NodeBook> nodes = new LinkedHashMap<>();
    private final List<Outage.Done> faults = new ArrayList<>();

    /** Of a campaign of such nodes; see {@link Plan}. */
    Judge(List<String> nodes, Duration heartbeat, Duration grace) {
        this.heartbeat = heartbeat;
        this.grace = grace;
        nodes.forEach(name -> this.nodes.put(name, new NodeBook(name)));
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

    /** Waits until all nodes are UP, and returns whether they are. */
    boolean awaitUp(Duration limit) throws InterruptedException {
        return await(NodeBook::isUp, limit);
    }

    /** Waits until the members of each node have been handed so many packets, and returns whether they have. */
    boolean awaitReceived(long packets, Duration limit) throws InterruptedException {
        return await(node -> node.received() >= packets, limit);
    }

    private synchronized boolean await(Predicate<NodeBook> ofEachNode, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!nodes.values().stream().allMatch(ofEachNode)) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** How far it is, in one line. */
    synchronized String progress() {
        long sent = nodes.values().stream().mapToLong(node -> node.sent.size()).sum();
        long received = nodes.values().stream().mapToLong(NodeBook::received).sum();
        long losses =
                nodes.values().stream().mapToLong(node -> node.losses.size()).sum();
        return String.format("%,d packets sent, %,d handed over, %,d losses told", sent, received, losses);
    }

    /** To be called once, at the end. */
    synchronized Verdict verdict() {
        Map<String, List<Note.Standing>> standings = new LinkedHashMap<>();
        nodes.forEach((name, node) -> standings.put(name, node.standings));
        List<Outage> outages = Outage.of(faults, standings);
        Verdict verdict = new Verdict(outages);
        nodes.values().forEach(node -> verdict.breaches.addAll(node.breaches));
        outages.stream()
                .filter(outage -> outage.back().isEmpty())
                .forEach(outage -> verdict.breaches.add(Promise.NOT_BACK, outage.toString()));
        for (NodeBook sender : nodes.values()) {
            sender.sent.forEach(packet -> judge(sender, packet, verdict));
        }
        nodes.values().forEach(node -> node.losses.forEach(loss -> judge(node, loss, outages, verdict)));
        return verdict;
    }

    private void judge(NodeBook sender, NodeBook.Sent packet, Verdict verdict) {
        verdict.sent(packet);
        if (packet.fate() == null || packet.fate() == Note.Fate.OTHERWISE) {
            verdict.breaches.add(Promise.BAD_STAGE, sender.name + ": " + packet.note.line() + " " + packet.answer);
        }
        for (NodeBook receiver : nodes.values()) {
            if (receiver == sender) {
                sender.claimsHere(packet.note).stream()
                        .filter(claim -> !claim.client().of(sender.name).has(packet.note.number()))
                        .forEach(claim -> verdict.breaches.add(
                                Promise.LOST_UNTOLD, "on its own node: " + lost(sender, packet, claim)));
            } else {
                receiver.claimsElsewhere(packet.note, grace)
                        .forEach(claim -> judge(sender, packet, receiver, claim, verdict));
                neverSent(sender, packet, receiver, verdict);
            }
        }
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
        } else if (receiver.losses.stream().anyMatch(loss -> covers(loss, sender, packet))) {
            verdict.toldByEvent++;
        } else {
            verdict.breaches.add(Promise.LOST_UNTOLD, lost(sender, packet, claim));
            if (stay != null && !stay.heard.contains(sender.name) && !stay.lied) {
                stay.lied = true;
                verdict.breaches.add(Promise.JOIN_LIED, stay.begin.line() + ", joined at " + stay.joined);
            }
        }
    }

    private static String lost(NodeBook sender, NodeBook.Sent packet, NodeBook.Claim claim) {
        NodeBook.Stay stay = claim.stay();
        return sender.name + ": " + packet.note.line() + ", at " + packet.note.at() + ", " + packet.answer + ", for "
                + claim.client().note.member()
                + (stay == null ? "" : ", joined at " + stay.joined + ", left at " + stay.left);
    }

    private static boolean covers(Note.Lost loss, NodeBook sender, NodeBook.Sent packet) {
        return concerns(loss, packet.note.to())
                && (loss.from().equals(Note.Lost.ANYONE) || loss.from().equals(sender.name))
                && !packet.note.at().isAfter(loss.until().plus(SLACK))
                && packet.answer != null
                && !packet.answer.at().isBefore(loss.since().minus(SLACK));
    }

    private static boolean concerns(Note.Lost loss, Address to) {
        Loss.Scope scope = switch (to.kind()) {
            case ROOM -> Loss.Scope.ROOMS;
            case USER -> Loss.Scope.USERS;
            case ROOMS, EVERYONE -> Loss.Scope.NAMESPACE;
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
                            Promise.NOT_SENT_RECEIVED, packet.note.line() + " by " + client.note.member()));
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
                        Promise.STRAY_LOSS, node.name + ": " + loss + ", of these: " + covered(node, loss));
            }
        }
    }

    /** For people: what a loss may speak of, and whether it came. */
    private String covered(NodeBook node, Note.Lost loss) {
        List<String> packets = new ArrayList<>();
        for (NodeBook sender : nodes.values()) {
            sender.sent.stream()
                    .filter(packet -> sender != node && covers(loss, sender, packet))
                    .limit(MOST_PACKETS)
                    .forEach(packet -> packets.add(packet.note + " " + packet.answer
                            + (hasCome(sender, packet, node) ? " came" : " did not come")));
        }
        return String.join("; ", packets);
    }

    private boolean isInTime(Note.Lost loss, List<Outage> outages) {
        Duration late = heartbeat.multipliedBy(2).plus(SLACK);
        return outages.stream().anyMatch(outage -> outage.holds(loss.at(), late));
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
                                                .anyMatch(other ->
                                                        isInTime(other, outages) && covers(other, sender, packet))));
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
            } else if (!missing.isEmpty() || !covers(gap, sender, packet)) {
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
