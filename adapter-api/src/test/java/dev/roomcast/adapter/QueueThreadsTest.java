package dev.roomcast.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class QueueThreadsTest {

    /** It works for all clients, and its first one may have been any. */
    @Test
    void aThreadInheritsNoThreadLocals() throws Exception {
        InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
        CompletableFuture<String> seen = new CompletableFuture<>();
        Executor threads = QueueThreads.threads("inheriting-");
        user.set("ann");
        try {
            threads.execute(() -> seen.complete(String.valueOf(user.get())));
        } finally {
            user.remove();
        }
        assertEquals("null", seen.get());
    }
}
