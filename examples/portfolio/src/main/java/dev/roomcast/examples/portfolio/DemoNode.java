package dev.roomcast.examples.portfolio;

import dev.roomcast.adapter.AdapterConfig;
import java.io.IOException;

/**
 * One node in a process of its own: a {@link PortfolioServer} that ends when its standard input does, so with the process that
 * started it, in whatever way that ends.
 */
final class DemoNode {
    /** Begins the line of the output that tells the port. */
    static final String LISTENING = "Demo node listens on port ";

    private DemoNode() {}

    public static void main(String... args) throws IOException {
        PortfolioServer server = PortfolioServer.start(AdapterConfig.fromEnvironment(), Integer.parseInt(args[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "portfolio-shutdown"));
        System.out.println(LISTENING + server.port());
        while (System.in.read() >= 0) {
            // Nothing is ever written to it; its end is what we wait for.
        }
        System.exit(0);
    }
}
