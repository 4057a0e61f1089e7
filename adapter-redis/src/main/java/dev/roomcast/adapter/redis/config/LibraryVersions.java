package dev.roomcast.adapter.redis.config;

import io.lettuce.core.LettuceVersion;
import io.lettuce.core.RedisClient;
import io.netty.util.Version;
import java.lang.module.ModuleDescriptor;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The loaded versions of Lettuce and Netty. The application or its framework selects them, so they often differ from
 * those that this module was compiled with.
 *
 * @param lettuce the version of lettuce-core, or {@link #UNKNOWN}
 * @param transport the version of netty-transport, or {@link #UNKNOWN}
 * @param handler the version of netty-handler, or {@link #UNKNOWN}
 */
public record LibraryVersions(String lettuce, String transport, String handler) {

    /** Of a jar that was repacked without its version. */
    static final String UNKNOWN = "of unknown version";

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?(?:\\D.*)?");

    private static final String SINCE_LETTUCE_7 = "io.lettuce.core.MaintNotificationsConfig";
    private static final String NEEDED_BY_LETTUCE_7 = "io.netty.channel.MultiThreadIoEventLoopGroup";

    /** The first releases of their lines that close the known ways around the check of host names. */
    private static final int HOST_NAMES_IN_4_1 = 137;

    private static final int HOST_NAMES_IN_4_2 = 17;

    public static LibraryVersions found() {
        Map<String, Version> netty = Version.identify(Version.class.getClassLoader());
        return new LibraryVersions(
                lettuceVersion(), version(netty, "netty-transport"), version(netty, "netty-handler"));
    }

    /** A package says its version only outside of the module path. */
    private static String lettuceVersion() {
        ModuleDescriptor module = RedisClient.class.getModule().getDescriptor();
        String version = module == null
                ? LettuceVersion.getVersion()
                : module.rawVersion().orElse(null);
        return version == null ? UNKNOWN : version.replaceFirst("/.*", "");
    }

    private static String version(Map<String, Version> netty, String artifact) {
        Version version = netty.get(artifact);
        return version == null ? UNKNOWN : version.artifactVersion();
    }

    /** Whether Lettuce is 7.0 or newer. */
    public static boolean isLettuce7() {
        return lettuceSees(SINCE_LETTUCE_7);
    }

    private static boolean lettuceSees(String className) {
        try {
            Class.forName(className, false, RedisClient.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /**
     * Refuses what cannot work. Without this the first attempt to connect would fail for want of a class, and so would all others.
     *
     * @throws IllegalStateException naming both versions and the remedy
     */
    public void requireCompatible() {
        requireCompatible(isLettuce7(), lettuceSees(NEEDED_BY_LETTUCE_7));
    }

    void requireCompatible(boolean isLettuce7, boolean isNetty42) {
        if (isLettuce7 && !isNetty42) {
            throw new IllegalStateException(
                    "Lettuce " + lettuce + " needs Netty 4.2, but netty-transport is " + transport
                            + " (it has no class " + NEEDED_BY_LETTUCE_7 + "). With Spring Boot's parent, set"
                            + " <netty.version>4.2.19.Final</netty.version> in the <properties> of your pom.xml, or"
                            + " <lettuce.version>6.6.0.RELEASE</lettuce.version> to stay on Netty 4.1; without it, import"
                            + " io.netty:netty-bom:4.2.19.Final, or declare io.lettuce:lettuce-core:6.6.0.RELEASE, in Maven's"
                            + " <dependencyManagement>");
        }
        if (isOlderThan66()) {
            throw new IllegalStateException("Lettuce " + lettuce + " is too old: 6.6.0.RELEASE is the oldest that"
                    + " Roomcast supports, and netty-transport is " + transport + ". With Spring Boot's parent, set"
                    + " <lettuce.version>6.6.0.RELEASE</lettuce.version> in the <properties> of your pom.xml; without it,"
                    + " declare io.lettuce:lettuce-core:6.6.0.RELEASE in Maven's <dependencyManagement>");
        }
    }

    private boolean isOlderThan66() {
        Matcher version = NUMBERS.matcher(lettuce);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major < 6 || (major == 6 && Integer.parseInt(version.group(2)) < 6);
    }

    /** What is to be said where a server's host name is to be checked, if anything. */
    public Optional<String> hostNameWarning() {
        if (checksHostNames()) {
            return Optional.empty();
        }
        return Optional.of(RedisOptions.names(RedisOptions.TLS_VERIFY)
                + "=full relies on Netty to check host names, and"
                + " netty-handler " + handler + " (with Lettuce " + lettuce + ") has known ways around that check. Use"
                + " Netty 4.2.17.Final or later, or 4.1.137.Final or later of Netty 4.1: with Spring Boot's parent, set"
                + " <netty.version> in the <properties> of your pom.xml; without it, import io.netty:netty-bom in Maven's"
                + " <dependencyManagement>");
    }

    private boolean checksHostNames() {
        Matcher version = NUMBERS.matcher(handler);
        if (!version.matches()) {
            return true;
        }
        int patch = patch(version.group(3));
        return switch (version.group(1) + "." + version.group(2)) {
            case "4.1" -> patch >= HOST_NAMES_IN_4_1;
            case "4.2" -> patch >= HOST_NAMES_IN_4_2;
            default -> true;
        };
    }

    private static int patch(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
