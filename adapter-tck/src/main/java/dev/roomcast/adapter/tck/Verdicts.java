package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.tck.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes the results of a kit's rules for {@link CompatibilityTable}: one file for each test class, in the directory
 * that {@code roomcast.tck.results} names.
 */
final class Verdicts implements BeforeAllCallback, AfterAllCallback, TestWatcher {

    static final String RESULTS = "roomcast.tck.results";
    static final String ENDING = ".verdicts";

    private static final Namespace OURS = Namespace.create(Verdicts.class);

    /** What was there before says nothing of a run that does not come to its end. */
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (kit(context).equals(context)) {
            Optional<Path> file = file(context);
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Optional<Path> file = file(context);
        if (kit(context).equals(context) && file.isPresent()) {
            List<String> lines = new ArrayList<>(List.of(context.getDisplayName()));
            verdicts(context).stream().map(Verdict::line).sorted().forEach(lines::add);
            Files.createDirectories(file.get().toAbsolutePath().getParent());
            Files.write(file.get(), lines);
        }
    }

    private static Optional<Path> file(ExtensionContext context) {
        String name = context.getRequiredTestClass().getName() + ENDING;
        return context.getConfigurationParameter(RESULTS)
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, name));
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        add(context, Outcome.PASSED, "");
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        add(context, Outcome.FAILED, String.valueOf(cause.getMessage()));
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        add(context, Outcome.SKIPPED, String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        String why = reason.orElse("");
        // What would hold in place of a feature is no lack of who has the feature.
        if (!why.contains(RequiresCondition.DECLARES)) {
            add(context, Outcome.SKIPPED, why);
        }
    }

    private static void add(ExtensionContext context, Outcome outcome, String reason) {
        context.getTestMethod().ifPresent(method -> {
            Rule rule = method.getAnnotation(Rule.class);
            if (rule != null) {
                verdicts(context).add(new Verdict(rule.value(), outcome, RuleNames.words(method.getName()), reason));
            }
        });
    }

    /** Of all chapters of a kit together. */
    @SuppressWarnings("unchecked") // Nobody else puts anything there.
    private static Queue<Verdict> verdicts(ExtensionContext context) {
        return kit(context)
                .getStore(OURS)
                .getOrComputeIfAbsent("verdicts", key -> new ConcurrentLinkedQueue<Verdict>(), Queue.class);
    }

    /** The class that the author has written, not one of its chapters. */
    private static ExtensionContext kit(ExtensionContext context) {
        ExtensionContext parent = context.getParent().orElseThrow();
        return parent.equals(context.getRoot()) ? context : kit(parent);
    }
}
