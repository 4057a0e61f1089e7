package dev.roomcast.examples.portfolio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScalingCheckTest {
    private final Nodes nodes = new Nodes();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void passesOnTwoNodesOfOneCluster() {
        String first = Nodes.url(nodes.joined("alpha"));
        String second = Nodes.url(nodes.joined("beta"));

        assertEquals(0, check(first, second.replace("http:", "ws:") + "/"));

        assertSaid("✓ Client 1 connected: alpha", "✓ Client 2 connected: beta");
        assertSaid("✓ Client 2 received broadcast from different instance: alpha");
        assertSaid("✓ Client 1 received broadcast from different instance: beta");
        assertSaid("✓ Latency: median ");
        assertFalse(output().contains("✗"), output());
    }

    @Test
    void failsOnTwoNodesThatAreNotJoinedAndSaysWhy() {
        String first = Nodes.url(nodes.lone("alpha"));
        String second = Nodes.url(nodes.lone("beta"));

        assertEquals(1, check("--timeout=3s", first, second));

        assertSaid("✗ Timeout - Redis adapter may not be working", "Likely causes:");
        assertSaid("uses the MemoryAdapter, which is alone: set REDIS_URL");
    }

    @Test
    void failsWhereBothUrlsLeadToOneNode() {
        String url = Nodes.url(nodes.lone("alpha"));

        assertEquals(1, check(url, url));

        assertSaid("✗ Both clients are on one node", "no second instance was met", "Likely causes:");
    }

    @Test
    void failsWhereOneUrlLeadsToOneNodeHoweverOftenItConnects() {
        assertEquals(1, check(Nodes.url(nodes.lone("alpha"))));

        assertSaid("✗ Both clients are on one node");
    }

    @Test
    void meetsTwoNodesBehindOneUrl() throws Exception {
        PortfolioServer first = nodes.joined("alpha");
        PortfolioServer second = nodes.joined("beta");
        LoadBalancer balancer = nodes.owned(LoadBalancer.to(first.port(), first.port(), first.port(), second.port()));

        assertEquals(0, check("http://localhost:" + balancer.port()));

        assertSaid("✓ Client 1 connected: alpha", "✓ Client 2 connected: beta");
    }

    @Test
    void failsWhereNobodyListens() throws Exception {
        // Bound, so that nobody else gets it, and not listened on.
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(0));
            int port = deaf.getLocalPort();
            assertEquals(1, check("http://localhost:" + port));

            assertSaid("✗ cannot connect to ws://localhost:" + port + "/ws");
        }
    }

    @Test
    void misuseIsExplained() {
        assertEquals(2, check());
        assertEquals(2, check("localhost:3000"));
        assertEquals(2, check("http://a", "http://b", "http://c"));
        assertEquals(2, check("--timeout=soon", "http://a"));
        assertSaid("Usage: ScalingCheck", "--timeout=soon is not accepted", "localhost:3000 is not accepted");
    }

    private int check(String... arguments) {
        return ScalingCheck.run(List.of(arguments), new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private void assertSaid(String... parts) {
        for (String part : parts) {
            assertTrue(output().contains(part), () -> "\"" + part + "\" is not in:\n" + output());
        }
    }
}
