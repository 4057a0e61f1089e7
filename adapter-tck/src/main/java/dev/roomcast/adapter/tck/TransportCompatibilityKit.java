package dev.roomcast.adapter.tck;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;

/**
 * Chapter T of {@code docs/spec.md}, as tests of a transport without the engine. A failure here points directly to the
 * defect, and a transport that passes is complete. Extend it, supply the provider, and run it as a JUnit test class.
 *
 * <pre>{@code
 * class MyTransportCompatibilityTest extends TransportCompatibilityKit {
 *     @Override
 *     protected TransportProvider provider() {
 *         return new MyProvider();
 *     }
 *
 *     @Override
 *     protected Map<String, String> settings() {
 *         return Map.of("roomcast.my.url", server.url());
 *     }
 * }
 * }</pre>
 *
 * <p>Two transports must always be able to meet; of the features only {@link Feature#ORDER_ACROSS_CHANNELS} makes a
 * difference. Each test opens its own transports, on channels of its own, and closes them. The system property {@code
 * roomcast.tck.patience} limits its waits, as for {@link AdapterCompatibilityKit}.
 */
@SuppressWarnings("exports") // The extensions are JUnit's to find, not the implementor's.
public abstract class TransportCompatibilityKit extends CompatibilityKit {

    private @Nullable TestTransports transports;

    /** For the class that extends it. */
    protected TransportCompatibilityKit() {}

    @BeforeEach
    final void beginRule(TestInfo test) {
        expectations(test).ifPresent(expect -> transports = new TestTransports(this, expect));
    }

    @AfterEach
    final void endRule() {
        if (transports != null) {
            transports.close();
        }
    }

    private TestTransports transports() {
        if (transports == null) {
            throw new IllegalStateException("only a test of a rule has transports");
        }
        return transports;
    }

    @Nested
    @DisplayName("T Transport: frames")
    final class Frames extends FrameRules {
        @Override
        TestTransports transports() {
            return TransportCompatibilityKit.this.transports();
        }
    }

    @Nested
    @DisplayName("T Transport: channels")
    final class Channels extends ChannelRules {
        @Override
        TestTransports transports() {
            return TransportCompatibilityKit.this.transports();
        }
    }

    @Nested
    @DisplayName("T Transport: links, and the end")
    final class Links extends LinkRules {
        @Override
        TestTransports transports() {
            return TransportCompatibilityKit.this.transports();
        }
    }
}
