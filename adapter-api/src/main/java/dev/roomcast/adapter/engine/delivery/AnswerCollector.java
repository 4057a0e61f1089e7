package dev.roomcast.adapter.engine.delivery;

import dev.roomcast.adapter.Connection;
import dev.roomcast.adapter.Packet;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Collects the answers of asked members, by their place in the delivery of the question. */
public interface AnswerCollector {

    /** A member has answered, or has not and will not; at most once for each. On any thread. */
    void said(int slot, @Nullable Packet answer);

    /** Asks one member. */
    default void ask(Connection outlet, int slot, Packet question) throws Exception {
        CompletionStage<Packet> stage;
        try {
            stage = Objects.requireNonNull(outlet.ask(question), "the stage that ask returned");
        } catch (Throwable t) {
            said(slot, null);
            throw t;
        }
        stage.whenComplete((answer, failure) -> said(slot, failure == null ? answer : null));
    }
}
