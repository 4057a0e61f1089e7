package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.spi.Option;
import dev.roomcast.adapter.spi.Receiver;
import dev.roomcast.adapter.spi.Settings;
import dev.roomcast.adapter.spi.Transport;
import dev.roomcast.adapter.spi.TransportCapabilities;
import dev.roomcast.adapter.spi.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A provider around any other, which can put its transports under faults. A transport that reaches no other node
 * ({@link TransportCapabilities#isAlone()}) is not wrapped, because there is nothing to break.
 *
 * <pre>{@code
 * FaultyProvider provider = FaultyProvider.around(new MyProvider());
 * Adapter adapter = Adapters.connect(config, provider).open("/");
 * provider.faults().cut();
 * }</pre>
 */
public final class FaultyProvider implements TransportProvider {

    private final TransportProvider within;
    private final boolean beginsCut;
    private final UnaryOperator<TransportCapabilities> capabilities;
    private final List<Faults> opened = new CopyOnWriteArrayList<>();
    private volatile int maxFrameBytes = Integer.MAX_VALUE;

    private FaultyProvider(
            TransportProvider within, boolean beginsCut, UnaryOperator<TransportCapabilities> capabilities) {
        this.within = Objects.requireNonNull(within, "within");
        this.beginsCut = beginsCut;
        this.capabilities = capabilities;
    }

    /**
     * A provider whose transports work until a fault is set.
     *
     * @param within opens the transports
     * @return a provider around it
     */
    public static FaultyProvider around(TransportProvider within) {
        return new FaultyProvider(within, false, UnaryOperator.identity());
    }

    /**
     * A provider whose transports begin {@linkplain Faults#cut() cut}, as if the broker could not be reached.
     *
     * @param within opens the transports
     * @return a provider around it
     */
    public static FaultyProvider cutOff(TransportProvider within) {
        return new FaultyProvider(within, true, UnaryOperator.identity());
    }

    /**
     * This provider with another {@linkplain TransportCapabilities#confirmWithin() time to confirm a channel}.
     *
     * @param time more than zero
     * @return another provider, which has opened nothing yet
     */
    public FaultyProvider confirmWithin(Duration time) {
        return new FaultyProvider(
                within,
                beginsCut,
                t -> capabilities.apply(t).toBuilder().confirmWithin(time).build());
    }

    /**
     * The faults of the transport that was opened last.
     *
     * @return its handle
     * @throws IllegalStateException if none was opened that can be put under faults
     */
    public Faults faults() {
        if (opened.isEmpty()) {
            throw new IllegalStateException("no transport was opened, or it reaches nobody");
        }
        return opened.get(opened.size() - 1);
    }

    boolean hasFaults() {
        return !opened.isEmpty();
    }

    /** The largest frame of the transport that was opened last; where there is none, nothing is too large. */
    int maxFrameBytes() {
        return maxFrameBytes;
    }

    @Override
    public String name() {
        return within.name();
    }

    @Override
    public List<Option<?>> options() {
        return within.options();
    }

    @Override
    public Optional<String> detect(Settings settings) {
        return within.detect(settings);
    }

    @Override
    public Transport open(Settings settings, Receiver receiver) {
        FaultyTransport faulty = new FaultyTransport(receiver, capabilities);
        if (beginsCut) {
            faulty.beginCut();
        }
        Transport transport = within.open(settings, faulty);
        maxFrameBytes = transport.capabilities().maxFrameBytes();
        if (transport.capabilities().isAlone()) {
            return transport;
        }
        faulty.begin(transport);
        opened.add(new Faults(faulty));
        return faulty;
    }
}
