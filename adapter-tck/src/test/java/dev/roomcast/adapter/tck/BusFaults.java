package dev.roomcast.adapter.tck;

import java.time.Duration;
import java.util.Map;

/** What can happen to a bus. That it is frozen its transports know at once; that it is slow they do not. */
class BusFaults implements BrokerFaults {

    private final Bus bus;

    BusFaults(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, String> settings() {
        return Map.of();
    }

    @Override
    public void cut() {
        bus.cut();
    }

    @Override
    public void stop() {
        bus.stop();
    }

    @Override
    public void start() {
        bus.start();
    }

    @Override
    public void freeze() {
        bus.stop();
    }

    @Override
    public void thaw() {
        bus.start();
    }

    @Override
    public void delay(Duration time) {}

    @Override
    public void slowDown(long bytesPerSecond) {}

    @Override
    public void publish(String channel, byte[] bytes) {
        bus.publish(channel, bytes);
    }

    @Override
    public void close() {}
}
