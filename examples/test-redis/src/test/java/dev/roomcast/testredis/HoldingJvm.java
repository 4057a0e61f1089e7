package dev.roomcast.testredis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A JVM that holds a server and does with it what it reads on standard input; {@link DyingJvmTest} ends it. */
final class HoldingJvm {
    private HoldingJvm() {}

    public static void main(String[] arguments) throws IOException {
        TestRedis redis = TestRedis.start();
        System.out.println(redis.url());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            switch (command) {
                case "freeze" -> redis.freeze();
                case "kill" -> redis.kill();
                case "exit" -> System.exit(0);
                default -> throw new IllegalArgumentException(command);
            }
            System.out.println("done");
        }
    }
}
