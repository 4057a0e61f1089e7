package dev.roomcast.adapter.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the kits on adapters and transports that each break a promise, and asserts which rules turn red: these, and no others. */
@Isolated("sets how patient all tests are")
class KitCatchesBrokenAdaptersTest {

    private static final String PATIENCE = "roomcast.tck.patience";

    /** What is broken is red when that is over: most of the time that this takes. */
    private static final String IMPATIENT = "PT2S";

    private final String before = System.getProperty(PATIENCE, "PT20S");

    @BeforeEach
    void loseNoTime() {
        System.setProperty(PATIENCE, IMPATIENT);
    }

    @AfterEach
    void bePatientAgain() {
        System.setProperty(PATIENCE, before);
    }

    /** How patient the kits are that are running now. */
    static Duration patience() {
        return Duration.parse(System.getProperty(PATIENCE, IMPATIENT));
    }

    @Tag("full")
    @TestFactory
    Stream<DynamicTest> brokenAdapterTurnsItsRulesRed() {
        Map<Class<?>, List<Event>> red = run(selectors(broken())).failed().stream()
                .collect(Collectors.groupingBy(KitCatchesBrokenAdaptersTest::kit));
        return broken().map(broken -> DynamicTest.dynamicTest(broken.getSimpleName(), () -> {
            Map<String, String> failures = failures(broken, red.getOrDefault(broken, List.of()));
            assertEquals(rulesOf(broken), failures.keySet(), broken.getSimpleName() + " " + failures.values());
        }));
    }

    /**
     * The rules that a kit turned red, with what their tests said. Whether another rule than those that are claimed was only waited for too
     * shortly is said by a kit that is as patient as all others are.
     */
    private Map<String, String> failures(Class<?> broken, List<Event> red) {
        Map<String, String> failures = new TreeMap<>();
        List<DiscoverySelector> unclaimed = new ArrayList<>();
        for (Event event : red) {
            if (rulesOf(broken).contains(rule(event))) {
                failures.put(rule(event), String.valueOf(failure(event).getMessage()));
            } else {
                unclaimed.add(DiscoverySelectors.selectUniqueId(
                        event.getTestDescriptor().getUniqueId()));
            }
        }
        if (!unclaimed.isEmpty()) {
            System.setProperty(PATIENCE, before);
            run(unclaimed).failed().stream()
                    .forEach(event -> failures.put(
                            rule(event), String.valueOf(failure(event).getMessage())));
        }
        return failures;
    }

    private static List<DiscoverySelector> selectors(Stream<Class<?>> kits) {
        return kits.<DiscoverySelector>map(DiscoverySelectors::selectClass).toList();
    }

    @Test
    void everyRuleIsTurnedRedBySomeBrokenAdapter() {
        Set<String> neverRed = new TreeSet<>(SpecTest.tested());
        broken().map(KitCatchesBrokenAdaptersTest::rulesOf).forEach(neverRed::removeAll);
        assertEquals(Set.of(), neverRed, "rules whose tests have never been seen to fail");
    }

    @Test
    void undeclaredFeatureIsSkippedAloud() {
        Events skipped = run(selectors(Stream.of(AloneCompatibilityTest.class))).skipped();
        assertTrue(skipped.count() > 0);
        skipped.stream()
                .map(event -> event.getRequiredPayload(String.class))
                .forEach(reason -> assertTrue(reason.startsWith("AloneCompatibilityTest does not declare ["), reason));
    }

    @Test
    void failureSaysRuleAndWhereAndWhatCameAndWhereToLook() {
        List<Throwable> failures = run(selectors(Stream.of(BrokenBroadcast.ForgetsExceptions.class))).failed().stream()
                .map(KitCatchesBrokenAdaptersTest::failure)
                .toList();
        assertTrue(!failures.isEmpty());
        for (Throwable failure : failures) {
            String message = String.valueOf(failure.getMessage());
            assertTrue(
                    message.matches("Rule 2\\.4 \\(client .* at node .*\\): expected .*, but came .*; look at .*"),
                    message);
        }
    }

    private static Stream<Class<?>> broken() {
        return Stream.of(
                        BrokenMembership.class,
                        BrokenBroadcast.class,
                        BrokenRoomEvents.class,
                        BrokenCluster.class,
                        BrokenLifecycle.class,
                        BrokenLosses.class,
                        BrokenOperations.class,
                        BrokenAcknowledgement.class,
                        BrokenPresence.class,
                        BrokenOutages.class,
                        BrokenTransports.class,
                        BrokenBrokers.class)
                .flatMap(chapter -> Stream.of(chapter.getDeclaredClasses()))
                .filter(CompatibilityKit.class::isAssignableFrom);
    }

    /** A class without the annotation is not let off: what it turns red is to be said. */
    private static Set<String> rulesOf(Class<?> broken) {
        TurnsRed says = Objects.requireNonNull(broken.getAnnotation(TurnsRed.class), broken.getSimpleName());
        return new TreeSet<>(List.of(says.value().split(" ")));
    }

    private static Events run(List<DiscoverySelector> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(tests.toArray(DiscoverySelector[]::new))
                .configurationParameter(Verdicts.RESULTS, "")
                // Most tests wait most of the time; and it shows that they do not need to be alone.
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8")
                .execute()
                .testEvents();
    }

    /** A test is in a chapter, and the chapter in a kit. */
    private static Class<?> kit(Event event) {
        return event.getTestDescriptor()
                .getParent()
                .flatMap(TestDescriptor::getParent)
                .flatMap(TestDescriptor::getSource)
                .map(source -> ((ClassSource) source).getJavaClass())
                .orElseThrow();
    }

    private static Throwable failure(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }

    private static String rule(Event event) {
        Method method = event.getTestDescriptor()
                .getSource()
                .map(source -> ((MethodSource) source).getJavaMethod())
                .orElseThrow();
        return method.getAnnotation(Rule.class).value();
    }
}
