package dev.roomcast.adapter.engine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** A thread works for everybody, whichever caller's need it was started for. */
class EngineThreadsTest {

    private final ThreadFactory threads = new EngineThreads("a").named("worker");

    @Test
    void aThreadInheritsNoThreadLocals() throws Exception {
        InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
        CompletableFuture<String> seen = new CompletableFuture<>();
        user.set("ann");
        try {
            threads.newThread(() -> seen.complete(String.valueOf(user.get()))).start();
        } finally {
            user.remove();
        }
        assertEquals("null", seen.get());
    }

    @Test
    void aThreadHasTheClassLoaderOfWhoOpenedTheAdapter() throws Exception {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
        try (URLClassLoader other = new URLClassLoader(new URL[0], own)) {
            Thread.currentThread().setContextClassLoader(other);
            threads.newThread(() -> seen.complete(Thread.currentThread().getContextClassLoader()))
                    .start();
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
        assertSame(own, seen.get());
    }
}
