package dev.roomcast.adapter.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.slf4j.Logger;

/**
 * The engine with a defect: some of its sources are changed, compiled, and loaded beside the others, so that the engine itself needs no
 * door for tests. A change whose text is not there any more is an error.
 */
final class Mutant {

    private static final Path SOURCES = Path.of("src/main/java/dev/roomcast/adapter/engine");
    private static final String PACKAGE = "dev.roomcast.adapter.engine.";

    /** One text of one class that becomes another. */
    record Change(String type, String text, String becomes) {}

    /** One for all calls: what is compiled while it runs stays fast. */
    private final Loader loader;

    private Mutant(Path classes) {
        this.loader = new Loader(classes);
    }

    static Mutant of(Path directory, List<Change> changes) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Change change : changes) {
            String file = change.type() + ".java";
            String source = sources.containsKey(file) ? sources.get(file) : Files.readString(find(file));
            Assertions.assertEquals(
                    2,
                    source.split(Pattern.quote(change.text()), -1).length,
                    "how often it is there, and one more: " + change);
            sources.put(file, source.replace(change.text(), change.becomes()));
        }
        List<String> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            files.add(Files.writeString(directory.resolve(source.getKey()), source.getValue())
                    .toString());
        }
        compile(directory, files);
        return new Mutant(directory);
    }

    /** The packages of the engine have no class name in common. */
    private static Path find(String file) throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(path -> path.endsWith(file)).findFirst().orElseThrow(() -> new IOException("no " + file));
        }
    }

    private static void compile(Path into, List<String> files) {
        String classPath = Stream.of(Engine.class, Logger.class, Nullable.class)
                .map(Mutant::place)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> arguments =
                new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", into.toString(), "-cp", classPath));
        arguments.addAll(files);
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        Assertions.assertEquals(0, compiler.run(out, out, arguments.toArray(new String[0])), messages::toString);
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls a static method without parameters of a class of this package, with the mutant in the place of the engine. */
    String call(String type, String method, long seed, int steps) throws ReflectiveOperationException {
        Method called = loader.loadClass(PACKAGE + type).getDeclaredMethod(method, long.class, int.class);
        called.setAccessible(true);
        try {
            return (String) called.invoke(null, seed, steps);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Has its own copy of everything in the engine's package. */
    private static final class Loader extends ClassLoader {

        private final Path changed;

        Loader(Path changed) {
            super(Mutant.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith(PACKAGE)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try {
                byte[] bytes = bytes(name.substring(PACKAGE.length()).replace('.', '/') + ".class");
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        private byte[] bytes(String file) throws IOException {
            Path other = changed.resolve(PACKAGE.replace('.', '/')).resolve(file);
            if (Files.exists(other)) {
                return Files.readAllBytes(other);
            }
            try (InputStream in = Mutant.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IOException("no " + file);
                }
                return in.readAllBytes();
            }
        }
    }
}
