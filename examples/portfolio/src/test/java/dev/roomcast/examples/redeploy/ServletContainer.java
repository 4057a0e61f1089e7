package dev.roomcast.examples.redeploy;

import java.io.File;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A server that deploys an application several times, each time by a class loader of its own, and whose threads live longer than any of
 * them. Run in a process of its own, with {@link #JVM_OPTIONS}.
 */
final class ServletContainer {

    static final String UNLOADED = "unloaded: ";

    /**
     * What only a soft reference holds is no leak. Nor is what only compiled code holds: from its profiles the optimizing compiler
     * writes classes of the application into methods of the JDK, such as the one in which an idle thread of a pool waits for its next
     * task. A method that is on a stack keeps them, until it is compiled again for the classes of a later deployment.
     */
    static final List<String> JVM_OPTIONS = List.of("-XX:SoftRefLRUPolicyMSPerMB=0", "-XX:TieredStopAtLevel=1");

    private static final int DEPLOYMENTS = 3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long GC_PAUSE_MS = 100;

    private final ExecutorService deployer = Executors.newSingleThreadExecutor();
    private final ExecutorService requests = Executors.newFixedThreadPool(2);
    private final ReferenceQueue<ClassLoader> unloaded = new ReferenceQueue<>();

    private ServletContainer() {}

    /** Deploys, uses and undeploys, with the configuration {@code key=value...}; prints how many class loaders are gone at the end. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> configuration = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            configuration.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        // Its threads are no daemons, as those of a server are not.
        int status = 1;
        try {
            new ServletContainer().run(Map.copyOf(configuration));
            status = 0;
        } catch (Throwable t) {
            t.printStackTrace();
        } finally {
            System.exit(status);
        }
    }

    private void run(Map<String, String> configuration) throws Exception {
        List<Callable<Object>> warm = List.of(() -> "", () -> "");
        deployer.invokeAll(warm);
        requests.invokeAll(warm);
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        List<Reference<ClassLoader>> references = new ArrayList<>();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            references.add(deployOnce(configuration));
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        System.out.println(UNLOADED + countUnloaded(end) + " of " + references.size());
        // The thread of a cleaner ends a moment after the class loader is found to be gone.
        while (!threadsSince(before).isEmpty() && System.nanoTime() < end) {
            Thread.yield();
        }
        threadsSince(before).forEach(name -> System.out.println("left: " + name));
    }

    private static List<String> threadsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .toList();
    }

    /** What is on this thread's stack is gone when it returns. */
    private Reference<ClassLoader> deployOnce(Map<String, String> configuration) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            @SuppressWarnings("unchecked")
            BiConsumer<String, Map<String, String>> app =
                    (BiConsumer<String, Map<String, String>>) loader.loadClass(DeployedApp.class.getName())
                            .getConstructor()
                            .newInstance();
            List<Callable<Object>> call = List.of(call(loader, () -> app.accept("request", configuration)));
            deployer.submit(call(loader, () -> app.accept("start", configuration)))
                    .get();
            requests.invokeAny(call);
            requests.invokeAny(call);
            deployer.submit(call(loader, () -> app.accept("stop", configuration)))
                    .get();
            return new PhantomReference<>(loader, unloaded);
        }
    }

    /** As a container does it: the application's class loader is the thread's while it is called. */
    private static Callable<Object> call(ClassLoader loader, Runnable work) {
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader own = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                work.run();
                return "";
            } finally {
                thread.setContextClassLoader(own);
            }
        };
    }

    /** A collection that has nothing new to find says nothing, so it is asked for again and again. */
    private int countUnloaded(long end) throws InterruptedException {
        int gone = 0;
        while (gone < DEPLOYMENTS && System.nanoTime() < end) {
            System.gc();
            gone += unloaded.remove(GC_PAUSE_MS) == null ? 0 : 1;
        }
        return gone;
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
