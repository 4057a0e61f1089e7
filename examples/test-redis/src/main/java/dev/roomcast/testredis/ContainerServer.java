package dev.roomcast.testredis;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A server in a container of an image whose entry point adds {@code redis-server}, or its like, to bare arguments;
 * those of Redis and Valkey do. A sentinel needs a configuration file, which this way has none.
 */
final class ContainerServer implements Server {
    private static final int PORT_INSIDE = 6379;
    private static final int FOR_ALL_TO_READ = 0644;
    private static final String READY = ".*[Rr]eady to accept connections.*\\s";
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final Duration PATIENCE_FOR_REPLY = Duration.ofSeconds(1);
    private static final Duration BETWEEN_PINGS = Duration.ofMillis(10);

    private final Object lock = new Object();
    private final GenericContainer<?> container;
    private final int port;
    private final String description;

    private ContainerServer(GenericContainer<?> container, int port, String description) {
        this.container = container;
        this.port = port;
        this.description = description;
    }

    static boolean engineRuns() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    static ContainerServer start(String image, Launch launch) {
        // A port of the engine's choice would be another one after a restart.
        int port = Ports.free();
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image));
        container.setPortBindings(bindings(port, launch.ports()));
        // At the same paths, so that the arguments are right there too; whoever the server runs as may read them.
        launch.files()
                .forEach(file -> container.withCopyToContainer(
                        MountableFile.forHostPath(file, FOR_ALL_TO_READ), file.toString()));
        container.withCommand(command(launch.arguments()).toArray(String[]::new));
        container.waitingFor(Wait.forLogMessage(READY, 1).withStartupTimeout(PATIENCE));
        try {
            container.start();
        } catch (ContainerFetchException | ContainerLaunchException e) {
            throw new IllegalStateException("The container of " + image + " does not start: " + e.getMessage(), e);
        }
        String description = "container %s at %s:%d".formatted(image, container.getHost(), port);
        return new ContainerServer(container, port, description);
    }

    @Override
    public String url() {
        return "redis://" + container.getHost() + ":" + port;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void kill() {
        synchronized (lock) {
            requireOpen();
            if (isUp()) {
                engine().killContainerCmd(container.getContainerId()).exec();
                engine().waitContainerCmd(container.getContainerId())
                        .start()
                        .awaitStatusCode(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    @Override
    public void restart() {
        synchronized (lock) {
            kill();
            engine().startContainerCmd(container.getContainerId()).exec();
            awaitAnswer();
        }
    }

    @Override
    public void freeze() {
        synchronized (lock) {
            requireUp();
            if (!isPaused()) {
                engine().pauseContainerCmd(container.getContainerId()).exec();
            }
        }
    }

    @Override
    public void thaw() {
        synchronized (lock) {
            requireUp();
            if (isPaused()) {
                engine().unpauseContainerCmd(container.getContainerId()).exec();
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            container.stop();
        }
    }

    private static List<String> bindings(int port, List<Integer> more) {
        List<String> bindings = new ArrayList<>(List.of(port + ":" + PORT_INSIDE));
        more.forEach(other -> bindings.add(other + ":" + other));
        return bindings;
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("--save", "", "--appendonly", "no", "--protected-mode", "no"));
        command.addAll(arguments);
        return command;
    }

    private DockerClient engine() {
        return container.getDockerClient();
    }

    private void requireOpen() {
        if (container.getContainerId() == null) {
            throw new IllegalStateException("The " + description + " is closed");
        }
    }

    private void requireUp() {
        requireOpen();
        if (!isUp()) {
            throw new IllegalStateException("The " + description + " is down; restart() starts it");
        }
    }

    private boolean isUp() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(state().getPaused());
    }

    private ContainerState state() {
        return container.getCurrentContainerInfo().getState();
    }

    private void awaitAnswer() {
        long start = System.nanoTime();
        while (!answers()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("The " + description + " did not answer PING within "
                        + PATIENCE.toSeconds() + " s; its output:\n" + container.getLogs());
            }
            LockSupport.parkNanos(BETWEEN_PINGS.toNanos());
        }
    }

    private boolean answers() {
        try (RedisSocket socket = RedisSocket.open(container.getHost(), port, PATIENCE_FOR_REPLY)) {
            return RedisSocket.isUp(socket.ask("PING"));
        } catch (IOException notYet) {
            return false;
        }
    }
}
