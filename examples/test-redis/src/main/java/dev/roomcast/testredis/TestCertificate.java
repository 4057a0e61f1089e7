package dev.roomcast.testredis;

import java.nio.file.Path;

/**
 * One certificate, as three files in PEM.
 *
 * @param ca the certificate of the CA that has signed it
 * @param chain the certificate itself
 * @param key its private key, in PKCS#8 and not encrypted
 */
public record TestCertificate(Path ca, Path chain, Path key) {}
