package dev.roomcast.adapter.redis.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of Lettuce and Netty that do not fit together, or not with Roomcast, are named when the adapter is opened. */
class LibraryVersionsTest {

    private static LibraryVersions of(String lettuce, String netty) {
        return new LibraryVersions(lettuce, netty, netty);
    }

    private static String refusal(String lettuce, String netty, boolean isNetty42) {
        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> of(lettuce, netty).requireCompatible(lettuce.startsWith("7"), isNetty42));
        return String.valueOf(e.getMessage());
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    /** The build says which versions it has put on the class path; see pom.xml and library-sets/pom.xml. */
    @Test
    void theVersionsThatAreLoadedAreFound() {
        LibraryVersions found = LibraryVersions.found();
        assertEquals(System.getProperty("roomcast.test.lettuce"), found.lettuce());
        assertEquals(System.getProperty("roomcast.test.netty"), found.transport());
        assertEquals(System.getProperty("roomcast.test.netty"), found.handler());
        assertEquals(found.lettuce().startsWith("7."), LibraryVersions.isLettuce7());
        found.requireCompatible();
    }

    @Test
    void lettuce7OnNetty41IsRefusedWithBothVersionsAndTheRemedy() {
        assertSays(
                refusal("7.7.0.RELEASE", "4.1.128.Final", false),
                "Lettuce 7.7.0.RELEASE needs Netty 4.2",
                "netty-transport is 4.1.128.Final",
                "<netty.version>4.2.19.Final</netty.version>",
                "<lettuce.version>6.6.0.RELEASE</lettuce.version>",
                "io.netty:netty-bom:4.2.19.Final",
                "<dependencyManagement>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.5.5.RELEASE", "6.3.2.RELEASE", "5.3.7.RELEASE"})
    void anOlderLettuceThan66IsRefused(String lettuce) {
        assertSays(
                refusal(lettuce, "4.1.128.Final", false),
                "Lettuce " + lettuce + " is too old",
                "<lettuce.version>6.6.0.RELEASE</lettuce.version>");
    }

    @ParameterizedTest
    @CsvSource({
        "6.6.0.RELEASE, 4.1.128.Final",
        "6.8.1.RELEASE, 4.2.7.Final",
        "7.0.0.RELEASE, 4.2.4.Final",
        "7.10.0.RELEASE, 4.2.19.Final",
        "6.10.0.BUILD-SNAPSHOT, 4.1.128.Final",
        LibraryVersions.UNKNOWN + ", " + LibraryVersions.UNKNOWN
    })
    void othersAreAccepted(String lettuce, String netty) {
        assertDoesNotThrow(
                () -> of(lettuce, netty).requireCompatible(lettuce.startsWith("7"), !netty.startsWith("4.1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.1.128.Final", "4.1.136.Final", "4.2.7.Final", "4.2.16.Final", "4.2"})
    void anOlderNettyIsWarnedOfWhereHostNamesAreChecked(String netty) {
        assertSays(
                of("6.6.0.RELEASE", netty).hostNameWarning().orElseThrow(),
                "roomcast.redis.tls.verify (REDIS_TLS_VERIFY)=full",
                "netty-handler " + netty + " (with Lettuce 6.6.0.RELEASE)",
                "4.2.17.Final",
                "4.1.137.Final",
                "<netty.version>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.1.137.Final", "4.2.17.Final", "4.2.19.Final", "4.3.0.Final", LibraryVersions.UNKNOWN})
    void aNewerNettyIsNot(String netty) {
        assertTrue(of("7.7.0.RELEASE", netty).hostNameWarning().isEmpty());
    }
}
