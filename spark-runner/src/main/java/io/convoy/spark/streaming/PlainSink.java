package io.convoy.spark.streaming;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes without transactions: nothing is lost, but what a task wrote before it was killed is there again when it is repeated. A
 * producer never repeats or reorders by itself.
 */
final class PlainSink implements PredictionSink {
    private final KafkaClients clients;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    PlainSink(KafkaClients clients) {
        this.clients = clients;
        this.producer = new KafkaProducer<>(
                clients.producer(Sinks.PRODUCER), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public long next() {
        return 0;
    }

    @Override
    public void write(List<Outgoing> records, long next) {
        for (Outgoing record : records) {
            Future<RecordMetadata> unused = producer.send(record.asRecord(), (metadata, failed) -> {
                if (failed != null) {
                    failure.compareAndSet(null, failed);
                }
            });
        }
        requireNoFailure();
    }

    @Override
    public void flush() {
        producer.flush();
        requireNoFailure();
    }

    private void requireNoFailure() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new RunFailedException(clients.untaken("The stream", failed), failed);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
