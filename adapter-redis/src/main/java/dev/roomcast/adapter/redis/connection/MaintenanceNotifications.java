package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;

/**
 * Switches off maintenance notifications of Lettuce. It is a separate class because Lettuce before 7.0 lacks the
 * classes that it uses; there it is never loaded.
 */
final class MaintenanceNotifications {

    private MaintenanceNotifications() {}

    /** A command more at each connect, for a hand-over that a fresh connection does not need. */
    static void disable(ClientOptions.Builder options) {
        options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
    }
}
