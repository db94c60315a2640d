package io.convoy.spark.job;

import java.io.Serializable;

/** The work of one slot. It is shipped to an executor, so it holds only what it needs there. */
@FunctionalInterface
public interface SlotBody extends Serializable {
    /**
     * Does the work of slot {@code context.slot()}. When another slot is lost the thread is interrupted and must return soon.
     *
     * @return the slot's result, encoded
     * @throws Exception to end the whole run; a {@link io.convoy.spark.ConvoyException} reaches the user as its own line
     */
    byte[] run(SlotContext context) throws Exception;

    /** What a user can do when the executor of such a slot was lost, as the end of a sentence; nothing unless overridden. */
    default String remedy() {
        return "";
    }
}
