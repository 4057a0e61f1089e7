package dev.roomcast.adapter.redis.config;

import dev.roomcast.adapter.spi.Option;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The parameters of a URL, which hosts write for the clients of many languages. A known parameter sets an option. A
 * parameter that would change the login, the servers or the checks of TLS is refused, unless the option for it is set.
 * All others are ignored.
 *
 * @param options what is set, as texts
 * @param database the number of a database
 * @param master the name by which Sentinels know their master
 * @param passedOver names, perhaps with the reason, for people
 */
record UrlParameters(
        Map<Option<?>, String> options, Optional<String> database, Optional<String> master, List<String> passedOver) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.\\[\\]-]{0,39}");
    private static final Pattern WITHOUT_UNIT = Pattern.compile("[\\d.]+");
    private static final Set<String> YES = Set.of("", "true", "1", "yes", "on", "full", "required", "cert_required");
    private static final Set<String> NO = Set.of("false", "0", "no", "off");

    /** By the name in lower case, without {@code _} and {@code -}; the first that matches. */
    private enum Meaning {
        TIMEOUT("timeout"),
        PROTOCOL("protocol"),
        DATABASE("db|database|dbindex"),
        MASTER("sentinelmasterid"),
        TLS("(use|is)?(ssl|tls)(enabled)?"),
        CHECKED("sslcertreqs|(ssl|tls)?verify(peer|mode|hostname)?|sslcheckhostname|rejectunauthorized"),
        UNCHECKED("(tls|ssl)?(insecure)?skipverify|(ssl|tls)?insecure"),
        CA("(ssl|tls)?ca(certs?|data|file|path)?|(ssl|tls)ca.*"),
        CERTIFICATE("(ssl|tls)?cert(file|ificate)?"),
        KEY("(ssl|tls)key(file)?|keyfile"),
        OTHER_TLS("(ssl|tls).*"),
        SENTINEL_LOGIN("sentinel(user|pass|auth).*"),
        LOGIN("(user|pass|auth|acl|credential|token).*"),
        ELSEWHERE(
                "socket|socketpath|(addr|host|node|server|port|path|cluster|rediscluster|redissentinel|sentinel|master|service"
                        + "|replica|slave|role|readonly|readfrom).*"),
        NONE(".*");

        private final Pattern pattern;

        Meaning(String pattern) {
            this.pattern = Pattern.compile(pattern);
        }

        static Meaning of(String name) {
            String plain = name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
            for (Meaning meaning : values()) {
                if (meaning.pattern.matcher(plain).matches()) {
                    return meaning;
                }
            }
            return NONE;
        }
    }

    /**
     * Reads them.
     *
     * @param query what stands between {@code ?} and {@code #}
     * @param usesTls whether the scheme is one of TLS
     * @param isSet whether an option has a value of its own
     * @throws IllegalArgumentException without any value in its message
     */
    static UrlParameters parse(String query, boolean usesTls, Predicate<Option<?>> isSet) {
        Reader reader = new Reader(usesTls, isSet);
        for (String parameter : query.split("[&;]")) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = parameter.substring(0, Math.max(equals, 0));
                if (!NAME.matcher(name).matches()) {
                    throw RedisUrl.bad("what follows its ? is no list of name=value; ? in a password is written %3F");
                }
                reader.read(name, RedisUrl.decoded(parameter.substring(equals + 1)));
            }
        }
        return new UrlParameters(
                Map.copyOf(reader.options), reader.database, reader.master, List.copyOf(reader.passedOver));
    }

    private static final class Reader {

        private final boolean usesTls;
        private final Predicate<Option<?>> isSet;
        private final Map<Option<?>, String> options = new HashMap<>();
        private Optional<String> database = Optional.empty();
        private Optional<String> master = Optional.empty();
        private final List<String> passedOver = new ArrayList<>();

        Reader(boolean usesTls, Predicate<Option<?>> isSet) {
            this.usesTls = usesTls;
            this.isSet = isSet;
        }

        void read(String name, String value) {
            switch (Meaning.of(name)) {
                case TIMEOUT -> timeout(name, value);
                case PROTOCOL -> set(name, RedisOptions.PROTOCOL, "resp" + value, "2 or 3");
                case DATABASE -> database = Optional.of(value);
                case MASTER -> master = Optional.of(value);
                case TLS -> tls(name, value);
                case CHECKED -> check(name, YES.contains(value.toLowerCase(Locale.ROOT)));
                case UNCHECKED -> check(name, NO.contains(value.toLowerCase(Locale.ROOT)));
                case CA -> insteadOf(name, RedisOptions.TLS_CA);
                case CERTIFICATE -> insteadOf(name, RedisOptions.TLS_CERTIFICATE);
                case KEY -> insteadOf(name, RedisOptions.TLS_KEY);
                case OTHER_TLS -> throw refused(name, "TLS is configured by roomcast.redis.tls.* alone; remove it");
                case SENTINEL_LOGIN -> insteadOf(name, RedisOptions.SENTINEL_PASSWORD);
                case LOGIN -> throw refused(name, "the login stands before the host: redis://user:password@host");
                case ELSEWHERE -> throw refused(name, "which servers there are is said before the ? alone");
                case NONE -> passedOver.add(name);
            }
        }

        /** As Lettuce has it, for both; a number alone is seconds to some clients and milliseconds to others. */
        private void timeout(String name, String value) {
            if (WITHOUT_UNIT.matcher(value).matches()) {
                passedOver.add(name + " (without a unit, such as 5s)");
            } else {
                set(name, RedisOptions.CONNECT_TIMEOUT, value, "a time such as 5s");
                set(name, RedisOptions.COMMAND_TIMEOUT, value, "a time such as 5s");
            }
        }

        private void set(String name, Option<?> option, String value, String accepted) {
            if (isSet.test(option)) {
                passedOver.add(name + " (" + option + " wins)");
                return;
            }
            try {
                option.parse(value);
            } catch (IllegalArgumentException e) {
                throw refused(name, "it is not " + accepted);
            }
            options.put(option, value);
        }

        private void tls(String name, String value) {
            boolean isAsked = !NO.contains(value.toLowerCase(Locale.ROOT));
            if (isAsked != usesTls) {
                throw refused(
                        name,
                        usesTls
                                ? "the scheme is one of TLS; without it, begin with redis://"
                                : "TLS is asked for by the scheme: begin with rediss://");
            }
        }

        /** Without TLS there is nothing to check. */
        private void check(String name, boolean isFull) {
            if (usesTls && !isFull) {
                insteadOf(name, RedisOptions.TLS_VERIFY);
            }
        }

        /** What is too much to believe a URL is believed where it is said by an option of its own. */
        private void insteadOf(String name, Option<?> option) {
            if (!isSet.test(option)) {
                throw refused(
                        name, "set " + RedisOptions.names(option) + " instead, and this parameter is passed over");
            }
            passedOver.add(name + " (" + option + " wins)");
        }

        private static IllegalArgumentException refused(String name, String why) {
            return RedisUrl.bad("its parameter " + name + " is refused: " + why);
        }
    }
}
