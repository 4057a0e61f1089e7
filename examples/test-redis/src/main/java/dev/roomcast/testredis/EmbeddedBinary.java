package dev.roomcast.testredis;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The redis-server inside the jar of {@code org.signal:embedded-redis}. */
final class EmbeddedBinary {
    private static final String PREFIX = "redis-server-7.0.15-";

    /** What this JVM has unpacked, by resource: a hash of several megabytes for each server took longer than its start. */
    private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

    private EmbeddedBinary() {}

    /**
     * Returns the name of the resource for a platform, if the jar has one.
     *
     * @param system as {@code os.name} has it
     * @param architecture as {@code os.arch} has it
     */
    static Optional<String> resource(String system, String architecture) {
        return system(system)
                .flatMap(name -> architecture(architecture).map(cpu -> PREFIX + name + "-" + cpu))
                .filter(name -> EmbeddedBinary.class.getResource("/" + name) != null);
    }

    /** Unpacks a resource into this user's own directory beside other temporary files, unless it is there already. */
    static Path unpack(String resource) {
        String directory = "roomcast-redis-binaries-" + System.getProperty("user.name");
        return UNPACKED.compute(
                resource,
                (name, known) -> known != null && Files.isExecutable(known)
                        ? known
                        : unpack(name, Path.of(System.getProperty("java.io.tmpdir"), directory)));
    }

    /**
     * Unpacks a resource into a directory. Other JVMs may do the same at the same time: the name tells the content, and
     * a file has its name only once it is complete, so no one executes what another one is writing.
     */
    static Path unpack(String resource, Path directory) {
        try {
            byte[] content = content(resource);
            Path file = directory.resolve(resource + "-" + hash(content));
            if (!isComplete(file, content)) {
                createPrivate(directory);
                Path written = Files.createTempFile(directory, resource, ".part");
                Files.write(written, content);
                Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwx------"));
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded redis-server cannot be unpacked into " + directory, e);
        }
    }

    private static byte[] content(String resource) throws IOException {
        try (InputStream in = requireNonNull(EmbeddedBinary.class.getResourceAsStream("/" + resource), resource)) {
            return in.readAllBytes();
        }
    }

    /** The content is compared, as a temporary directory is open to other hands. */
    private static boolean isComplete(Path file, byte[] content) throws IOException {
        return Files.isExecutable(file) && Arrays.equals(Files.readAllBytes(file), content);
    }

    private static void createPrivate(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java has SHA-256", e);
        }
    }

    private static Optional<String> system(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("linux")) {
            return Optional.of("linux");
        }
        return lower.startsWith("mac") ? Optional.of("darwin") : Optional.empty();
    }

    private static Optional<String> architecture(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Optional.of("amd64");
            case "aarch64", "arm64" -> Optional.of("arm64");
            case "x86", "i386", "i686" -> Optional.of("386");
            default -> Optional.empty();
        };
    }
}
