package io.convoy.spark.kafka;

import io.convoy.spark.config.StreamConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Messages on their way to their answers. One thread hands them in and takes batches out, in order; others decode and score ahead of it.
 * They wait for company until {@code batching.images} are there or {@code batching.windowMillis} are over.
 */
final class ScoringLine implements AutoCloseable {
    private static final int BATCHES_WAITING = 4;
    /** How many times as many batches may wait for being written as are scored. */
    private static final int BATCHES_SCORED = 2;

    /** Messages that are decoded by one task as long as they are small: as many as take longer to decode than a thread to wake up. */
    private static final int DECODED_TOGETHER = 16;

    private static final int BYTES_DECODED_TOGETHER = 64 << 10;
    private static final long BYTES_WAITING = 64L << 20;
    private static final int CLOSE_SECONDS = 20;

    private final StreamConfig config;
    private final ServedModels models;
    private final Measurements measurements;
    private final ExecutorService decoders;
    private final ExecutorService scorers;
    private final int batchesAtOnce;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private final ArrayDeque<Batch> scoring = new ArrayDeque<>();
    private long waitingBytes;

    /** Scores with {@code models}, which it doesn't close. */
    ScoringLine(StreamConfig config, ServedModels models, Measurements measurements) {
        this.config = config;
        this.models = models;
        this.measurements = measurements;
        int cores = Runtime.getRuntime().availableProcessors();
        this.batchesAtOnce = cores + 1;
        this.decoders = Executors.newFixedThreadPool(cores, threads("decoder"));
        this.scorers = Executors.newFixedThreadPool(cores, threads("scorer"));
    }

    static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Has messages decoded, behind all others. */
    void add(Iterable<ConsumerRecord<byte[], byte[]>> messages, Leases leases) {
        List<Item> together = new ArrayList<>();
        int bytes = 0;
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            TopicPartition partition = new TopicPartition(message.topic(), message.partition());
            Item item = new Item(message, partition, leases.number(partition), models.acquire(message));
            waiting.add(item);
            waitingBytes += item.bytes();
            together.add(item);
            bytes += item.bytes();
            if (together.size() == DECODED_TOGETHER || bytes >= BYTES_DECODED_TOGETHER) {
                decode(together);
                together = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!together.isEmpty()) {
            decode(together);
        }
    }

    private void decode(List<Item> items) {
        decoders.execute(() -> items.forEach(item -> item.decode(measurements)));
    }

    /** Has batches scored that are full or have waited for long enough, as long as there are threads for them. */
    void advance() {
        int images = config.batching().images();
        while (!waiting.isEmpty()
                && unscored() < batchesAtOnce
                && scoring.size() < BATCHES_SCORED * batchesAtOnce
                && (waiting.size() >= images || millisToWait() <= 0)) {
            List<Item> items = new ArrayList<>();
            while (items.size() < images && !waiting.isEmpty()) {
                Item item = waiting.remove();
                waitingBytes -= item.bytes();
                items.add(item);
            }
            scoring.add(new Batch(items, config, scorers, measurements));
        }
    }

    private int unscored() {
        int unscored = 0;
        for (Batch batch : scoring) {
            unscored += batch.isScored() ? 0 : 1;
        }
        return unscored;
    }

    /** Whether messages wait for company. */
    boolean isGathering() {
        return !waiting.isEmpty();
    }

    /** For how long the first message that waits has still to wait; only while some do. */
    long millisToWait() {
        return config.batching().windowMillis()
                - (System.nanoTime() - waiting.element().receivedNanos()) / 1_000_000;
    }

    /** Whether no batch is scored, or is and hasn't been taken out. */
    boolean isEmpty() {
        return scoring.isEmpty();
    }

    /** Whether the first batch can be taken out without waiting. */
    boolean isScored() {
        return !scoring.isEmpty() && scoring.element().isScored();
    }

    /** Takes out the first batch. */
    Batch remove() {
        return scoring.remove();
    }

    /** Whether more waits than can be scored soon. */
    boolean isFull() {
        return waiting.size() >= most() || waitingBytes >= BYTES_WAITING;
    }

    /** Whether so little waits that more should come. */
    boolean isRoomy() {
        return waiting.size() < most() / 2 && waitingBytes < BYTES_WAITING / 2;
    }

    private int most() {
        return BATCHES_WAITING * Math.max(config.batching().images(), 64);
    }

    /** Messages that wait. */
    int waiting() {
        return waiting.size();
    }

    /** Messages in batches that have not been taken out. */
    int inBatches() {
        return scoring.stream().mapToInt(batch -> batch.items().size()).sum();
    }

    /** Drops those that wait and that {@code leases} don't cover. */
    void drop(Leases leases) {
        Iterator<Item> items = waiting.iterator();
        while (items.hasNext()) {
            Item item = items.next();
            if (!leases.cover(item)) {
                items.remove();
                waitingBytes -= item.bytes();
                item.model().release();
            }
        }
    }

    /** Gives back the models that its messages hold. */
    void releaseAll() {
        waiting.forEach(item -> item.model().release());
        waiting.clear();
        scoring.forEach(Batch::release);
        scoring.clear();
    }

    /** Waits for what is being scored, within reason. */
    @Override
    public void close() {
        decoders.shutdown();
        scorers.shutdown();
        try {
            if (!scorers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a batch is still being scored");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
