package io.convoy.ps.coordinator;

/** Hears how far the slots are. */
@FunctionalInterface
public interface ProgressListener {
    /** Slot {@code slot} reports {@code body}; called by the thread that gave the command, in order for each slot. */
    void progress(int slot, String body);
}
