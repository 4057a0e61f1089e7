package dev.roomcast.adapter.engine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.adapter.spi.Link;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the packages of this module may know of each other. A new arrow is a decision: it is added here, with its reason in the commit. */
class EngineArchitectureTest {

    private static final String ENGINE = "dev.roomcast.adapter.engine";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.roomcast.adapter");

    @Test
    void theArrowsBetweenThePackagesOfTheEngine() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("engine")
                .definedBy(ENGINE)
                .layer("protocol")
                .definedBy(ENGINE + ".protocol")
                .layer("query")
                .definedBy(ENGINE + ".query")
                .layer("delivery")
                .definedBy(ENGINE + ".delivery")
                .layer("receive")
                .definedBy(ENGINE + ".receive")
                .layer("publish")
                .definedBy(ENGINE + ".publish")
                .layer("subscribe")
                .definedBy(ENGINE + ".subscribe")
                .layer("codec")
                .definedBy(ENGINE + ".codec")
                .layer("config")
                .definedBy(ENGINE + ".config")
                .layer("runtime")
                .definedBy(ENGINE + ".runtime")
                .whereLayer("engine")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("protocol")
                .mayOnlyAccessLayers(
                        "query", "delivery", "receive", "publish", "subscribe", "codec", "config", "runtime")
                .whereLayer("query")
                .mayOnlyAccessLayers("delivery", "codec", "runtime")
                .whereLayer("delivery")
                .mayOnlyAccessLayers("subscribe", "codec", "config", "runtime")
                .whereLayer("receive")
                .mayOnlyAccessLayers("codec", "config", "runtime")
                .whereLayer("publish")
                .mayOnlyAccessLayers("codec", "config", "runtime")
                .whereLayer("subscribe")
                .mayOnlyAccessLayers("codec", "runtime")
                .whereLayer("codec")
                .mayOnlyAccessLayers("config", "runtime")
                .whereLayer("config")
                .mayOnlyAccessLayers("runtime")
                .whereLayer("runtime")
                .mayNotAccessAnyLayer()
                .check(CLASSES);
    }

    @Test
    void noCyclesBetweenThePackagesOfTheEngine() {
        slices().matching(ENGINE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** The interface is implemented by the engine, so some of its factories know it. */
    @Test
    void theDoorsFromTheInterfaceToTheEngine() {
        Set<String> doors = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (!type.getPackageName().startsWith(ENGINE)) {
                type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass())
                        .filter(target -> target.getPackageName().startsWith(ENGINE))
                        .forEach(target -> doors.add(outermost(type) + " -> " + outermost(target)));
            }
        }
        assertEquals(
                new TreeSet<>(Set.of(
                        "AdapterConfig -> ConfigSource",
                        "Adapters -> Engine",
                        "CuttingCloser -> RateLimitedLog",
                        "QueueMemory -> PacketCost",
                        "QueuedConnection -> RateLimitedLog",
                        "QueuedConnection -> PacketCost")),
                doors);
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(EngineArchitectureTest::outermost).orElse(type.getSimpleName());
    }

    @Test
    void theEngineIsNotExported() throws Exception {
        Path place = Path.of(Adapters.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertEquals(
                Set.of("dev.roomcast.adapter", "dev.roomcast.adapter.spi"),
                module(place.resolve("module-info.class")).exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet()));
    }

    private static ModuleDescriptor module(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ModuleDescriptor.read(in);
        }
    }

    /** A backend is only a transport: what one of them can do is asked, and no kind of it is known. */
    @Test
    void noInstanceofOnATransport() {
        noClasses()
                .should(askForTheKindOfA(Transport.class, TransportProvider.class, Link.class))
                .check(CLASSES);
    }

    private static ArchCondition<JavaClass> askForTheKindOfA(Class<?>... types) {
        return new ArchCondition<>("ask for the kind of a transport") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getInstanceofChecks().stream()
                        .filter(check -> List.of(types).stream().anyMatch(check.getRawType()::isAssignableTo))
                        .forEach(check -> events.add(SimpleConditionEvent.satisfied(type, check.toString())));
            }
        };
    }

    /** {@code Execution} is passed in, so that a simulation drives time and threads. {@code EngineThreads} makes the real one. */
    @Test
    void noClockAndNoThreadOutsideTheRuntime() {
        noClasses()
                .that(resideInAPackage(ENGINE + "..")
                        .and(describe(
                                "not EngineThreads", type -> !outermost(type).equals("EngineThreads"))))
                .should()
                .accessTargetWhere(
                        describe("read a clock, or make or stop a thread", EngineArchitectureTest::isOfTimeOrThreads))
                .check(CLASSES);
    }

    private static boolean isOfTimeOrThreads(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String call = target.getOwner().getName() + "." + target.getName();
        return nameMatching("java\\.lang\\.System\\.(nanoTime|currentTimeMillis)|java\\.time\\.\\w+\\.(now|system\\w*)"
                        + "|java\\.lang\\.Thread\\.(<init>|start|sleep|onSpinWait)|java\\.util\\.Timer\\..*"
                        + "|java\\.util\\.concurrent\\.(Executors|ForkJoinPool|ThreadPoolExecutor"
                        + "|ScheduledThreadPoolExecutor)\\..*|java\\.util\\.concurrent\\.CompletableFuture\\."
                        + "(\\w+Async|orTimeout|completeOnTimeout|delayedExecutor)")
                .test(() -> call);
    }
}
