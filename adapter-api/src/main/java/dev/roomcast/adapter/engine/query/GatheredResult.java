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
 * @param some what there is
 * @param missing who did not answer
 * @param incomplete why it is not complete, or null if it is
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
