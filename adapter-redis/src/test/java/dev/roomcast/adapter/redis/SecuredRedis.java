package dev.roomcast.adapter.redis;

import dev.roomcast.testredis.TestCertificates;
import dev.roomcast.testredis.TestRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Redis that speaks TLS, with a user who may do no more than an adapter of one prefix has to. */
record SecuredRedis(TestCertificates certificates, TestRedis redis) implements AutoCloseable {

    /** As the provider's Javadoc and docs/operations.md have it, but for the prefix. */
    static final List<String> LEAST_RIGHTS = List.of("-@all", "+publish", "+subscribe", "+unsubscribe", "+ping");

    private static final String USER = "app";
    private static final String PASSWORD = "p@ss:w/rd %+#";
    private static final String ENCODED = "p%40ss%3Aw%2Frd%20%25+%23";

    /** @param channels those that begin so, and no others */
    static SecuredRedis start(String channels) {
        List<String> arguments = new ArrayList<>(List.of("--user", USER, "on", ">" + PASSWORD));
        arguments.addAll(List.of("resetchannels", "&" + channels + "*"));
        arguments.addAll(LEAST_RIGHTS);
        TestCertificates certificates = new TestCertificates();
        return new SecuredRedis(
                certificates, TestRedis.startTls(certificates.server(), arguments.toArray(String[]::new)));
    }

    Map<String, String> settings() {
        return settings(redis.tlsPort());
    }

    /** @param port where the server is reached */
    Map<String, String> settings(int port) {
        return Map.of(
                "roomcast.redis.url",
                "rediss://" + USER + ":" + ENCODED + "@127.0.0.1:" + port,
                "roomcast.redis.tls.ca",
                certificates.ca().toString());
    }

    @Override
    public void close() {
        redis.close();
        certificates.close();
    }
}
