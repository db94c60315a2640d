package io.convoy.spark.job;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * Where a slot runs.
 *
 * @param slot its number, from 0 to slots − 1
 * @param slots the number of slots of the run
 * @param cores the cores it may keep busy
 * @param host the name or address under which Spark reaches its executor
 * @param executorId Spark's name for the executor; {@code driver} in local mode
 * @param attempt 0 the first time, then the number of earlier attempts at this slot
 */
public record SlotContext(int slot, int slots, int cores, String host, String executorId, int attempt) {
    /** The context of the task that runs on this thread. */
    static SlotContext ofThisTask(int slot, Slots slots) {
        var executor = SparkEnv.get().blockManager().blockManagerId();
        return new SlotContext(
                slot,
                slots.count(),
                slots.coresEach(),
                executor.host(),
                executor.executorId(),
                TaskContext.get().attemptNumber());
    }
}
