package dev.roomcast.adapter.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The engine and the Redis transport as they were in an earlier commit: taken from the repository, and compiled. */
final class EarlierRelease {

    /** The last commit before nodes agreed on a version of the wire. */
    static final String BEFORE_VERSIONS = "59cc0950709219409ebe7ac10e2512cc084469ce";

    /** The last commit before nodes told each other whom they receive. */
    static final String BEFORE_RECEIPTS = "41ceecf328b281df0c04d65aa469d06b309b775f";

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();
    private static final List<String> SOURCES = List.of("adapter-api/src/main", "adapter-redis/src/main");

    private final Path classes;

    private EarlierRelease(Path classes) {
        this.classes = classes;
    }

    /** What {@code -Droomcast.earlier=COMMIT-OR-TAG} asks for, or those commits before which the wire was another one. */
    static List<String> commits() {
        String asked = System.getProperty("roomcast.earlier", "");
        return asked.isEmpty() ? List.of(BEFORE_VERSIONS, BEFORE_RECEIPTS) : List.of(asked);
    }

    /**
     * Builds the release of a commit. One that was asked for must be there. Without that property a copy of the sources without their
     * history is no defect: there the test is skipped, with the remedy as its reason.
     */
    static EarlierRelease build(String commit, Path directory) throws IOException, InterruptedException {
        String lack = "commit " + commit + " is not in " + ROOT + ": fetch it by `git fetch --unshallow --tags`";
        boolean isThere = git("cat-file", "-e", commit + "^{commit}") == 0;
        if (System.getProperty("roomcast.earlier", "").isEmpty()) {
            Assumptions.assumeTrue(isThere, lack);
        }
        Assertions.assertTrue(isThere, lack);
        Path archive = directory.resolve("sources.zip");
        List<String> export = new ArrayList<>(List.of("archive", "--format=zip", "-o", archive.toString(), commit));
        export.addAll(SOURCES);
        Assertions.assertEquals(0, git(export.toArray(new String[0])), "the status of git archive");
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(unpack(archive, directory.resolve("sources"), classes), classes);
        return new EarlierRelease(classes);
    }

    private static int git(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", ROOT.toString()));
        command.addAll(List.of(arguments));
        try {
            Process git = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return git.waitFor();
        } catch (IOException noGit) {
            return -1;
        }
    }

    /** Returns the Java sources; resources go where the classes go. Modules are left out, as all goes on one class path. */
    private static List<Path> unpack(Path archive, Path sources, Path classes) throws IOException {
        List<Path> java = new ArrayList<>();
        try (InputStream file = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                boolean isSource = name.endsWith(".java") && !name.endsWith("module-info.java");
                String root = isSource ? "/src/main/java/" : "/src/main/resources/";
                if (entry.isDirectory() || !name.contains(root)) {
                    continue;
                }
                Path to = (isSource ? sources : classes).resolve(name.substring(name.indexOf(root) + root.length()));
                Files.createDirectories(to.getParent());
                Files.write(to, zip.readAllBytes());
                if (isSource) {
                    java.add(to);
                }
            }
        }
        return java;
    }

    private static void compile(List<Path> sources, Path into) {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", into.toString()));
        arguments.addAll(List.of("-cp", join(libraries())));
        sources.forEach(source -> arguments.add(source.toString()));
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        Assertions.assertEquals(0, compiler.run(out, out, arguments.toArray(new String[0])), messages::toString);
    }

    /** A class path on which this release takes the place of today's; {@link ReleaseNode}, which is a test's, is on it. */
    String classPath() throws Exception {
        Set<String> all = new LinkedHashSet<>();
        all.add(classes.toString());
        all.add(Path.of(ReleaseNode.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString());
        all.addAll(libraries());
        return join(all);
    }

    /** What this test runs with, but for what this project builds. */
    private static Set<String> libraries() {
        return Stream.of("jdk.module.path", "java.class.path", "surefire.test.class.path")
                .map(key -> System.getProperty(key, ""))
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .filter(entry -> entry.endsWith(".jar") && !entry.contains("roomcast-") && !entry.contains("surefire"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String join(Set<String> entries) {
        return String.join(File.pathSeparator, entries);
    }
}
