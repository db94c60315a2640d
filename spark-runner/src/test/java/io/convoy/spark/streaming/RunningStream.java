package io.convoy.spark.streaming;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;

/** A stream job at work in a thread of this process. */
final class RunningStream {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final StreamJob job;
    private final CompletableFuture<Void> running;

    RunningStream(StreamRun stream, String master, String... overrides) {
        SparkConf settings = new SparkConf()
                .setAppName("test")
                .setMaster(master)
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1");
        job = new StreamJob(
                stream.config(overrides),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                StreamJob.Ending.AFTER_THE_BATCH);
        running = CompletableFuture.runAsync(() -> job.run(settings));
    }

    /** What it has told people so far. */
    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Ends it as a signal does. */
    void stop() throws Exception {
        job.stop();
        await();
    }

    /** Waits until it has ended by itself. */
    void await() throws ExecutionException, InterruptedException, TimeoutException {
        running.get(240, TimeUnit.SECONDS);
    }

    /** What it failed with. */
    Throwable failure() throws Exception {
        try {
            await();
        } catch (ExecutionException failed) {
            return failed.getCause() == null ? failed : failed.getCause();
        }
        throw new AssertionError("The stream ended without a failure.");
    }
}
