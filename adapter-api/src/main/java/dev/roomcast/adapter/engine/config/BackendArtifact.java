package dev.roomcast.adapter.engine.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The artifacts of the project's own backends. An error names the artifact if a configured backend is not on the class
 * path.
 *
 * @param backend the name of its provider
 * @param variables the environment variables that configure it
 */
record BackendArtifact(String backend, List<String> variables) {

    static final List<BackendArtifact> ALL = List.of(
            new BackendArtifact("memory", List.of()), new BackendArtifact("redis", List.of("REDIS_URL", "REDIS_HOST")));

    static Optional<BackendArtifact> of(String backend) {
        return ALL.stream()
                .filter(artifact -> artifact.backend.equalsIgnoreCase(backend))
                .findFirst();
    }

    /** The backend that an option belongs to. */
    static Optional<BackendArtifact> ofKey(String key) {
        return ALL.stream().filter(artifact -> artifact.hasKey(key)).findFirst();
    }

    boolean hasKey(String key) {
        return key.startsWith("roomcast." + backend + ".")
                || key.startsWith("ROOMCAST_" + backend.toUpperCase(Locale.ROOT) + "_");
    }

    String remedy() {
        return "add the dependency dev.roomcast:roomcast-adapter-" + backend;
    }
}
