package dev.roomcast.adapter.engine.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which the nodes of a cluster sign and verify frames.
 *
 * @param accepted the first one signs; a second one is accepted as well, so that keys can be changed node by node
 * @param isRequired whether frames that are not signed are dropped; if not, signing can be introduced node by node
 */
public record SigningKeys(List<SecretKeySpec> accepted, boolean isRequired) {

    public static final String ALGORITHM = "HmacSHA256";

    /** Null where nothing is signed. */
    public static @Nullable SigningKeys of(EngineSettings settings) {
        Optional<String> first = settings.find(EngineOptions.AUTH_KEY);
        Optional<String> second = settings.find(EngineOptions.AUTH_SECOND_KEY);
        if (first.isEmpty()) {
            if (second.isPresent() || settings.find(EngineOptions.AUTH_UNSIGNED).isPresent()) {
                throw new IllegalArgumentException(EngineOptions.AUTH_SECOND_KEY + " or " + EngineOptions.AUTH_UNSIGNED
                        + " is set without " + EngineOptions.AUTH_KEY + ": set that too, or none of them");
            }
            return null;
        }
        boolean isRequired = settings.get(EngineOptions.AUTH_UNSIGNED) == Unsigned.REFUSE;
        return new SigningKeys(
                second.map(other -> List.of(key(first.get()), key(other))).orElse(List.of(key(first.get()))),
                isRequired);
    }

    private static SecretKeySpec key(String text) {
        return new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** What becomes of frames that are not signed. */
    enum Unsigned {
        ACCEPT,
        REFUSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
