package dev.roomcast.benchmarks;

/** Tells whoever watches what is being done; the report does not repeat it. */
final class Progress {

    private Progress() {}

    static void say(String what) {
        System.out.println("... " + what);
    }
}
