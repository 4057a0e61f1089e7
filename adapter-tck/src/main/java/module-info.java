/**
 * The compatibility kit: extend {@link dev.roomcast.adapter.tck.AdapterCompatibilityKit}, say how a transport is opened and which
 * features it has, and every rule of {@code docs/spec.md} is run against it.
 */
module dev.roomcast.adapter.tck {
    requires static transitive org.jspecify;
    requires transitive dev.roomcast.adapter;
    requires transitive org.junit.jupiter.api;

    exports dev.roomcast.adapter.tck;

    opens dev.roomcast.adapter.tck to
            org.junit.platform.commons;
}
