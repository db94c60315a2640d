package io.convoy.spark.kafka;

import io.convoy.spark.config.StreamConfig;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A worker at work in a thread of this process. */
final class RunningWorker implements AutoCloseable {
    final KafkaWorker worker;
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> running;

    RunningWorker(StreamConfig config) {
        this.worker = new KafkaWorker(config, lines::add, Duration.ofMillis(50));
        this.running = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        worker.run();
                        running.complete(null);
                    } catch (RuntimeException | Error e) {
                        running.completeExceptionally(e);
                    }
                },
                "worker");
        thread.start();
    }

    /** The first line with {@code part} in it. */
    String line(String part) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            String line = lines.poll(1, TimeUnit.SECONDS);
            if (line != null && line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("The worker said nothing of " + part + ".");
    }

    /** What it failed with. */
    Throwable failure() throws Exception {
        try {
            running.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("The worker ended without a failure.");
    }

    /** Whether it has neither ended nor failed. */
    boolean isRunning() {
        return !running.isDone();
    }

    /** Ends it in order; what it failed with is {@link #failure()}'s business. */
    @Override
    public void close() {
        worker.stop();
        try {
            boolean unused = running.handle((done, failed) -> true).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("The worker does not end.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            worker.close();
        }
    }
}
