package dev.roomcast.testredis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a server is started with.
 *
 * @param arguments of {@code redis-server}, beside those that every server has
 * @param ports that they name, beside the plain one
 * @param files that they name
 */
record Launch(List<String> arguments, List<Integer> ports, List<Path> files) {

    static Launch of(List<String> arguments) {
        return new Launch(arguments, List.of(), List.of());
    }

    /** With a port for TLS. What the arguments say of it beyond that wins. */
    static Launch tls(int port, TestCertificate certificate, List<String> arguments) {
        List<String> all = new ArrayList<>();
        Collections.addAll(all, "--tls-port", Integer.toString(port), "--tls-auth-clients", "no");
        Collections.addAll(all, "--tls-ca-cert-file", certificate.ca().toString());
        Collections.addAll(all, "--tls-cert-file", certificate.chain().toString());
        Collections.addAll(all, "--tls-key-file", certificate.key().toString());
        all.addAll(arguments);
        return new Launch(all, List.of(port), List.of(certificate.ca(), certificate.chain(), certificate.key()));
    }
}
