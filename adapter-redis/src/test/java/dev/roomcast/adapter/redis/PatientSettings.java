package dev.roomcast.adapter.redis;

import dev.roomcast.testredis.Patience;
import java.util.HashMap;
import java.util.Map;

/** For tests in which Redis is never away: it may take its time for 8 MB on a machine that is busy. */
final class PatientSettings {

    private PatientSettings() {}

    static Map<String, String> of(Map<String, String> settings) {
        Map<String, String> patient = new HashMap<>(settings);
        patient.put("roomcast.redis.command-timeout", Patience.SECONDS + "s");
        patient.put("roomcast.redis.ping-timeout", Patience.SECONDS + "s");
        return patient;
    }
}
