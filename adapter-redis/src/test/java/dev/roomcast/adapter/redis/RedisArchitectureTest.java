package dev.roomcast.adapter.redis;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which package of the Redis backend may know which. */
class RedisArchitectureTest {

    private static final String REDIS = "dev.roomcast.adapter.redis";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(REDIS);

    @Test
    void theArrowsBetweenThePackages() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("provider")
                .definedBy(REDIS)
                .layer("cluster")
                .definedBy(REDIS + ".cluster")
                .layer("connection")
                .definedBy(REDIS + ".connection")
                .layer("tls")
                .definedBy(REDIS + ".tls")
                .layer("config")
                .definedBy(REDIS + ".config")
                .layer("runtime")
                .definedBy(REDIS + ".runtime")
                .whereLayer("provider")
                .mayOnlyAccessLayers("cluster", "connection", "config", "runtime")
                .whereLayer("cluster")
                .mayOnlyAccessLayers("connection", "config", "runtime")
                .whereLayer("connection")
                .mayOnlyAccessLayers("tls", "config", "runtime")
                .whereLayer("tls")
                .mayOnlyAccessLayers("config", "runtime")
                .whereLayer("config")
                .mayNotAccessAnyLayer()
                .whereLayer("runtime")
                .mayNotAccessAnyLayer()
                .check(CLASSES);
    }

    @Test
    void thePackagesHaveNoCycle() {
        slices().matching(REDIS + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
