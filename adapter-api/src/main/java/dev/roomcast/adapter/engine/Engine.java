package dev.roomcast.adapter.engine;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.Backend;
import dev.roomcast.adapter.engine.codec.FrameCodec;
import dev.roomcast.adapter.engine.codec.Message.Versions;
import dev.roomcast.adapter.engine.config.BackendSelection;
import dev.roomcast.adapter.engine.config.ConfigSource;
import dev.roomcast.adapter.engine.config.EngineOptions;
import dev.roomcast.adapter.engine.config.EngineSettings;
import dev.roomcast.adapter.engine.config.SigningKeys;
import dev.roomcast.adapter.engine.publish.Backlog;
import dev.roomcast.adapter.engine.runtime.Execution;
import dev.roomcast.adapter.engine.runtime.RecordMethods;
import dev.roomcast.adapter.engine.runtime.Scheduler;
import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backend: one transport, and the nodes of the namespaces that are open over it. */
public final class Engine implements Backend {

    private static final Logger log = LoggerFactory.getLogger("dev.roomcast.adapter");
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final EngineSettings settings;
    private final Versions versions;
    private final @Nullable SigningKeys signingKeys;
    private final BackendSelection backendSelection;
    private final Wire wire;
    private final Execution execution;
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean closing;
    /** Whether the backend ends with its only node, because nobody else has a handle of it. */
    private volatile boolean endsWithNode;

    Engine(EngineSettings settings, BackendSelection backendSelection, Execution execution) {
        this(settings, backendSelection, execution, FrameCodec.VERSIONS);
    }

    /** An engine of an earlier or a later release, as far as versions of the wire go. */
    Engine(EngineSettings settings, BackendSelection backendSelection, Execution execution, Versions versions) {
        this.settings = settings;
        this.versions = versions;
        this.signingKeys = SigningKeys.of(settings);
        this.backendSelection = backendSelection;
        this.execution = execution;
        this.wire = new Wire(
                execution,
                settings.get(EngineOptions.QUEUE_BYTES),
                settings.get(EngineOptions.UNSUBSCRIBE_DELAY),
                settings.get(EngineOptions.SEND_BOUND),
                Backlog.Limits.of(settings));
    }

    public static Engine open(List<ConfigSource> sources, List<TransportProvider> providers) {
        EngineSettings settings = new EngineSettings(sources, options(providers));
        return start(settings, BackendSelection.of(settings, providers));
    }

    public static Engine open(
            List<ConfigSource> sources, List<TransportProvider> providers, TransportProvider provider) {
        List<TransportProvider> all = new ArrayList<>(providers);
        all.removeIf(other -> other.name().equals(provider.name()));
        all.add(provider);
        EngineSettings settings = new EngineSettings(sources, options(all));
        return start(
                settings,
                new BackendSelection(provider, "because the application gave this provider", Optional.empty()));
    }

    /** What can be configured, of the engine and of the given providers. */
    public static List<Option<?>> options(List<TransportProvider> providers) {
        List<Option<?>> options = new ArrayList<>(EngineOptions.ALL);
        providers.forEach(provider -> options.addAll(provider.options()));
        return options;
    }

    private static Engine start(EngineSettings settings, BackendSelection backendSelection) {
        Execution execution = settings.threads().start();
        try {
            Engine engine = new Engine(settings, backendSelection, execution);
            engine.connect();
            return engine;
        } catch (RuntimeException | Error e) {
            execution.ending().begin();
            throw e;
        }
    }

    /** How much may wait in the queues of all connections, if that is configured. */
    public Optional<Long> mostQueuedBytes() {
        return settings.find(EngineOptions.QUEUED_BYTES);
    }

    /** Which versions of the wire its nodes speak. */
    Versions versions() {
        return versions;
    }

    /** What frames are signed with, or null if they are not. */
    @Nullable
    SigningKeys signingKeys() {
        return signingKeys;
    }

    void connect() {
        Transport transport = backendSelection.provider().open(settings, wire);
        try {
            wire.open(transport);
            backendSelection.log(transport.capabilities().isAlone());
        } catch (RuntimeException | Error e) {
            transport.close();
            throw e;
        }
    }

    public Adapter openOnly() {
        try {
            Adapter only = open(settings.get(EngineOptions.NAMESPACE));
            endsWithNode = true;
            return only;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public synchronized Adapter open(String namespace) {
        Objects.requireNonNull(namespace, "namespace");
        if (closing) {
            throw new IllegalStateException("the backend is closed");
        }
        if (nodes.stream().anyMatch(node -> node.namespace().equals(namespace))) {
            throw new IllegalStateException("namespace " + namespace
                    + " is open already: use that adapter, or close it before opening it anew");
        }
        Node node = new Node(this, wire, backendSelection, namespace, settings);
        nodes.add(node);
        wire.add(node);
        node.start();
        return node;
    }

    /** Ends one node, and the backend with it if nobody else can. */
    void closeAndWait(Node node) {
        await(endsWithNode ? end() : node.end());
    }

    /** A node has ended, so that its namespace can be opened anew. */
    void remove(Node node) {
        nodes.remove(node);
        wire.remove(node);
    }

    @Override
    public void close() {
        await(end());
    }

    /** Ends all nodes, then the transport, then the threads. */
    CompletionStage<Void> end() {
        synchronized (this) {
            if (closing) {
                return ended;
            }
            closing = true;
        }
        CompletableFuture<?>[] ends =
                nodes.stream().map(node -> node.end().toCompletableFuture()).toArray(CompletableFuture[]::new);
        // Not even a transport that never answers keeps threads alive for ever.
        Scheduler.Timer patience = execution.scheduler().after(CLOSE, this::ended);
        CompletableFuture.allOf(ends).thenCompose(done -> wire.close()).whenComplete((done, failure) -> {
            patience.cancel();
            if (failure != null) {
                log.warn("closing the transport failed", failure);
            }
            ended();
        });
        return ended;
    }

    private void ended() {
        wire.stalledSends().interrupt(member -> true);
        wire.disconnects().close();
        execution.ending().begin();
        RecordMethods.forget();
        ended.complete(null);
    }

    private void await(CompletionStage<Void> end) {
        if (execution.isOurs().getAsBoolean()) {
            return;
        }
        try {
            end.toCompletableFuture().get(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
            if (ended.isDone()) {
                execution.ending().await(CLOSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            log.warn("closing did not end within {}; what is left ends by itself", CLOSE, e);
        }
    }
}
