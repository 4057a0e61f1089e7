package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.util.List;
import java.util.Optional;

/** A provider with a name and, if it has one, a URL that makes it detected; its transport reaches nobody. */
public record StubProvider(String name, List<Option<String>> urls) implements TransportProvider {

    public static final StubProvider MEMORY = new StubProvider("memory", List.of());
    public static final StubProvider REDIS = new StubProvider(
            "redis",
            List.of(Option.text("roomcast.redis.url").alias("REDIS_URL").secret()));

    @Override
    public List<Option<?>> options() {
        return List.copyOf(urls);
    }

    @Override
    public Optional<String> detect(Settings settings) {
        return urls.stream()
                .filter(settings::isSet)
                .map(url -> url.aliases().get(0) + " is set")
                .findFirst();
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        return Transport.none();
    }
}
