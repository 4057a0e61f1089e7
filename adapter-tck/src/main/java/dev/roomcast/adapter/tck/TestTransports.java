package dev.roomcast.adapter.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The transports of one test, all of them closed at its end. */
final class TestTransports {

    private final CompatibilityKit kit;
    private final Expect expect;

    /** Begins the names of this test's channels and nodes, so that others on the broker are not disturbed. */
    private final String prefix = "tck-" + UUID.randomUUID().toString().substring(0, 8);

    private final List<TestTransport> opened = new CopyOnWriteArrayList<>();
    private final AtomicInteger markers = new AtomicInteger();

    TestTransports(CompatibilityKit kit, Expect expect) {
        this.kit = kit;
        this.expect = expect;
    }

    Expect expect() {
        return expect;
    }

    String channel(String name) {
        return prefix + "." + name;
    }

    String marker() {
        return "marker " + markers.incrementAndGet();
    }

    /** A transport whose link is up, and that can publish. */
    TestTransport open() {
        return begin().whenUp();
    }

    /** A transport, without waiting for anything. */
    TestTransport begin() {
        String name = (char) ('A' + opened.size()) + "-" + prefix;
        TransportLog log = new TransportLog(expect.signal());
        KitSettings settings = new KitSettings(name, kit.settings());
        TestTransport transport = new TestTransport(name, kit.provider().open(settings, log), log, expect);
        opened.add(transport);
        return transport;
    }

    void close() {
        List<Throwable> failures = new ArrayList<>();
        for (TestTransport transport : opened) {
            try {
                transport.close();
            } catch (RuntimeException | Error e) {
                // The others are closed all the same.
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("closing failed: " + failures, failures.get(0));
        }
    }
}
