package dev.roomcast.adapter.engine.config;

import dev.roomcast.adapter.spi.TransportProvider;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The selected backend, and the reason.
 *
 * @param provider the backend
 * @param reason for people: "because REDIS_URL is set"
 * @param unused a configured backend that is not used, with the remedy, if it may be a mistake
 */
public record BackendSelection(TransportProvider provider, String reason, Optional<String> unused) {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");
    private static final String AUTO = "auto";
    private static final String MEMORY = "memory";

    public static BackendSelection of(EngineSettings settings, List<TransportProvider> providers) {
        String wanted = settings.get(EngineOptions.ADAPTER);
        if (!wanted.equalsIgnoreCase(AUTO)) {
            TransportProvider provider = named(wanted, providers);
            Optional<String> unread =
                    provider.detect(settings).isPresent() ? Optional.empty() : unread(provider, settings);
            return new BackendSelection(provider, "because " + EngineOptions.ADAPTER + " says so", unread);
        }
        for (TransportProvider provider : providers) {
            Optional<String> detected = provider.detect(settings);
            if (detected.isPresent()) {
                return ofDetected(provider, detected.get(), settings, providers);
            }
        }
        String reason = "because no broker is configured (backends on the class path: " + names(providers) + ")";
        Optional<String> unused = providers.stream()
                .flatMap(provider -> unread(provider, settings).stream())
                .findFirst()
                .or(() -> missing(settings, providers));
        return new BackendSelection(memory(providers, reason), reason, unused);
    }

    private static BackendSelection ofDetected(
            TransportProvider detected, String why, EngineSettings settings, List<TransportProvider> providers) {
        for (String name : EngineOptions.ENVIRONMENT_NAMES) {
            Optional<String> environment =
                    settings.variable(name).map(String::strip).filter(BackendSelection::isWithoutBroker);
            if (environment.isPresent()) {
                String reason = "because " + name + " is " + environment.get();
                String unused =
                        why + " and not used: set " + EngineOptions.ADAPTER + "=" + detected.name() + " to use it";
                return new BackendSelection(memory(providers, reason), reason, Optional.of(unused));
            }
        }
        return new BackendSelection(detected, "because " + why, Optional.empty());
    }

    private static boolean isWithoutBroker(String environment) {
        return EngineOptions.ENVIRONMENTS_WITHOUT_BROKER.contains(environment.toLowerCase(Locale.ROOT));
    }

    /** What the environment says to this backend, if nothing else does and the environment is not read. */
    private static Optional<String> unread(TransportProvider provider, EngineSettings settings) {
        return provider.detect(settings.ofEnvironment())
                .map(why -> why + " in the environment and not used: AdapterConfig.fromEnvironment() reads it, "
                        + settings.sourceNames() + " not");
    }

    /** A broker that is configured, whose backend is not there. */
    private static Optional<String> missing(EngineSettings settings, List<TransportProvider> providers) {
        return BackendArtifact.ALL.stream()
                .filter(artifact -> find(artifact.backend(), providers).isEmpty())
                .flatMap(artifact -> artifact.variables().stream()
                        .filter(variable -> settings.variable(variable).isPresent())
                        .map(variable -> variable + " is set and not used: " + artifact.remedy()))
                .findFirst();
    }

    private static TransportProvider memory(List<TransportProvider> providers, String why) {
        return find(MEMORY, providers).orElseThrow(() -> notThere(MEMORY, ", which is used " + why, providers));
    }

    private static TransportProvider named(String name, List<TransportProvider> providers) {
        return find(name, providers).orElseThrow(() -> notThere(name, "", providers));
    }

    private static Optional<TransportProvider> find(String name, List<TransportProvider> providers) {
        return providers.stream()
                .filter(provider -> provider.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static RuntimeException notThere(String name, String why, List<TransportProvider> providers) {
        String remedy = BackendArtifact.of(name).map(BackendArtifact::remedy).orElse("add the artifact that brings it");
        return new IllegalStateException("there is no backend " + name + " on the class path" + why + " (there are: "
                + names(providers) + "): " + remedy + ", or set " + EngineOptions.ADAPTER + " to one that is there");
    }

    private static String names(List<TransportProvider> providers) {
        return providers.stream().map(TransportProvider::name).collect(Collectors.joining(", "));
    }

    /** "Redis", for "Redis adapter setup failed". */
    public String displayName() {
        String name = provider.name();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** "RedisAdapter". */
    public String adapterName() {
        return displayName() + "Adapter";
    }

    /** For health: what may surprise comes first. */
    public String description(boolean alone) {
        return unused.map(what -> what + ". ").orElse("") + adapterName() + mode(alone) + ", " + reason;
    }

    public void log(boolean alone) {
        String line = "Roomcast uses " + adapterName() + mode(alone) + ", " + reason;
        unused.ifPresentOrElse(what -> log.warn("{}; {}", line, what), () -> log.info(line));
    }

    private static String mode(boolean alone) {
        return alone ? " in single-instance mode" : "";
    }
}
