package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.receive.VersionNegotiation;

/** Whether this node has met all others, and shares their version of the wire. Changed on the inbox's turn, and read on any thread. */
final class MeetingState {

    private final VersionNegotiation versions;
    private volatile boolean hasMetAll;

    /** Of a node that has met nobody. */
    MeetingState(VersionNegotiation versions) {
        this.versions = versions;
    }

    /** Whether the node has met all others since it receives. */
    boolean hasMetAll() {
        return hasMetAll;
    }

    /** All others have been met. */
    void metAll() {
        hasMetAll = true;
        versions.metAll();
    }

    /** There can be no others. */
    void startAlone() {
        hasMetAll = true;
    }

    /** This node does not receive: others may come and go unnoticed. */
    void interrupted() {
        hasMetAll = false;
    }

    /** Whether this node has met all others, and none of its versions is the cluster's. */
    boolean isLeftOut() {
        return hasMetAll && !versions.isShared();
    }

    /** What is wrong and what to do about it, if it is left out. */
    Throwable whyLeftOut() {
        return new IllegalStateException(
                "this node supports " + versions.own() + " of the wire, and the cluster version "
                        + versions.common() + ": run a release here that supports version " + versions.common()
                        + " as well, and upgrade the whole cluster before the next one");
    }
}
