package dev.roomcast.adapter.engine.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;

/** Divides long lists into parts of bounded size. */
public final class Parts {

    private Parts() {}

    /** At least one part, which may be empty; each holds at most so many bytes, or one item. */
    public static <T> List<List<T>> of(Collection<T> items, ToIntFunction<? super T> bytesOf, int mostBytes) {
        List<List<T>> parts = new ArrayList<>();
        List<T> part = new ArrayList<>();
        int bytes = 0;
        for (T item : items) {
            int more = bytesOf.applyAsInt(item);
            if (bytes + more > mostBytes && !part.isEmpty()) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(item);
            bytes += more;
        }
        parts.add(part);
        return parts;
    }
}
