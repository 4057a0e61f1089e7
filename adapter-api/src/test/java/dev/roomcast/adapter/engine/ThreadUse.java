package dev.roomcast.adapter.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** What the current thread has used so far, whatever else the machine has to do. */
final class ThreadUse {

    private static final MethodHandle ALLOCATED = handle("getCurrentThreadAllocatedBytes");
    private static final MethodHandle CPU = handle("getCurrentThreadCpuTime");

    private ThreadUse() {}

    static long allocatedBytes() {
        return value(ALLOCATED);
    }

    static long cpuNanos() {
        return value(CPU);
    }

    private static MethodHandle handle(String method) {
        try {
            // By reflection: the engine's module does not read these, nor is it to.
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            Class<?> bean = Class.forName("com.sun.management.ThreadMXBean");
            return MethodHandles.publicLookup()
                    .findVirtual(bean, method, MethodType.methodType(long.class))
                    .bindTo(factory.getMethod("getThreadMXBean").invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long value(MethodHandle of) {
        try {
            return (long) of.invokeExact();
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
