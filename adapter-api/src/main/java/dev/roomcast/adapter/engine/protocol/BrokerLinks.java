package dev.roomcast.adapter.engine.protocol;

import dev.roomcast.adapter.engine.subscribe.Subscription;
import dev.roomcast.adapter.engine.subscribe.Subscriptions.Heard;
import dev.roomcast.adapter.engine.subscribe.WireLink;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The links to the broker, as a protocol finds them working or not. On the inbox's turn. */
public interface BrokerLinks {

    /** Those that are up. */
    Set<WireLink> links();

    /**
     * A channel brings nothing back: its link is replaced, unless it is being replaced.
     *
     * @param lastHeard the last proof that the channel was received, a moment of the monotonic clock
     */
    void replaceLinkOf(Subscription channel, long lastHeard, String what);

    /** A channel alone brings nothing back: it is asked for again, or, if that has not helped before, its link is replaced. */
    void renew(Heard heard, String what);

    /** Other nodes do not receive what is published: the link is replaced, and may lead elsewhere then. */
    void unreceived(WireLink link, String why);

    /** Why nothing can be received or published, or null. */
    @Nullable
    Throwable trouble();

    /** Whether frames could once be received: if so, {@link #trouble} is an outage, and not merely the beginning. */
    boolean hasWorked();

    /** Something that health shows, by its subject; empty if it is over. */
    void remark(String subject, Optional<String> remark);
}
