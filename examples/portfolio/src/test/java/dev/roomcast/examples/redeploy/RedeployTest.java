package dev.roomcast.examples.redeploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.roomcast.testredis.TestRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that closes its adapters can be undeployed: nothing of it stays in the server, neither class loader nor thread. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedeployTest {

    @Test
    void overRedis() throws Exception {
        try (TestRedis redis = TestRedis.start("--requirepass", DeployedApp.PASSWORD)) {
            assertNothingStays("roomcast.redis.url=redis://:" + DeployedApp.PASSWORD + "@127.0.0.1:" + redis.port());
        }
    }

    @Test
    void inMemory() throws Exception {
        assertNothingStays("roomcast.adapter=memory");
    }

    @Test
    void onABusInMemory() throws Exception {
        assertNothingStays("roomcast.adapter=memory", "roomcast.memory.bus=redeployed");
    }

    private static void assertNothingStays(String... configuration) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ServletContainer.JVM_OPTIONS);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), ServletContainer.class.getName()));
        command.addAll(List.of(configuration));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals(
                    List.of(ServletContainer.UNLOADED + "3 of 3"), lines.lines().toList());
        } finally {
            process.destroyForcibly();
        }
    }
}
