package dev.roomcast.adapter.redis.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.MapSettings;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemes, databases and parameters, as hosts write them for the clients of many languages. */
class RedisUrlTest {

    private static RedisUrl parse(String url, Option<?>... set) {
        return RedisUrl.parse(url, Set.of(set)::contains);
    }

    private static String refusal(String url, Option<?>... set) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> parse(url, set));
        assertNull(e.getCause());
        String message = String.valueOf(e.getMessage());
        assertFalse(message.contains("sEcret"), message);
        return message;
    }

    private static RedisConfiguration configuration(String... values) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            map.put(values[i], values[i + 1]);
        }
        return RedisConfiguration.of(new MapSettings("node", map));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://u:p@h:1, redis://h:1",
        "valkey://u:p@h:1, redis://h:1",
        "rediss://u:p@h:1, rediss://h:1",
        "valkeys://u:p@h:1, rediss://h:1",
        "VALKEYS://u:p@h:1, rediss://h:1",
        "redis+ssl://u:p@h:1, rediss://h:1",
        "'valkey://u:p@h:1,valkey://i:2', 'redis://h:1,redis://i:2'",
        "'redis-sentinel://h,i:1#m', 'redis://h:26379,redis://i:1#m'",
        "'rediss-sentinel://h,i:1#m', 'rediss://h:26379,rediss://i:1#m'",
        "'redis+sentinel://h,i:1/m', 'redis://h:26379,redis://i:1#m'",
        "'rediss+sentinel://h,i:1/m/0', 'rediss://h:26379,rediss://i:1#m'",
    })
    void schemes(String url, String site) {
        assertEquals(site, parse(url).site().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h, 0",
        "redis://h/, 0",
        "redis://h/0, 0",
        "redis://h/15, 15",
        "redis://h?db=2, 2",
        "redis://h/1?database=3, 3",
        "redis-sentinel://h/4#m, 4",
        "redis-sentinel://h/m/5, 5",
        "redis-sentinel://h/6?sentinelMasterId=m, 6",
    })
    void databasesAreKnownAndOfNoUse(String url, int database) {
        assertEquals(database, parse(url).database());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-sentinel://h?sentinelMasterId=m&timeout=5s",
                "redis-sentinel://h?timeout=5s&sentinelMasterId=m",
                "redis-sentinel://h/0?timeout=5s#m",
                "redis+sentinel://h/m?timeout=5s",
            })
    void parametersAreNoPartOfTheMastersName(String url) {
        RedisUrl parsed = parse(url);
        assertEquals("m", parsed.site().master());
        assertEquals("5s", parsed.parameters().options().get(RedisOptions.COMMAND_TIMEOUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-sentinel://h#m?timeout=5s", "redis-sentinel://h#a%20b", "redis-sentinel://h#a/b"})
    void whatSentinelWouldNotTakeIsNoNameOfAMaster(String url) {
        assertTrue(refusal(url).contains("the name of its master"), url);
    }

    @Test
    void aTimeoutIsThatOfConnectionsAndCommands() {
        Settings settings =
                configuration("roomcast.redis.url", "redis://h?timeout=7s").settings();
        assertEquals(Duration.ofSeconds(7), settings.get(RedisOptions.CONNECT_TIMEOUT));
        assertEquals(Duration.ofSeconds(7), settings.get(RedisOptions.COMMAND_TIMEOUT));
        assertTrue(settings.isSet(RedisOptions.COMMAND_TIMEOUT));

        Settings own = configuration(
                        "roomcast.redis.url", "redis://h?timeout=7s", "roomcast.redis.command-timeout", "2s")
                .settings();
        assertEquals(Duration.ofSeconds(7), own.get(RedisOptions.CONNECT_TIMEOUT));
        assertEquals(Duration.ofSeconds(2), own.get(RedisOptions.COMMAND_TIMEOUT));
        assertEquals(RedisOptions.MAX_RETRIES.fallback().orElseThrow(), own.get(RedisOptions.MAX_RETRIES));
    }

    @Test
    void aProtocolIsChosen() {
        assertEquals(
                RedisProtocol.RESP2,
                configuration("roomcast.redis.url", "redis://h?protocol=2")
                        .settings()
                        .get(RedisOptions.PROTOCOL));
        assertEquals(
                RedisProtocol.RESP3,
                configuration("roomcast.redis.url", "redis://h?protocol=3")
                        .settings()
                        .get(RedisOptions.PROTOCOL));
        assertTrue(refusal("redis://h?protocol=4").contains("its parameter protocol is refused: it is not 2 or 3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "family=0",
                "family=6",
                "clientName=app",
                "client_name=app",
                "max_connections=20",
                "socket_timeout=5",
                "health_check_interval=30",
                "decode_responses=True",
                "retry_on_timeout=true",
                "keyPrefix=a:",
                "lazyConnect=true",
                "pool_size=10",
            })
    void whatIsHarmlessIsPassedOver(String parameter) {
        String name = parameter.substring(0, parameter.indexOf('='));
        assertEquals(
                List.of(name), parse("rediss://h?" + parameter).parameters().passedOver());
        assertEquals(
                List.of(name, "x"),
                parse("redis://h/0?" + parameter + "&x=1").parameters().passedOver());
    }

    @Test
    void aTimeoutWithoutAUnitIsPassedOver() {
        UrlParameters parameters = parse("redis://h?timeout=5").parameters();
        assertEquals(Map.of(), parameters.options());
        assertEquals(List.of("timeout (without a unit, such as 5s)"), parameters.passedOver());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://h?tls=true",
                "redis://h?ssl=1",
                "rediss://h?ssl=false",
                "rediss://h?ssl_min_version=sEcret",
                "redis://h?username=sEcret",
                "redis://h?password=sEcret",
                "redis://h?auth=sEcret",
                "redis://h?sentinel_password=sEcret",
                "redis://h?addr=sEcret:1",
                "redis://h?host[]=sEcret",
                "redis://h?redis_cluster=1",
                "redis://h?role=slave",
                "redis://h?readonly=1",
                "redis://h?master_name=sEcret",
                "redis://h?timeout=sEcret",
            })
    void whatWouldChangeLoginServersOrSecurityIsRefusedByName(String url) {
        String name = url.substring(url.indexOf('?') + 1, url.indexOf('='));
        assertTrue(refusal(url).contains("its parameter " + name + " is refused: "), url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl_cert_reqs=none",
                "ssl_cert_reqs=CERT_NONE",
                "verifyPeer=NONE",
                "verifyPeer=false",
                "verifyPeer=CA",
                "ssl_check_hostname=false",
                "rejectUnauthorized=false",
                "skip_verify=true",
                "tls_insecure=1",
            })
    void lessChecksAreOnlyBelievedToAnOptionOfTheirOwn(String parameter) {
        assertTrue(refusal("rediss://h?" + parameter).contains("roomcast.redis.tls.verify (REDIS_TLS_VERIFY)"));
        assertEquals(
                1,
                parse("rediss://h?" + parameter, RedisOptions.TLS_VERIFY)
                        .parameters()
                        .passedOver()
                        .size());
        assertEquals(List.of(), parse("redis://h?" + parameter).parameters().passedOver());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl_cert_reqs=required",
                "verifyPeer=FULL",
                "ssl_check_hostname=true",
                "skip_verify=false",
                "rejectUnauthorized=true",
                "ssl=true",
                "tls=1",
            })
    void whatIsDoneAnywayNeedsNoWord(String parameter) {
        assertEquals(List.of(), parse("rediss://h?" + parameter).parameters().passedOver());
    }

    @Test
    void filesOfTlsAreOptionsOfTheirOwn() {
        assertTrue(refusal("rediss://h?ssl_ca_certs=sEcret").contains("REDIS_TLS_CA"));
        assertTrue(refusal("rediss://h?ssl_certfile=sEcret").contains("REDIS_TLS_CERTIFICATE"));
        assertTrue(refusal("rediss://h?ssl_keyfile=sEcret").contains("REDIS_TLS_KEY"));
        assertEquals(
                List.of("ssl_ca_certs (roomcast.redis.tls.ca wins)"),
                parse("rediss://h?ssl_ca_certs=a.pem", RedisOptions.TLS_CA)
                        .parameters()
                        .passedOver());
    }

    @ParameterizedTest
    @CsvSource({
        "https://sEcret@h, HTTP",
        "\"redis://:sEcret@h\", quotation marks",
        "unix:///sEcret, Unix domain socket",
        "redis-socket:///sEcret, Unix domain socket",
        "'sEcret.redis.cache.windows.net:6380,password=sEcret,ssl=True', begin with redis://",
        "redis://:ab/sEcret@h:6379, %2F",
        "redis://u:12?sEcret@h:6379, %3F",
        "redis://u:ab#sEcret@h:6379, %23",
        "redis://h#m, redis-sentinel://",
        "redis://h?sentinelMasterId=m, redis-sentinel://",
    })
    void errorsSayWhatToDo(String url, String remedy) {
        assertTrue(refusal(url).contains(remedy), refusal(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:6380", "redis:6380", "[::1]:6380"})
    void aHostWithAPortIsRefused(String host) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> configuration("roomcast.redis.host", host));
        assertTrue(
                String.valueOf(e.getMessage()).contains("its port belongs in roomcast.redis.port (REDIS_PORT)=6380"),
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]", "2001:db8::7:6380", "redis"})
    void anAddressOfIpv6HasColonsOfItsOwn(String host) {
        assertEquals(
                host.replaceAll("[\\[\\]]", ""),
                configuration("roomcast.redis.host", host)
                        .site()
                        .servers()
                        .get(0)
                        .host());
    }

    @Test
    void singleValuesBesideAUrlAreNotRead() {
        assertEquals(
                "redis://h:6379",
                configuration("roomcast.redis.url", "redis://h", "roomcast.redis.port", "tcp://10.0.0.1:6379")
                        .site()
                        .toString());
    }
}
