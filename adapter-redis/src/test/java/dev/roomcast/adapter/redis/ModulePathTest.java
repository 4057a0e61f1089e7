package dev.roomcast.adapter.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.testredis.TestRedis;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A modular application: what it requires is the interface, and nothing is added on its command line. */
@Timeout(600)
class ModulePathTest {

    /** What comes with adapter-redis, without what comes with its tests. */
    private static final List<String> MODULES = List.of(
            "dev.roomcast.adapter",
            "dev.roomcast.adapter.redis",
            "io.netty.",
            "lettuce.core",
            "org.jspecify",
            "org.reactivestreams",
            "org.slf4j",
            "reactor.core",
            "redis.authx.core");

    private static final String APPLICATION = """
            package application;

            import dev.roomcast.adapter.Adapter;
            import dev.roomcast.adapter.AdapterConfig;
            import dev.roomcast.adapter.Adapters;
            import java.util.Map;

            class Application {
                public static void main(String[] url) throws Exception {
                    try (Adapter adapter = Adapters.open(AdapterConfig.of(Map.of("roomcast.redis.url", url[0])))) {
                        adapter.ready().toCompletableFuture().get();
                        System.out.println(adapter.health().status());
                    }
                }
            }
            """;

    @TempDir
    Path directory;

    private static String modulePath() {
        return Stream.of("jdk.module.path", "java.class.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .filter(ModulePathTest::isOurs)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOurs(String element) {
        return Files.exists(Path.of(element))
                && ModuleFinder.of(Path.of(element)).findAll().stream()
                        .map(module -> module.descriptor().name())
                        .anyMatch(name -> MODULES.contains(name)
                                || MODULES.stream().anyMatch(known -> known.endsWith(".") && name.startsWith(known)));
    }

    private String compiled(String modulePath) throws Exception {
        Path module = Files.writeString(
                directory.resolve("module-info.java"), "module application { requires dev.roomcast.adapter; }");
        Path main = Files.writeString(directory.resolve("Application.java"), APPLICATION);
        Path classes = directory.resolve("classes");
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(out, out, "-p", modulePath, "-d", classes.toString(), module.toString(), main.toString());
        assertEquals(0, result, said::toString);
        return classes.toString();
    }

    @Test
    void anApplicationThatRequiresTheInterfaceConnectsToRedis() throws Exception {
        String path = modulePath();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        path + File.pathSeparator + compiled(path),
                        "-m",
                        "application/application.Application",
                        TestRedis.shared().url())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals(
                "UP", said.strip().lines().reduce((first, second) -> second).orElse(""), said);
    }
}
