package dev.roomcast.adapter.engine.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Every channel's name, in one place: {@code prefix.namespace.kind[.name]}, where kind is {@code all}, {@code node}, {@code room}
 * or {@code user}. Each part is escaped to letters, digits, {@code -} and {@code _}, so that no room, namespace or prefix can
 * imitate another's channel, and so that a pattern or an ACL can tell prefixes apart. A name that would be too long for the
 * transport is replaced by its hash, under a kind of its own.
 */
public final class ChannelNames {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int HASH_BYTES = 16;
    private static final int INCARNATION_DIGITS = 32;

    private final String base;
    private final int maxBytes;

    public ChannelNames(String prefix, String namespace, int maxBytes) {
        String full = escape(prefix) + "." + escape(namespace);
        int longest = full.length() + ".node.".length() + INCARNATION_DIGITS;
        this.base = longest <= maxBytes ? full : hash(full);
        this.maxBytes = maxBytes;
    }

    public String namespace() {
        return base + ".all";
    }

    public String node(Incarnation incarnation) {
        return base + ".node." + incarnation;
    }

    public String room(String name) {
        return named("room", name);
    }

    public String user(String id) {
        return named("user", id);
    }

    private String named(String kind, String name) {
        String channel = base + "." + kind + "." + escape(name);
        return channel.length() <= maxBytes ? channel : base + "." + kind + "-hash." + hash(name);
    }

    private static String escape(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        StringBuilder escaped = new StringBuilder(utf8.length);
        for (byte b : utf8) {
            if (b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-') {
                escaped.append((char) b);
            } else {
                escaped.append('_').append(HEX.toHexDigits(b));
            }
        }
        return escaped.toString();
    }

    private static String hash(String name) {
        return BASE64.encodeToString(Arrays.copyOf(digest(name), HASH_BYTES));
    }

    /** Stands for a channel where many are named: of all that there are, no two have the same. */
    public static long shortHash(String channel) {
        return ByteBuffer.wrap(digest(channel)).getLong();
    }

    private static byte[] digest(String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
