package dev.roomcast.examples.chaos;

/** What must not happen, not once. */
enum Promise {
    LOST_UNTOLD("lost without a report"),
    JOIN_LIED("joins that lied"),
    DUPLICATE("duplicates"),
    REORDERED("reorderings"),
    STRAY_LOSS("loss events outside the faults' windows"),
    NOT_SENT_RECEIVED("NOT_SENT, and received elsewhere"),
    BAD_STAGE("stages of packets that never ended, or otherwise"),
    NOT_BACK("faults after which all was never well again");

    private final String text;

    Promise(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
