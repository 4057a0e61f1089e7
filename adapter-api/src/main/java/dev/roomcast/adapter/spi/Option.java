package dev.roomcast.adapter.spi;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be configured: its key, type, default and description in one place. Immutable; {@link #or}, {@link #alias},
 * {@link #secret} and {@link #describedAs} return another.
 *
 * <p>A source of configuration is asked for the key ({@code roomcast.redis.url}), for each alias ({@code REDIS_URL}), and for the
 * key as an environment variable ({@code ROOMCAST_REDIS_URL}), in this order.
 *
 * @param <T> the type of its values
 */
public final class Option<T> {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})(ms|s|m|h)?");

    private final String key;
    private final String accepted;
    private final Function<String, ? extends T> parser;
    private final @Nullable T fallback;
    private final List<String> aliases;
    private final boolean secret;
    private final String description;

    private Option(
            String key,
            String accepted,
            Function<String, ? extends T> parser,
            @Nullable T fallback,
            List<String> aliases,
            boolean secret,
            String description) {
        this.key = key;
        this.accepted = accepted;
        this.parser = parser;
        this.fallback = fallback;
        this.aliases = aliases;
        this.secret = secret;
        this.description = description;
    }

    /**
     * An option of any type.
     *
     * @param <T> the type of its values
     * @param key in lower case, beginning with {@code roomcast.}
     * @param accepted what is accepted, for people: {@code a whole number from 1 to 65535}
     * @param parser makes a value of a text without blanks around it; throws an {@link IllegalArgumentException} for what is not
     *     accepted
     * @return an option without default
     */
    public static <T> Option<T> of(String key, String accepted, Function<String, ? extends T> parser) {
        return new Option<>(
                Objects.requireNonNull(key, "key"),
                Objects.requireNonNull(accepted, "accepted"),
                Objects.requireNonNull(parser, "parser"),
                null,
                List.of(),
                false,
                "");
    }

    /**
     * An option that is any text.
     *
     * @param key see {@link #of}
     * @return an option without default
     */
    public static Option<String> text(String key) {
        return of(key, "any text", Function.identity());
    }

    /**
     * An option that is a whole number.
     *
     * @param key see {@link #of}
     * @param least the least that is accepted
     * @param most the most that is accepted
     * @return an option without default
     */
    public static Option<Integer> integer(String key, int least, int most) {
        return of(key, "a whole number from " + least + " to " + most, text -> {
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                throw new IllegalArgumentException("out of range");
            }
            return value;
        });
    }

    /**
     * An option that is a time of more than zero and at most a year: {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code PT0.25S}, or a number
     * of milliseconds.
     *
     * @param key see {@link #of}
     * @return an option without default
     */
    public static Option<Duration> duration(String key) {
        return of(key, "a time such as 250ms, 5s, 2m or PT5S (a number alone is milliseconds)", Option::parseDuration);
    }

    private static Duration parseDuration(String text) {
        Matcher amount = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
        Duration value = amount.matches() ? amount(amount) : iso(text);
        if (value.isZero() || value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static Duration amount(Matcher amount) {
        long number = Long.parseLong(amount.group(1));
        String unit = Objects.requireNonNullElse(amount.group(2), "ms");
        return switch (unit) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofMillis(number);
        };
    }

    private static Duration iso(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not a time", e);
        }
    }

    /**
     * The same option with a default.
     *
     * @param value the default
     * @return another option
     */
    public Option<T> or(T value) {
        Objects.requireNonNull(value, "value");
        return new Option<>(key, accepted, parser, value, aliases, secret, description);
    }

    /**
     * The same option with one more name, such as that of an environment variable that platforms set. A value under such a name is
     * parsed only when a transport asks for it, since it may be meant for another program: a transport reads each option that it uses in
     * {@link TransportProvider#open}, so that a bad value is an error there.
     *
     * @param name the name as it stands in a source
     * @return another option
     */
    public Option<T> alias(String name) {
        List<String> more = new ArrayList<>(aliases);
        more.add(Objects.requireNonNull(name, "name"));
        return new Option<>(key, accepted, parser, fallback, List.copyOf(more), secret, description);
    }

    /**
     * The same option, whose values are never shown.
     *
     * @return another option
     */
    public Option<T> secret() {
        return new Option<>(key, accepted, parser, fallback, aliases, true, description);
    }

    /**
     * The same option with a description for the documentation.
     *
     * @param text one sentence
     * @return another option
     */
    public Option<T> describedAs(String text) {
        Objects.requireNonNull(text, "text");
        return new Option<>(key, accepted, parser, fallback, aliases, secret, text);
    }

    /**
     * Makes a value of a configured text.
     *
     * @param text as a source has it
     * @return the value
     * @throws IllegalArgumentException naming the key, the value unless it is secret, and what is accepted
     */
    public T parse(String text) {
        try {
            return parser.apply(text.strip());
        } catch (RuntimeException e) {
            // Whatever a parser throws is its refusal. A cause may repeat the value in its message.
            throw new IllegalArgumentException(
                    key + "=" + (secret ? "<redacted>" : text) + " is not accepted: expected " + accepted
                            + (aliases.isEmpty() ? "" : " (may also be set as " + String.join(", ", aliases) + ")"),
                    secret ? null : e);
        }
    }

    /**
     * The key.
     *
     * @return as it stands in a properties file
     */
    public String key() {
        return key;
    }

    /**
     * The other names.
     *
     * @return immutable
     */
    public List<String> aliases() {
        return aliases;
    }

    /**
     * What is accepted.
     *
     * @return for people
     */
    public String accepted() {
        return accepted;
    }

    /**
     * The default.
     *
     * @return the value, if there is one
     */
    public Optional<T> fallback() {
        return Optional.ofNullable(fallback);
    }

    /**
     * Whether values must not be shown.
     *
     * @return true after {@link #secret()}
     */
    public boolean isSecret() {
        return secret;
    }

    /**
     * What it is for.
     *
     * @return one sentence, or empty
     */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return key;
    }
}
