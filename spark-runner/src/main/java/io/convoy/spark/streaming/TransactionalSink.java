package io.convoy.spark.streaming;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is said about the messages of one input partition so that a consumer of committed messages sees it once.
 *
 * <p>A transaction holds predictions and the offset behind the last message that they are about, committed for the stream's consumer
 * group. The sink takes the partition's transactional id over before it asks for that offset, so nobody else can commit one
 * afterwards without being seen: its next transaction is then refused, and it takes the id over again and asks again. It
 * follows that every offset is covered once, in order, whoever writes, and whenever anybody is killed:
 *
 * <ul>
 *   <li>killed before the transaction is committed: Kafka aborts it when the id is taken over, at the latest after its timeout;
 *   <li>killed after it: the offset is there, and a repeated task skips what is below it;
 *   <li>not killed but given up by Spark, and still writing: refused, as its epoch is old; or first, and then seen;
 *   <li>no answer to a commit: the id is taken over, which waits for the outcome, and the offset tells it.
 * </ul>
 *
 * What is above the offset is computed before a transaction begins, so transactions are open for milliseconds, and a batch may take
 * as long as it likes.
 */
final class TransactionalSink implements PredictionSink {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionalSink.class);

    /** How long a partition may be without a transaction that succeeds; a broker can be started anew in the meantime. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int ADMIN_SECONDS = 60;
    private static final int MOST_TAKEOVERS = 5;

    private final KafkaClients clients;
    private final String group;
    private final TopicPartition source;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private long committed;

    /**
     * A sink that connects when it is asked for something.
     *
     * @param clients what Kafka's clients are set to
     * @param group the stream's consumer group
     * @param source the input partition
     */
    TransactionalSink(KafkaClients clients, String group, TopicPartition source) {
        this.clients = clients;
        this.group = group;
        this.source = source;
    }

    /** The transactional id of an input partition. */
    static String transactionalId(String group, TopicPartition source) {
        return group + "-" + source.topic() + "-" + source.partition();
    }

    TopicPartition source() {
        return source;
    }

    @Override
    public long next() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                KafkaProducer<byte[], byte[]> unused = connected();
                return committed;
            } catch (KafkaException | TimeoutException failed) {
                giveUpUnlessWorthTrying(failed, deadline);
            }
        }
    }

    @Override
    public void write(List<Outgoing> records, long next) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int takeovers = 0;
        while (true) {
            try {
                KafkaProducer<byte[], byte[]> connected = connected();
                if (committed < next) {
                    transact(connected, records, next);
                    committed = next;
                }
                return;
            } catch (KafkaException | TimeoutException failed) {
                if (failed instanceof ProducerFencedException
                        || failed instanceof InvalidProducerEpochException
                        || failed instanceof FencedInstanceIdException) {
                    takeovers++;
                }
                if (takeovers > MOST_TAKEOVERS) {
                    close();
                    throw new RunFailedException(
                            source
                                    + " expects one stream to write its predictions, but another one takes it over again and"
                                    + " again. Maybe two streams run with the same checkpoints: stop one of them.",
                            failed);
                }
                giveUpUnlessWorthTrying(failed, deadline);
            }
        }
    }

    /** Every transaction is complete when its write returns. */
    @Override
    public void flush() {}

    private void transact(KafkaProducer<byte[], byte[]> connected, List<Outgoing> records, long next) {
        connected.beginTransaction();
        for (Outgoing record : records) {
            if (record.offset() >= committed) {
                // What fails here fails the commit.
                Future<RecordMetadata> unused = connected.send(record.asRecord());
            }
        }
        // Kafka's client refuses the offsets of a producer that it knows to be shut out; one that learns of it in the
        // meantime
        // would wait for max.block.ms.
        connected.flush();
        connected.sendOffsetsToTransaction(
                Map.of(source, new OffsetAndMetadata(next)), new ConsumerGroupMetadata(group));
        connected.commitTransaction();
    }

    private KafkaProducer<byte[], byte[]> connected() throws TimeoutException {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            Map<String, Object> settings = clients.producer(Sinks.PRODUCER);
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(group, source));
            open = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
            open.initTransactions();
            committed = committed();
        }
        return open;
    }

    private long committed() throws TimeoutException {
        try (Admin admin = Admin.create(clients.admin())) {
            OffsetAndMetadata offset = admin.listConsumerGroupOffsets(
                            group, new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get(ADMIN_SECONDS, TimeUnit.SECONDS)
                    .get(source);
            return offset == null ? 0 : offset.offset();
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(failed.getCause());
        }
    }

    private void giveUpUnlessWorthTrying(Exception failed, long deadline) {
        close();
        if (failed instanceof InterruptException interrupted) {
            throw interrupted;
        }
        if (KafkaClients.isFinal(failed) || System.nanoTime() > deadline) {
            throw new RunFailedException(clients.untaken(source.toString(), failed), failed);
        }
        LOG.warn(
                "The predictions of {} are written again from the last committed offset on: {}",
                source,
                clients.reason(failed));
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        }
    }

    /** Leaves an open transaction to whoever takes over the id. */
    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
