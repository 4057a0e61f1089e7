package dev.roomcast.examples.servers.acceptance;

import java.io.IOException;
import java.util.Arrays;

/** Runs another class's {@code main}, and ends as soon as the process that started this one is gone. */
final class EndsWithParent {

    private EndsWithParent() {}

    public static void main(String... args) throws Exception {
        Thread watch = new Thread(EndsWithParent::awaitEndOfInput, "ends-with-parent");
        watch.setDaemon(true);
        watch.start();
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(args, 1, args.length));
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written.
            }
        } catch (IOException e) {
            // As good as the end.
        }
        Runtime.getRuntime().halt(1);
    }
}
