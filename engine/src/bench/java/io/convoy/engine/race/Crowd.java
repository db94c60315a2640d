package io.convoy.engine.race;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;

/** Threads that sleep when nobody asks for them. */
final class Crowd implements AutoCloseable {
    private final ExecutorService threads;
    private final int size;

    Crowd(int size) {
        this.size = size;
        this.threads = Executors.newFixedThreadPool(size);
    }

    /** Does {@code work} once for each number from 0 to size − 1, at the same time, and returns when all are done. */
    void each(IntConsumer work) {
        long unused = sum(number -> {
            work.accept(number);
            return 0;
        });
    }

    /** As above, and adds up what {@code work} gives. */
    long sum(IntToLongFunction work) {
        List<Future<Long>> results = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int number = i;
            results.add(threads.submit(() -> work.applyAsLong(number)));
        }
        try {
            long sum = 0;
            for (Future<Long> result : results) {
                sum += result.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A thread of the race failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The race was interrupted.", e);
        }
    }

    /** How many samples all of them do together until {@code nanos} have passed, each doing {@code batch} after batch. */
    long batches(long nanos, int batch, IntConsumer score) {
        long end = System.nanoTime() + nanos;
        return sum(number -> {
            long samples = 0;
            do {
                score.accept(number);
                samples += batch;
            } while (System.nanoTime() < end);
            return samples;
        });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
