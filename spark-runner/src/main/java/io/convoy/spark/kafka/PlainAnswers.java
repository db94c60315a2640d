package io.convoy.spark.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Without transactions: progress is stored after the answers, so that a message may be answered again. */
final class PlainAnswers implements Answers {
    private static final int BATCHES_UNACKNOWLEDGED = 64;

    private final WorkerClients clients;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Leases leases;
    private final Progress progress;
    private final Patience patience;
    private final Measurements measurements;
    /** What went wrong where nothing could be done about it: in a callback. */
    private final AtomicReference<@Nullable RuntimeException> failure;

    private KafkaProducer<byte[], byte[]> producer;
    /** Counts producers. */
    private final AtomicInteger generation = new AtomicInteger();
    /** Written, but not yet all acknowledged, in order. */
    private final ArrayDeque<Batch> written = new ArrayDeque<>();

    PlainAnswers(
            WorkerClients clients,
            KafkaConsumer<byte[], byte[]> consumer,
            Leases leases,
            Progress progress,
            Patience patience,
            Measurements measurements,
            AtomicReference<@Nullable RuntimeException> failure) {
        this.clients = clients;
        this.consumer = consumer;
        this.leases = leases;
        this.progress = progress;
        this.patience = patience;
        this.measurements = measurements;
        this.failure = failure;
        this.producer = clients.producer();
    }

    @Override
    public void makeReady() {
        // A producer without transactions has no forerunner.
    }

    @Override
    public boolean hasRoom() {
        return written.size() < BATCHES_UNACKNOWLEDGED;
    }

    @Override
    public boolean isIdle() {
        return written.isEmpty();
    }

    @Override
    public void write(Batch batch, Batch.Outcome outcome) {
        Item item = outcome.item();
        batch.sending(item);
        int sentIn = generation.get();
        var unused = producer.send(outcome.answer(), (metadata, failed) -> {
            if (sentIn != generation.get()) {
                // Of a producer that was given up; the message is scored again.
                return;
            }
            if (failed != null) {
                fail(failed);
            } else {
                measurements.answered(
                        outcome.isDeadLetter(),
                        System.currentTimeMillis() - item.message().timestamp());
                batch.acknowledged();
            }
        });
    }

    private void fail(Exception failed) {
        failure.compareAndSet(null, failed instanceof RuntimeException known ? known : new KafkaException(failed));
    }

    @Override
    public void written(Batch batch) {
        written.add(batch);
    }

    @Override
    public void takeNote() {
        while (!written.isEmpty() && written.element().isAcknowledged()) {
            for (Item item : written.remove().sent()) {
                if (leases.cover(item)) {
                    progress.answered(item);
                }
            }
        }
    }

    /** Begins to store progress; what is not stored in the end stays to be. */
    @Override
    public void commit() {
        progress.postpone();
        consumer.commitAsync(progress.copy(), (stored, failed) -> {
            if (failed == null) {
                progress.stored(stored);
                patience.succeeded();
            } else if (!mayPass(failed) || patience.isExhausted()) {
                fail(failed);
            }
        });
    }

    /** While partitions are dealt anew nothing is stored; afterwards what is still ours can be. */
    private static boolean mayPass(Exception failed) {
        return failed instanceof RetriableException || failed instanceof RebalanceInProgressException;
    }

    @Override
    public void commitAll() {
        producer.flush();
        RuntimeException failed = failure.getAndSet(null);
        if (failed != null) {
            throw failed;
        }
        takeNote();
        if (progress.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = progress.copy();
        try {
            consumer.commitSync(offsets);
        } catch (RebalanceInProgressException e) {
            // Partitions are being dealt anew; afterwards it can be committed.
            progress.postpone();
            return;
        }
        progress.stored(offsets);
        patience.succeeded();
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public void giveUp() {
        written.clear();
        generation.incrementAndGet();
        producer.close(Duration.ZERO);
        producer = clients.producer();
    }

    @Override
    public void close(Duration patience) {
        producer.close(patience);
    }
}
