package dev.roomcast.adapter.engine.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables by which Kubernetes tells each container of each Service, such as {@code
 * REDIS_PORT=tcp://10.0.0.1:6379} for one that is called redis. Their names may equal those of our options, and they
 * configure nothing, so they count as absent.
 */
final class ServiceVariables {

    private static final Pattern NAME = Pattern.compile(
            "[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern PORT = Pattern.compile("[A-Z0-9_]+_PORT");
    private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private ServiceVariables() {}

    static Map<String, String> removedFrom(Map<String, String> values) {
        Map<String, String> others = new TreeMap<>(values);
        others.entrySet().removeIf(entry -> isOne(entry.getKey(), entry.getValue()));
        return others;
    }

    /** A look-up may translate keys to variables by itself, and then answers roomcast.redis.port with ROOMCAST_REDIS_PORT. */
    static Function<String, @Nullable String> removedFrom(Function<String, @Nullable String> lookup) {
        return name -> {
            String value = lookup.apply(name);
            String variable = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
            return value == null || isOne(variable, value) ? null : value;
        };
    }

    static boolean isOne(String name, String value) {
        return NAME.matcher(name).matches()
                || (PORT.matcher(name).matches() && ADDRESS.matcher(value).matches());
    }
}
