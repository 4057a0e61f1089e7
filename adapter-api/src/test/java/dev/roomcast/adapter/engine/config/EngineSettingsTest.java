package dev.roomcast.adapter.engine.config;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.engine.CapturedLog;
import dev.roomcast.adapter.spi.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("captures the log of the JVM")
class EngineSettingsTest {

    private static final Option<String> SECRET = Option.<String>of("roomcast.test.secret", "nothing", text -> {
                throw new IllegalArgumentException("not " + text);
            })
            .secret();

    private static final Option<Integer> PORT =
            Option.integer("roomcast.redis.port", 1, 65_535).alias("REDIS_PORT").or(6379);

    /** Of Services called roomcast, redis, roomcast-redis and roomcast-adapter. */
    private static final Map<String, String> SERVICES = Map.ofEntries(
            entry("ROOMCAST_SERVICE_HOST", "10.0.0.1"),
            entry("ROOMCAST_SERVICE_PORT", "8080"),
            entry("ROOMCAST_SERVICE_PORT_HTTP", "8080"),
            entry("ROOMCAST_PORT", "tcp://10.0.0.1:8080"),
            entry("ROOMCAST_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            entry("ROOMCAST_PORT_8080_TCP_PROTO", "tcp"),
            entry("ROOMCAST_PORT_8080_TCP_PORT", "8080"),
            entry("ROOMCAST_PORT_8080_TCP_ADDR", "10.0.0.1"),
            entry("ROOMCAST_PORT_9090_UDP", "udp://10.0.0.1:9090"),
            entry("REDIS_SERVICE_HOST", "10.0.0.2"),
            entry("REDIS_SERVICE_PORT", "6379"),
            entry("REDIS_PORT", "tcp://10.0.0.2:6379"),
            entry("REDIS_PORT_6379_TCP", "tcp://10.0.0.2:6379"),
            entry("ROOMCAST_REDIS_SERVICE_HOST", "10.0.0.3"),
            entry("ROOMCAST_REDIS_SERVICE_PORT", "6379"),
            entry("ROOMCAST_REDIS_PORT", "tcp://10.0.0.3:6379"),
            entry("ROOMCAST_REDIS_PORT_6379_TCP", "tcp://10.0.0.3:6379"),
            entry("ROOMCAST_REDIS_PORT_6379_TCP_PORT", "6379"),
            entry("ROOMCAST_ADAPTER_SERVICE_HOST", "10.0.0.4"),
            entry("ROOMCAST_ADAPTER_PORT", "tcp://10.0.0.4:80"));

    @Test
    void theFirstSourceWins() {
        EngineSettings settings = settings(
                ConfigSource.of("code", Map.of("roomcast.prefix", "from-code")),
                ConfigSource.ofEnvironment(Map.of("ROOMCAST_PREFIX", "from-environment", "ROOMCAST_NODE_NAME", "n")));
        assertEquals("from-code", settings.get(EngineOptions.PREFIX));
        assertEquals("n", settings.nodeName());
    }

    @Test
    void anEmptyValueIsNone() {
        EngineSettings settings = settings(
                ConfigSource.of("code", Map.of("roomcast.prefix", " ")),
                ConfigSource.of("file", Map.of("roomcast.prefix", "p")));
        assertEquals("p", settings.get(EngineOptions.PREFIX));
    }

    @Test
    void aLookUpIsEnough() {
        EngineSettings settings = settings(ConfigSource.ofLookup(
                "framework", key -> key.equals("roomcast.request.timeout") ? "3s" : null, List.of()));
        assertEquals(Duration.ofSeconds(3), settings.get(EngineOptions.REQUEST_TIMEOUT));
        assertEquals(Optional.empty(), settings.find(EngineOptions.HEARTBEAT_INTERVAL));
        assertEquals(Duration.ofSeconds(5), settings.get(EngineOptions.HEARTBEAT_INTERVAL));
    }

    @Test
    void anUnknownKeyIsNamedWithTheNearestOne() {
        String message = refusal(Map.of("roomcast.heartbeat.intervall", "1s"));
        assertEquals(
                "unknown key roomcast.heartbeat.intervall in test: did you mean roomcast.heartbeat.interval?", message);
    }

    @Test
    void aKeyIsNamedAsTheUserKnowsItsSource() {
        Map<String, String> typo = Map.of("roomcast.prefx", "p");
        assertEquals(
                "unknown system property roomcast.prefx: did you mean roomcast.prefix?",
                refusal(ConfigSource.ofSystemProperties(typo)));
        assertEquals(
                "unknown key roomcast.prefx in the given look-up: did you mean roomcast.prefix?",
                refusal(ConfigSource.ofLookup("the given look-up", typo::get, typo.keySet())));
        assertTrue(refusal(ConfigSource.ofEnvironment(Map.of("ROOMCAST_HEARTBEAT_INTERVAL", "often")))
                .endsWith("; it was set as environment variable ROOMCAST_HEARTBEAT_INTERVAL"));
        assertTrue(refusal(ConfigSource.ofSystemProperties(Map.of("roomcast.heartbeat.interval", "often")))
                .endsWith("; it was set as system property roomcast.heartbeat.interval"));
    }

    @Test
    void aLookUpMayHaveTheNamesOfTheEnvironmentToo() {
        Map<String, String> all =
                Map.of("roomcast.prefix", "p", "ROOMCAST_PREFX", "q", "spring.application.name", "a", "PATH", "/bin");
        assertEquals(
                List.of(
                        "Roomcast ignores unknown key ROOMCAST_PREFX in the given look-up: did you mean ROOMCAST_PREFIX?"),
                warnings(() -> settings(ConfigSource.ofLookup("the given look-up", all::get, all.keySet()))));
    }

    @Test
    void aKeyOfABackendThatIsNotThereIsNamedWithItsArtifact() {
        assertEquals(
                "unknown key roomcast.redis.url in test: add the dependency dev.roomcast:roomcast-adapter-redis",
                refusal(Map.of("roomcast.redis.url", "redis://h")));
    }

    @Test
    void anUnknownVariableOfTheEnvironmentIsOnlyWarnedOf() {
        assertEquals(
                List.of("Roomcast ignores unknown environment variable ROOMCAST_HEARTBEAT"),
                warnings(() -> settings(ConfigSource.ofEnvironment(Map.of("ROOMCAST_HEARTBEAT", "1s")))).stream()
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .toList());
    }

    @Test
    void theVariablesOfKubernetesServicesAreSilentAndConfigureNothing() {
        for (ConfigSource source : List.of(
                ConfigSource.ofEnvironment(SERVICES),
                ConfigSource.of("the given map", SERVICES),
                ConfigSource.ofLookup("the given look-up", SERVICES::get, SERVICES.keySet()),
                ConfigSource.ofLookup(
                        "relaxed",
                        key -> SERVICES.get(key.toUpperCase(Locale.ROOT).replace('.', '_')),
                        List.of()))) {
            List<EngineSettings> settings = new ArrayList<>();
            assertEquals(
                    List.of(),
                    warnings(() ->
                            settings.add(new EngineSettings(List.of(source), List.of(PORT, EngineOptions.ADAPTER)))));
            assertEquals(6379, settings.get(0).get(PORT), source.name());
            assertFalse(settings.get(0).isSet(PORT), source.name());
        }
    }

    @Test
    void aPortThatIsSetBesideAServiceOfTheSameNameIsUsed() {
        Map<String, String> variables = new HashMap<>(SERVICES);
        variables.put("ROOMCAST_REDIS_PORT", "7000");
        assertEquals(
                7000,
                new EngineSettings(List.of(ConfigSource.ofEnvironment(variables)), List.of(PORT, EngineOptions.ADAPTER))
                        .get(PORT));
    }

    @Test
    void anAddressInAKeyOfOursIsAnError() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new EngineSettings(
                        List.of(ConfigSource.of("file", Map.of(PORT.key(), "tcp://10.0.0.1:6379"))), List.of(PORT)));
        assertTrue(e.getMessage().contains(PORT.key() + "=tcp://10.0.0.1:6379"), e.getMessage());
    }

    @Test
    void aStandardNameIsParsedOnlyByWhoeverUsesIt() {
        EngineSettings settings =
                new EngineSettings(List.of(ConfigSource.ofEnvironment(Map.of("REDIS_PORT", "many"))), List.of(PORT));
        assertTrue(settings.isSet(PORT));
        String message = assertThrows(IllegalArgumentException.class, () -> settings.get(PORT))
                .getMessage();
        assertTrue(message.contains("REDIS_PORT"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1s", "0ms", "1 day", "99999999999999s", "PT-1S"})
    void aBadTimeIsNamedWithKeyValueAndWhatIsAccepted(String value) {
        String message = refusal(Map.of("roomcast.request.timeout", value));
        assertTrue(message.contains("roomcast.request.timeout=" + value), message);
        assertTrue(message.contains("expected a time such as 250ms"), message);
        assertTrue(message.contains("in test"), message);
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "5s,5000", "2m,120000", "1h,3600000", "PT0.25S,250", "700,700", " 5S ,5000"})
    void timesAreReadAsPeopleWriteThem(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), EngineOptions.REQUEST_TIMEOUT.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "16385", "1e3"})
    void aBadNumberIsNamedWithItsRange(String value) {
        String message = refusal(Map.of("roomcast.limit.name-bytes", value));
        assertTrue(message.contains("a whole number from 1 to 16384"), message);
    }

    @Test
    void theTimeoutIsLongerThanTheInterval() {
        String message = refusal(Map.of("roomcast.heartbeat.interval", "10s", "roomcast.heartbeat.timeout", "10s"));
        assertTrue(message.contains("roomcast.heartbeat.timeout"), message);
        assertTrue(message.contains("roomcast.heartbeat.interval"), message);
    }

    @Test
    void aBadSecretIsNeverShown() {
        List<Option<?>> options = new ArrayList<>(EngineOptions.ALL);
        options.add(SECRET);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new EngineSettings(
                        List.of(ConfigSource.of("test", Map.of("roomcast.test.secret", "s3cret"))), options));
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertFalse(t.toString().contains("s3cret"), t.toString());
        }
        assertTrue(e.getMessage().contains("roomcast.test.secret=<redacted>"), e.getMessage());
    }

    @Test
    void theHostsNameIsTheNodesName() {
        assertEquals(
                "web-7",
                settings(ConfigSource.ofEnvironment(Map.of("HOSTNAME", "web-7")))
                        .nodeName());
        assertFalse(settings().nodeName().isEmpty());
    }

    /** What is logged of the configuration, at level WARN or above. */
    private static List<String> warnings(Runnable action) {
        return CapturedLog.of(EngineSettings.class, action);
    }

    private static String refusal(Map<String, String> values) {
        return refusal(ConfigSource.of("test", values));
    }

    private static String refusal(ConfigSource source) {
        return assertThrows(IllegalArgumentException.class, () -> settings(source))
                .getMessage();
    }

    private static EngineSettings settings(ConfigSource... sources) {
        return new EngineSettings(List.of(sources), EngineOptions.ALL);
    }
}
