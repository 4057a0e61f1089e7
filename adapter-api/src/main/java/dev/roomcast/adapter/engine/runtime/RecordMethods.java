package dev.roomcast.adapter.engine.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK makes the methods of records, and up to Java 19 it keeps in static fields the types of the one for which it has done so last.
 * If that is a class of an application which is then undeployed, its class loader stays.
 */
public final class RecordMethods {

    private static final Logger log = LoggerFactory.getLogger(RecordMethods.class);

    private RecordMethods() {}

    /** Has the JDK make them for a class of its own, in place of ours. */
    public static void forget() {
        make("equals", MethodType.methodType(boolean.class, String.class, Object.class));
        make("hashCode", MethodType.methodType(int.class, String.class));
        make("toString", MethodType.methodType(String.class, String.class));
    }

    private static void make(String method, MethodType type) {
        MethodHandle component = MethodHandles.identity(String.class);
        try {
            ObjectMethods.bootstrap(MethodHandles.lookup(), method, type, String.class, "component", component);
        } catch (Throwable t) {
            // Nothing depends on it but the memory of a server that undeploys applications.
            log.debug("{} of records: what the JDK keeps could not be replaced", method, t);
        }
    }
}
