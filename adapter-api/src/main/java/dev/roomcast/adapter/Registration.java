package dev.roomcast.adapter;

/** A listener's registration. */
public interface Registration extends AutoCloseable {

    /**
     * Ends the registration: no event from now on reaches the listener (Rule 3.7). A call that is beginning on another
     * thread at this moment may still be made. Idempotent; may be called from within the listener.
     */
    @Override
    void close();
}
