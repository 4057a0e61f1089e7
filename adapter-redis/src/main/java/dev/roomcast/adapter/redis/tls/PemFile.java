package dev.roomcast.adapter.redis.tls;

import dev.roomcast.adapter.redis.config.RedisOptions;
import dev.roomcast.adapter.spi.Option;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in PEM that an option names. A bad file causes an {@link IllegalArgumentException} that names the option, the
 * file and the remedy, and shows no content of the file.
 */
record PemFile(Option<String> option, Path path) {

    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern BLOCK =
            Pattern.compile(BEGIN + "([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private record Block(String type, byte[] bytes) {}

    static PemFile of(Option<String> option, String value) {
        if (value.contains(BEGIN)) {
            throw new IllegalArgumentException(
                    RedisOptions.names(option)
                            + "=<redacted> is not accepted: it is the content of a file in PEM; expected the path of that file");
        }
        try {
            return new PemFile(option, Path.of(value));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    RedisOptions.names(option) + "=" + value + " is not accepted: expected the path of a file in PEM");
        }
    }

    /** At least one. */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.type().equals(CERTIFICATE)) {
                certificates.add(certificate(block));
            }
        }
        if (certificates.isEmpty()) {
            throw bad(
                    "it holds no certificate",
                    "Name a file in PEM with a block that begins " + BEGIN + CERTIFICATE + "-----");
        }
        return certificates;
    }

    private X509Certificate certificate(Block block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException e) {
            throw bad("a certificate in it cannot be read", "Export it anew, in PEM");
        }
    }

    PrivateKey privateKey() {
        List<Block> blocks = blocks();
        for (Block block : blocks) {
            if (block.type().equals(PRIVATE_KEY)) {
                return privateKey(block);
            }
        }
        for (Block block : blocks) {
            if (block.type().endsWith(PRIVATE_KEY)) {
                throw bad(
                        "its private key is in the form " + block.type(),
                        "Write it as PKCS#8 without a password: openssl pkcs8 -topk8 -nocrypt -in " + path
                                + " -out key.pem");
            }
        }
        throw bad(
                "it holds no private key",
                "Name a file in PEM with a block that begins " + BEGIN + PRIVATE_KEY + "-----");
    }

    private PrivateKey privateKey(Block block) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
            } catch (GeneralSecurityException e) {
                // It is of another one, then.
                continue;
            }
        }
        throw bad("its private key cannot be read", "Name a key of " + String.join(", ", ALGORITHMS) + " in PKCS#8");
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text());
        while (block.find()) {
            blocks.add(new Block(block.group(1), bytes(block.group(1), block.group(2))));
        }
        return blocks;
    }

    /** Only of the types that are read: those of other forms have headers. */
    private byte[] bytes(String type, String base64) {
        if (!type.equals(CERTIFICATE) && !type.equals(PRIVATE_KEY)) {
            return new byte[0];
        }
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw bad("its block " + type + " is not Base64", "Copy the file anew");
        }
    }

    private String text() {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw bad("there is no such file", "Correct the path, or put the file there");
        } catch (IOException e) {
            String why = Files.isDirectory(path)
                    ? "it is a directory"
                    : "it cannot be read (" + e.getClass().getSimpleName() + ")";
            throw bad(why, "Name a file that this process may read");
        }
    }

    IllegalArgumentException bad(String why, String remedy) {
        return new IllegalArgumentException(
                RedisOptions.names(option) + "=" + path + " is not accepted: " + why + ". " + remedy);
    }
}
