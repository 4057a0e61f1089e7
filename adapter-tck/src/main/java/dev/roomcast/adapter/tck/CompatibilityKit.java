package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.TransportProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The methods that the author of a backend implements for every kit. */
@ExtendWith({RequiresCondition.class, Verdicts.class})
@DisplayNameGeneration(RuleNames.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class CompatibilityKit {

    private static final String PATIENCE = "roomcast.tck.patience";

    CompatibilityKit() {}

    /**
     * Opens the transports under test. Called for each node, each of which is to be thought of as a process of its own: all
     * transports of one test must meet on the same broker.
     *
     * @return a provider
     */
    protected abstract TransportProvider provider();

    /**
     * What has to be configured, such as the broker's address.
     *
     * @return keys and values, nothing by default
     */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /**
     * What the backend has beyond what all have.
     *
     * @return its features, none by default
     */
    protected Set<Feature> features() {
        return Set.of();
    }

    /** What a test may expect, if it is one of a rule. */
    static Optional<Expect> expectations(TestInfo test) {
        return test.getTestMethod()
                .map(method -> method.getAnnotation(Rule.class))
                .map(rule -> new Expect(rule, Duration.parse(System.getProperty(PATIENCE, "PT20S"))));
    }
}
