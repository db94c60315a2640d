package io.convoy.spark.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Answers and progress are one transaction, so that nobody who reads committed messages sees an answer twice. */
final class TransactionalAnswers implements Answers {
    private final WorkerClients clients;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Progress progress;
    private final Patience patience;
    private final Measurements measurements;
    private final List<Batch.Outcome> uncommitted = new ArrayList<>();
    private KafkaProducer<byte[], byte[]> producer;
    private boolean open;

    TransactionalAnswers(
            WorkerClients clients,
            KafkaConsumer<byte[], byte[]> consumer,
            Progress progress,
            Patience patience,
            Measurements measurements) {
        this.clients = clients;
        this.consumer = consumer;
        this.progress = progress;
        this.patience = patience;
        this.measurements = measurements;
        this.producer = clients.producer();
    }

    /** Ends the transaction that its forerunner has left. */
    @Override
    public void makeReady() {
        producer.initTransactions();
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public void write(Batch batch, Batch.Outcome outcome) {
        begin();
        // A failure comes back when the transaction is committed.
        var unused = producer.send(outcome.answer());
        uncommitted.add(outcome);
        progress.answered(outcome.item());
    }

    private void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
        }
    }

    @Override
    public void written(Batch batch) {
        // Its progress is in the transaction already.
    }

    @Override
    public void takeNote() {
        // An answer is safe when the transaction is committed.
    }

    @Override
    public void commit() {
        if (progress.isEmpty()) {
            return;
        }
        begin();
        producer.sendOffsetsToTransaction(progress.copy(), consumer.groupMetadata());
        producer.commitTransaction();
        open = false;
        long now = System.currentTimeMillis();
        for (Batch.Outcome outcome : uncommitted) {
            measurements.answered(
                    outcome.isDeadLetter(), now - outcome.item().message().timestamp());
        }
        uncommitted.clear();
        progress.clear();
        patience.succeeded();
    }

    @Override
    public void commitAll() {
        commit();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void giveUp() {
        uncommitted.clear();
        open = false;
        producer.close(Duration.ZERO);
        producer = clients.producer();
    }

    @Override
    public void close(Duration patience) {
        producer.close(patience);
    }
}
