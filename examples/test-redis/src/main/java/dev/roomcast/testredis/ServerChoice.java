package dev.roomcast.testredis;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Decides which server a test gets; the order is that of {@link TestRedis}. */
final class ServerChoice {
    private static final String CHOICE = "test.redis";
    private static final String URL_PROPERTY = "test.redis.url";
    private static final String URL_VARIABLE = "REDIS_URL";

    private static final String UNASKED = "";
    private static final String URL = "url";
    private static final String PATH = "path";
    private static final String EMBEDDED = "embedded";
    private static final String CONTAINER = "container:";
    private static final String ACCEPTED = "url, path, embedded and container:IMAGE (such as container:redis:7.4)";
    private static final String LAST_RESORT = "redis:7.4";

    private final Surroundings surroundings;
    private final BooleanSupplier containerEngine;

    /** @param containerEngine whether there is one; asked only where a container is wanted, as the answer takes time */
    ServerChoice(Surroundings surroundings, BooleanSupplier containerEngine) {
        this.surroundings = surroundings;
        this.containerEngine = containerEngine;
    }

    static ServerChoice ofThisJvm() {
        return new ServerChoice(Surroundings.ofThisJvm(), ContainerServer::engineRuns);
    }

    /** Returns the server that all tests share: one that is there already, or one of our own. */
    Server shared() {
        return switch (asked()) {
            case UNASKED -> given().orElseGet(this::sharedOwn);
            case URL -> given().orElseThrow(ServerChoice::noUrl);
            default -> sharedOwn();
        };
    }

    /** Starts a server for one test. */
    Server own(Launch launch) {
        String asked = asked();
        if (asked.startsWith(CONTAINER) && asked.length() > CONTAINER.length()) {
            return inContainer(asked.substring(CONTAINER.length()), launch);
        }
        return switch (asked) {
            case UNASKED -> any(launch);
            case PATH -> LocalServer.start(onPath().orElseThrow(ServerChoice::notOnPath), launch.arguments());
            case EMBEDDED -> LocalServer.start(embedded().orElseThrow(this::notEmbedded), launch.arguments());
            case URL -> throw notOurs();
            default ->
                throw new IllegalArgumentException(
                        CHOICE + "=" + asked + " is not understood; accepted are " + ACCEPTED);
        };
    }

    private Server sharedOwn() {
        return SharedServer.of(own(Launch.of(List.of())));
    }

    private Server inContainer(String image, Launch launch) {
        if (!containerEngine.getAsBoolean()) {
            throw noEngine(image);
        }
        return ContainerServer.start(image, launch);
    }

    private Server any(Launch launch) {
        Optional<ServerBinary> binary = onPath().or(this::embedded);
        if (binary.isPresent()) {
            return LocalServer.start(binary.get(), launch.arguments());
        }
        if (containerEngine.getAsBoolean()) {
            return ContainerServer.start(LAST_RESORT, launch);
        }
        throw nothing();
    }

    private String asked() {
        return surroundings.property(CHOICE).orElse(UNASKED);
    }

    private Optional<Server> given() {
        return surroundings
                .property(URL_PROPERTY)
                .map(url -> SharedServer.at(url, URL_PROPERTY))
                .or(() -> surroundings.variable(URL_VARIABLE).map(url -> SharedServer.at(url, URL_VARIABLE)))
                .map(Server.class::cast);
    }

    private Optional<ServerBinary> onPath() {
        return surroundings.variable("PATH").flatMap(ServerBinary::onPath);
    }

    private Optional<ServerBinary> embedded() {
        return EmbeddedBinary.resource(system(), architecture()).map(ServerBinary::embedded);
    }

    private String system() {
        return surroundings.property("os.name").orElse("an unknown system");
    }

    private String architecture() {
        return surroundings.property("os.arch").orElse("an unknown architecture");
    }

    private static IllegalStateException noUrl() {
        return new IllegalStateException("test.redis=url, but there is no URL: set the environment variable REDIS_URL"
                + " or -Dtest.redis.url, for example to redis://127.0.0.1:6379");
    }

    private static IllegalStateException notOurs() {
        return new IllegalStateException("test.redis=url serves TestRedis.shared() only. The server of a URL is"
                + " somebody else's: it cannot be killed, restarted, frozen or given arguments, and this test needs one"
                + " that can. Leave test.redis out (shared() still uses REDIS_URL then), or set it to embedded, path or"
                + " container:IMAGE");
    }

    private static IllegalStateException notOnPath() {
        return new IllegalStateException("test.redis=path, but there is no redis-server on the PATH: install Redis, or"
                + " leave test.redis out");
    }

    private IllegalStateException notEmbedded() {
        return new IllegalStateException("test.redis=embedded, but org.signal:embedded-redis has no redis-server for "
                + system() + " on " + architecture() + ": use -Dtest.redis=path or -Dtest.redis=container:redis:7.4");
    }

    private static IllegalStateException noEngine(String image) {
        return new IllegalStateException("test.redis=container:" + image + ", but no container engine answers: start"
                + " Docker, or leave test.redis out");
    }

    private IllegalStateException nothing() {
        return new IllegalStateException("No Redis for the tests: there is no redis-server on the PATH,"
                + " org.signal:embedded-redis has none for " + system() + " on " + architecture()
                + ", and no container engine answers. Install Redis or start Docker; for TestRedis.shared() it is"
                + " enough to set REDIS_URL");
    }
}
