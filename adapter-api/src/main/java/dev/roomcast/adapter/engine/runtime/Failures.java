package dev.roomcast.adapter.engine.runtime;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The messages of failed stages: what happened, where, and what to do. */
public final class Failures {

    private static final int MOST_CAUSES = 20;

    private Failures() {}

    /** Without a stack trace: it is made before anything has gone wrong, and shown often. */
    public static Throwable notReachedYet() {
        return new NotReachedYet();
    }

    private static final class NotReachedYet extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotReachedYet() {
            super("the broker has not been reached yet", null, false, false);
        }
    }

    public static AdapterException closed() {
        return new AdapterException(Outcome.CLOSED, "the adapter was closed meanwhile", null);
    }

    public static AdapterException notConfirmed(String room) {
        return new AdapterException(
                Outcome.NOT_CONFIRMED,
                "room " + room + " is joined on this node, but the broker has not confirmed its channel yet: packets of"
                        + " other nodes arrive as soon as it does; see Health.reason() for what is wrong",
                null);
    }

    public static AdapterException refused(String channel, Throwable why) {
        return new AdapterException(
                Outcome.REFUSED,
                "the broker refused channel " + channel + " (" + text(why)
                        + "): allow this user to subscribe to it, or correct what the broker names",
                why);
    }

    public static AdapterException notSent(String channel, Throwable why) {
        if (why instanceof AdapterException known && known.outcome() == Outcome.CLOSED) {
            return known;
        }
        return new AdapterException(
                Outcome.NOT_SENT,
                "nothing was sent on channel " + channel + ", no other node got it" + because(why)
                        + "; it may be sent again",
                why);
    }

    public static AdapterException unknown(String channel, Throwable why) {
        return new AdapterException(
                Outcome.UNKNOWN,
                "the broker has not answered for channel " + channel + ", the other nodes may have got it"
                        + because(why),
                why);
    }

    public static AdapterException unreceived(String channel, String why) {
        return new AdapterException(
                Outcome.UNKNOWN,
                "the broker accepted what was published on channel " + channel + ", but not every node may get it: "
                        + why,
                null);
    }

    private static String because(Throwable why) {
        return ": " + text(why);
    }

    /** What a stage failed with, which a stage that hangs on it wraps. */
    public static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** The Error that is among the causes, whose stack trace belongs in the log; or null. */
    static @Nullable Throwable errorIn(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof Error) {
                return cause;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** What a cause says, for the middle of a sentence. */
    public static String text(Throwable why) {
        String message = messageOf(why);
        return message == null ? why.getClass().getSimpleName() : message;
    }

    /** It may be an exception of the application's, whose code may throw. */
    private static @Nullable String messageOf(Throwable why) {
        try {
            return why.getMessage();
        } catch (Throwable unspeakable) {
            return null;
        }
    }

    public static AdapterException duplicateId(String id) {
        return new AdapterException(
                Outcome.DUPLICATE_ID,
                "a member with the id " + id + " is present: use replace(connection) if its client has connected"
                        + " again, or give each connection an id of its own",
                null);
    }
}
