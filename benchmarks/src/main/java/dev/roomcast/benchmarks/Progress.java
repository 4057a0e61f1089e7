package dev.roomcast.benchmarks;

/** Prints the progress of a run; the report does not repeat it. */
final class Progress {

    private Progress() {}

    static void say(String what) {
        System.out.println("... " + what);
    }
}
