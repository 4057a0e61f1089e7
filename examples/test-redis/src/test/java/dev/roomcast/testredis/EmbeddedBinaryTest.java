package dev.roomcast.testredis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedBinaryTest {
    private static final String RESOURCE = "redis-server-7.0.15-linux-386";

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-amd64",
        "Linux, x86_64, linux-amd64",
        "Linux, aarch64, linux-arm64",
        "Linux, i386, linux-386",
        "Mac OS X, x86_64, darwin-amd64",
        "Mac OS X, aarch64, darwin-arm64"
    })
    void theJarHasAServerForEachPlatformItIsSaidToHave(String system, String architecture, String suffix) {
        assertEquals(Optional.of("redis-server-7.0.15-" + suffix), EmbeddedBinary.resource(system, architecture));
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Linux, s390x", "Mac OS X, x86"})
    void otherPlatformsHaveNone(String system, String architecture) {
        assertEquals(Optional.empty(), EmbeddedBinary.resource(system, architecture));
    }

    @Test
    void manyUnpackAtOnceAndAllGetTheSameCompleteFile() throws Exception {
        Path directory = temporary.resolve("cache");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<byte[]> unpack = () -> Files.readAllBytes(EmbeddedBinary.unpack(RESOURCE, directory));
            Set<Integer> sizes = new HashSet<>();
            for (Future<byte[]> content : threads.invokeAll(List.of(unpack, unpack, unpack, unpack, unpack, unpack))) {
                sizes.add(content.get().length);
            }
            assertEquals(Set.of(5_373_128), sizes);
        } finally {
            threads.shutdownNow();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void aDamagedCopyIsReplaced() throws Exception {
        Path file = EmbeddedBinary.unpack(RESOURCE, temporary);
        Files.writeString(file, "damaged");
        assertEquals(file, EmbeddedBinary.unpack(RESOURCE, temporary));
        assertEquals(5_373_128, Files.size(file));
        assertTrue(Files.isExecutable(file));
    }
}
