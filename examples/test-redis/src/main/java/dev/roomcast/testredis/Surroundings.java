package dev.roomcast.testredis;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the choice of a server looks: system properties and environment variables. A blank value counts as none. */
record Surroundings(Function<String, @Nullable String> properties, Function<String, @Nullable String> variables) {

    static Surroundings ofThisJvm() {
        return new Surroundings(System::getProperty, System::getenv);
    }

    Optional<String> property(String name) {
        return present(properties.apply(name));
    }

    Optional<String> variable(String name) {
        return present(variables.apply(name));
    }

    private static Optional<String> present(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
