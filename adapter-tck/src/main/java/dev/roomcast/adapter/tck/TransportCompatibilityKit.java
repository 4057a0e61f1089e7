package dev.roomcast.adapter.tck;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;

/**
 * Chapter T of {@code docs/spec.md}, as tests of a bare transport, without the engine: what goes wrong here is found where it is, and
 * a transport that is right here has done its part. Extend it, say how a transport is opened, and run it as a JUnit test class.
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
 * <p>That transports meet goes without saying here; of the features only {@link Feature#ORDER_ACROSS_CHANNELS} makes a difference.
 * Each test opens its own transports, on channels of its own, and closes them. How long it waits for what it expects, the system
 * property {@code roomcast.tck.patience} says, as for {@link AdapterCompatibilityKit}.
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
