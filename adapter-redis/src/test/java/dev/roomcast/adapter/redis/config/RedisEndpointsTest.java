package dev.roomcast.adapter.redis.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.roomcast.adapter.redis.MapSettings;
import dev.roomcast.adapter.redis.RedisTransportProvider;
import dev.roomcast.adapter.spi.Option;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisEndpointsTest {

    private static RedisAddress of(String... values) {
        return RedisConfiguration.of(settings(values)).site().servers().get(0);
    }

    /** Without any option that has a value of its own. */
    private static RedisUrl parse(String url) {
        return RedisUrl.parse(url, option -> false);
    }

    private static MapSettings settings(String... values) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            map.put(values[i], values[i + 1]);
        }
        return new MapSettings("node", map);
    }

    @Test
    void whatTheUrlOverridesIsNotParsed() {
        assertEquals(
                7000,
                of("roomcast.redis.url", "redis://h:7000", "roomcast.redis.port", "many")
                        .port());
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost, redis, localhost, 6379, '', ''",
        "redis://my_redis:7000/, redis, my_redis, 7000, '', ''",
        "REDIS://10.0.0.1:7000/15, redis, 10.0.0.1, 7000, '', ''",
        "rediss://cache.example, rediss, cache.example, 6379, '', ''",
        "redis://[::1]:6380, redis, ::1, 6380, '', ''",
        "redis://[2001:db8::7], redis, 2001:db8::7, 6379, '', ''",
        "redis://secret@h, redis, h, 6379, '', secret",
        "redis://:secret@h, redis, h, 6379, '', secret",
        "redis://default:se:cret@h:1, redis, h, 1, default, se:cret",
        "redis://us%40er:p%40%2F+%25@h:1, redis, h, 1, us@er, p@/+%",
        "redis://u:p@ss@h, redis, h, 6379, u, p@ss",
    })
    void urlsAreRead(String url, String scheme, String host, int port, String username, String password) {
        RedisEndpoints site = parse(url).site();
        assertEquals(RedisEndpoints.Kind.SINGLE, site.kind());
        RedisAddress address = site.servers().get(0);
        assertEquals(scheme, address.scheme());
        assertEquals(host, address.host());
        assertEquals(port, address.port());
        assertEquals(username, address.username());
        assertEquals(password, address.password());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sEcret",
                "http://u:sEcret@h",
                "redis://",
                "redis://u:sEcret@",
                "redis://u:sEcret@h:0",
                "redis://u:sEcret@h:65536",
                "redis://u:sEc/ret@h:6379",
                "redis://u:sEc#ret@h",
                "redis://u:sEcret%zz@h",
                "redis://u:sEcret@h/zero",
                "redis://u:sEcret@h?timeout=sEcret",
                "redis://u:sEcret@h?sEcret",
                "redis://u:12?sEcret@h:6379",
                "redis://u:12/sEcret@h:6379",
                "redis://u:12#sEcret@h:6379",
                "redis://:sEc/ret@h:6379",
                "redis://u:sEcret@h?x=1#m",
                "redis://u:sEcret@h?sEc%20ret=1",
                "redis://u:sEcret@h h",
                "redis://u:sEcret@a:1,v:sEcret@b:2",
                "redis://a:1,u:sEcret@b:2",
                "redis://u:sEc,ret@b:2",
                "redis://u:sEcret@a:1,",
                "redis-sentinel://u:sEcret@a:1,b:2/0",
                "redis-sentinel://u:sEcret@a:1,b:2/0#",
                "redis-sentinel://u:sEcret@a:1,b:2/0#%zz",
            })
    void badUrlsAreRefusedWithoutBeingShown(String url) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> of("roomcast.redis.url", url));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("roomcast.redis.url (REDIS_URL)"), message);
        assertFalse(message.contains("sEc"), message);
        assertNull(e.getCause());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://u:p@a:1,b:2,c",
                "redis://u:p@a:1,redis://b:2,redis://c:6379/",
                "redis://u:p@a:1,b:2,c/0",
                "redis://u:p@a:1,redis://u:p@b:2,u:p@c",
            })
    void severalServersAreACluster(String url) {
        assertEquals(
                new RedisEndpoints(
                        RedisEndpoints.Kind.CLUSTER,
                        List.of(
                                new RedisAddress("redis", "a", 1, "u", "p"),
                                new RedisAddress("redis", "b", 2, "u", "p"),
                                new RedisAddress("redis", "c", 6379, "u", "p")),
                        ""),
                parse(url).site());
    }

    @Test
    void oneServerIsAClusterIfTheConfigurationSaysSo() {
        RedisEndpoints site = RedisConfiguration.of(
                        settings("roomcast.redis.url", "rediss://h:7000", "roomcast.redis.cluster", "true"))
                .site();
        assertEquals(RedisEndpoints.Kind.CLUSTER, site.kind());
        assertEquals(List.of(new RedisAddress("rediss", "h", 7000, "", "")), site.servers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-sentinel://u:p@a:1,b#my.master",
                "redis-sentinel://u:p@a:1,b/0#my.master",
                "redis-sentinel://u:p@a:1,b?sentinelMasterId=my.master",
            })
    void sentinelsNameAMaster(String url) {
        assertEquals(
                new RedisEndpoints(
                        RedisEndpoints.Kind.SENTINEL,
                        List.of(
                                new RedisAddress("redis", "a", 1, "u", "p"),
                                new RedisAddress("redis", "b", 26_379, "u", "p")),
                        "my.master"),
                parse(url).site());
    }

    @Test
    void sentinelsAreNoCluster() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> of("roomcast.redis.url", "redis-sentinel://a#m", "roomcast.redis.cluster", "true"));
        assertTrue(String.valueOf(e.getMessage()).contains("roomcast.redis.cluster=true is not accepted"));
    }

    @Test
    void aSecretIsNeverShown() {
        assertEquals("rediss://h:6379", parse("rediss://user:secret@h").site().toString());
        assertEquals("redis://[::1]:6379", parse("redis://[::1]").site().toString());
        assertTrue(RedisOptions.URL.isSecret());
        assertTrue(RedisOptions.PASSWORD.isSecret());
    }

    @Test
    void theUrlWins() {
        RedisAddress address = of(
                "roomcast.redis.url", "redis://a:7000",
                "roomcast.redis.host", "b",
                "roomcast.redis.password", "secret");
        assertEquals(new RedisAddress("redis", "a", 7000, "", ""), address);
    }

    @Test
    void singleValuesDo() {
        assertEquals(
                new RedisAddress("redis", "::1", 7000, "alice", "p@ss"),
                of(
                        "roomcast.redis.host", "[::1]",
                        "roomcast.redis.port", "7000",
                        "roomcast.redis.username", "alice",
                        "roomcast.redis.password", "p@ss"));
        assertEquals(new RedisAddress("redis", "localhost", 6379, "", ""), of());
    }

    @Test
    void aUrlInThePlaceOfAHostIsRefused() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> of("roomcast.redis.host", "redis://u:secret@h"));
        assertFalse(String.valueOf(e.getMessage()).contains("secret"));
        assertTrue(String.valueOf(e.getMessage()).contains("belongs in roomcast.redis.url (REDIS_URL)"));
    }

    @Test
    void aRedisIsDetectedByItsUrlOrHost() {
        RedisTransportProvider provider = new RedisTransportProvider();
        assertEquals(Optional.empty(), provider.detect(settings("roomcast.redis.port", "7000")));
        assertTrue(provider.detect(settings("roomcast.redis.url", "redis://h"))
                .orElseThrow()
                .contains("REDIS_URL"));
        assertTrue(provider.detect(settings("roomcast.redis.host", "h"))
                .orElseThrow()
                .contains("REDIS_HOST"));
    }

    @Test
    void optionsHaveKeysOfOursAndDescriptions() {
        for (Option<?> option : new RedisTransportProvider().options()) {
            assertTrue(option.key().startsWith("roomcast.redis."), option.key());
            assertFalse(option.description().isEmpty(), option.key());
        }
    }
}
