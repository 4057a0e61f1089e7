package dev.roomcast.testredis;

/** What stands behind a {@link TestRedis}; the methods promise what those of the same name there do. */
interface Server extends AutoCloseable {
    String url();

    int port();

    String description();

    void kill();

    void restart();

    void freeze();

    void thaw();

    @Override
    void close();
}
