package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.cluster.TransportProvider;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which backend was chosen, and why.
 *
 * @param provider the backend
 * @param reason for people: "because REDIS_URL is set"
 * @param isWarning whether somebody may have wanted another one
 */
record Choice(TransportProvider provider, String reason, boolean isWarning) {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");
    private static final String AUTO = "auto";
    private static final String MEMORY = "memory";
    private static final String PRODUCTION = "production";

    static Choice of(EngineSettings settings, List<TransportProvider> providers) {
        String wanted = settings.get(EngineOptions.ADAPTER);
        if (!wanted.equals(AUTO)) {
            return new Choice(named(wanted, providers), "because " + EngineOptions.ADAPTER + " says so", false);
        }
        for (TransportProvider provider : providers) {
            Optional<String> detected = provider.detect(settings);
            if (detected.isPresent()) {
                return ofDetected(provider, detected.get(), settings, providers);
            }
        }
        String known = providers.stream().map(TransportProvider::name).collect(Collectors.joining(", "));
        String reason = "because no broker is configured (backends on the class path: " + known + ")";
        return new Choice(named(MEMORY, providers), reason, false);
    }

    private static Choice ofDetected(
            TransportProvider detected, String why, EngineSettings settings, List<TransportProvider> providers) {
        for (String name : EngineOptions.ENVIRONMENT_NAMES) {
            Optional<String> environment = settings.variable(name);
            if (environment.isPresent() && !environment.get().equals(PRODUCTION)) {
                String reason = "although " + why + ", because " + name + " is " + environment.get() + " and not "
                        + PRODUCTION + "; set " + EngineOptions.ADAPTER + "=" + detected.name() + " to use it";
                return new Choice(named(MEMORY, providers), reason, true);
            }
        }
        return new Choice(detected, "because " + why, false);
    }

    private static TransportProvider named(String name, List<TransportProvider> providers) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> notThere(name, providers));
    }

    private static RuntimeException notThere(String name, List<TransportProvider> providers) {
        String there = providers.stream().map(TransportProvider::name).collect(Collectors.joining(", "));
        return new IllegalStateException("there is no backend " + name + " on the class path (there are: " + there
                + "): add the dependency dev.roomcast:roomcast-adapter-" + name + ", or set " + EngineOptions.ADAPTER
                + " to one that is there");
    }

    /** "Redis", for "Redis adapter setup failed". */
    String displayName() {
        String name = provider.name();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** "RedisAdapter". */
    String adapterName() {
        return displayName() + "Adapter";
    }

    void log(boolean alone) {
        String mode = alone ? " in single-instance mode" : "";
        if (isWarning) {
            log.warn("Roomcast uses {}{}, {}", adapterName(), mode, reason);
        } else {
            log.info("Roomcast uses {}{}, {}", adapterName(), mode, reason);
        }
    }
}
