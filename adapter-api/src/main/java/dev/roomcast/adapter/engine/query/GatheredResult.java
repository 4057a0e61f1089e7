package dev.roomcast.adapter.engine.query;

import dev.roomcast.adapter.AdapterException;
import dev.roomcast.adapter.AdapterException.Outcome;
import dev.roomcast.adapter.Gathered;
import dev.roomcast.adapter.NodeInfo;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answers of several nodes.
 *
 * @param some the available results
 * @param missing the nodes that did not answer
 * @param incomplete the reason why it is incomplete, or null if it is complete
 */
record GatheredResult<T>(
        T some, Set<NodeInfo> missing, @Nullable String incomplete) implements Gathered<T> {

    @Override
    public T all() {
        if (incomplete != null) {
            throw new AdapterException(Outcome.INCOMPLETE, incomplete, null, missing);
        }
        return some;
    }
}
