package dev.roomcast.adapter.redis.config;

import io.lettuce.core.SslVerifyMode;
import java.util.Locale;

/** The checks of a server's certificate. */
public enum TlsVerify {
    /** That a trusted CA has signed it, and that it is of the host that was asked for. */
    FULL(SslVerifyMode.FULL),
    /** Only the first: for a CA that signs for Redis alone, and servers that are reached by names they do not know. */
    CA(SslVerifyMode.CA),
    /**
     * No check: any server is accepted. For hosts with self-signed certificates that give out no CA. It is never the
     * default, and the log says so.
     */
    NONE(SslVerifyMode.NONE);

    private final SslVerifyMode mode;

    TlsVerify(SslVerifyMode mode) {
        this.mode = mode;
    }

    public static TlsVerify parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    public SslVerifyMode mode() {
        return mode;
    }

    /** As it is configured. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
