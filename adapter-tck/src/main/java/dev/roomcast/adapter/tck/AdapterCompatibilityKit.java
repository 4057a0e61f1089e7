package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.Backend;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;

/**
 * Every rule of {@code docs/spec.md}, as tests for any backend. Extend it, supply the provider and the features, and
 * run it as a JUnit test class. {@code docs/writing-an-adapter.md} explains a whole backend.
 *
 * <pre>{@code
 * class MyCompatibilityTest extends AdapterCompatibilityKit {
 *     @Override
 *     protected TransportProvider provider() {
 *         return new MyProvider();
 *     }
 *
 *     @Override
 *     protected Map<String, String> settings() {
 *         return Map.of("roomcast.my.url", server.url());
 *     }
 *
 *     @Override
 *     protected Set<Feature> features() {
 *         return Set.of(Feature.CLUSTER, Feature.ORDER_ACROSS_CHANNELS);
 *     }
 * }
 * }</pre>
 *
 * <p>Each test opens its own nodes, under a prefix of its own, and closes them. Each test awaits its events for at most
 * the time of the system property {@code roomcast.tck.patience} ({@code PT20S} by default, as an ISO 8601 duration).
 */
@SuppressWarnings("exports") // The extensions are JUnit's to find, not the implementor's.
public abstract class AdapterCompatibilityKit extends CompatibilityKit {

    private @Nullable TestCluster cluster;

    /** For the class that extends it. */
    protected AdapterCompatibilityKit() {}

    /**
     * A real broker that is one test's own, which kills and freezes it, and closes it in the end. Without one, and without what one
     * cannot do, the rules of chapter B are skipped, and say so.
     *
     * @return a new one each time, none by default
     */
    protected Optional<BrokerFaults> faults() {
        return Optional.empty();
    }

    /**
     * Whatever wraps an adapter can be put under the rules as well. For what is not built on the engine at all see
     * {@link WholeAdapterCompatibilityKit}.
     *
     * @param adapter as the engine opened it
     * @return what is tested in its place, by default the same
     */
    protected Adapter decorate(Adapter adapter) {
        return adapter;
    }

    Backend connect(AdapterConfig config, TransportProvider provider) {
        return Adapters.connect(config, provider);
    }

    /** Ends the test as skipped where there is no transport that could be put under faults. */
    void requireTransport() {}

    @BeforeEach
    final void beginRule(TestInfo test) {
        expectations(test).ifPresent(expect -> cluster = new TestCluster(this, expect));
    }

    @AfterEach
    final void endRule() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private TestCluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException("only a test of a rule has a cluster");
        }
        return cluster;
    }

    @Nested
    @DisplayName("1 Membership")
    final class Membership extends MembershipRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("2 Broadcast")
    final class Broadcast extends BroadcastRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("3 Room events")
    final class RoomEvents extends RoomEventRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("4 Cluster")
    final class Cluster extends ClusterRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("5 Lifecycle and health")
    final class Lifecycle extends LifecycleRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("6 Losses")
    final class Losses extends LossRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("7 Cluster operations")
    final class Operations extends OperationRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("8 Acknowledgement")
    final class Acknowledgement extends AcknowledgementRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("9 Presence")
    final class Presence extends PresenceRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("10 Waiting for the broker")
    final class Outage extends OutageRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }

    @Nested
    @DisplayName("B Faults of the broker")
    final class Broker extends BrokerRules {
        @Override
        TestCluster cluster() {
            return AdapterCompatibilityKit.this.cluster();
        }
    }
}
