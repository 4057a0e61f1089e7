package dev.roomcast.adapter.tck;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips a rule whose features are not declared. It never hides a failure. */
final class RequiresCondition implements ExecutionCondition {

    /** In the reason of a test that is of no concern where a feature is declared. */
    static final String DECLARES = " declares ";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        // A class is asked about before there is an instance that could tell its features.
        Optional<CompatibilityKit> kit =
                context.getTestInstances().flatMap(all -> all.findInstance(CompatibilityKit.class));
        return kit.map(k -> evaluate(context, k)).orElseGet(() -> ConditionEvaluationResult.enabled("no test yet"));
    }

    private static ConditionEvaluationResult evaluate(ExtensionContext context, CompatibilityKit kit) {
        List<Requires> all = Stream.of(context.getTestMethod(), context.getTestClass())
                .flatMap(Optional::stream)
                .flatMap(element -> AnnotationSupport.findAnnotation(element, Requires.class).stream())
                .toList();
        Set<Feature> declared = kit.features();
        List<Feature> undeclared = all.stream()
                .flatMap(requires -> Stream.of(requires.value()))
                .filter(feature -> !declared.contains(feature))
                .toList();
        List<Feature> tooMany = all.stream()
                .flatMap(requires -> Stream.of(requires.absent()))
                .filter(declared::contains)
                .toList();
        String who = kit.getClass().getSimpleName();
        if (!undeclared.isEmpty()) {
            return ConditionEvaluationResult.disabled(who + " does not declare " + undeclared);
        }
        return tooMany.isEmpty()
                ? ConditionEvaluationResult.enabled("declares what is required")
                : ConditionEvaluationResult.disabled(who + DECLARES + tooMany);
    }
}
