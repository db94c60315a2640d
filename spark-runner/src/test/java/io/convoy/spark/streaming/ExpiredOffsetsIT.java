package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.kafka.BrokerFixture;
import io.convoy.spark.kafka.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that Kafka deletes before the job has read them: never passed over in silence. */
@Timeout(600)
final class ExpiredOffsetsIT {
    private static final TopicPartition SOURCE = new TopicPartition("images", 0);
    private static final String DELETED =
            "images-0 expects the message at offset 20, but the oldest that Kafka has is at 25: ";
    private static final String REFUSED = DELETED
            + "it was deleted before it was read. Maybe set onExpiredOffsets to earliest to go on with the oldest.";
    private static final String PASSED = DELETED + "going on with the oldest";

    @TempDir
    private Path folder;

    private BrokerFixture kafka;
    private StreamRun stream;
    private byte[] image;

    @BeforeEach
    void start() throws Exception {
        kafka = new BrokerFixture(EmbeddedBroker.start());
        stream = StreamRun.prepared(folder, kafka, 2);
        image = StreamRun.png(new Random(3));
        for (int i = 0; i < 20; i++) {
            kafka.put("images", 0, null, image);
        }
    }

    @AfterEach
    void end() {
        kafka.close();
    }

    private RunningStream run(String... overrides) {
        return new RunningStream(stream, "local[2]", overrides);
    }

    /** The offsets of partition 0 that have predictions, as soon as there are {@code count}. */
    private List<Long> predicted(int count) {
        List<ConsumerRecord<byte[], byte[]>> written =
                kafka.committed(List.of("predictions"), all -> all.size() >= count);
        return written.stream()
                .map(BrokerFixture::source)
                .filter(source -> source.startsWith("images-0-"))
                .map(source -> Long.parseLong(source.substring("images-0-".length())))
                .toList();
    }

    private static Long[] offsets(long... ranges) {
        return Stream.iterate(0, i -> i + 2)
                .limit(ranges.length / 2)
                .flatMap(i -> LongStream.range(ranges[i], ranges[i + 1]).boxed())
                .toArray(Long[]::new);
    }

    private void delete(long before) throws Exception {
        try (Admin admin = kafka.admin()) {
            admin.deleteRecords(Map.of(SOURCE, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    @Test
    void whatIsDeletedWhileTheStreamIsStoppedEndsItUnlessItMayBePassedOver() throws Exception {
        RunningStream first = run();
        assertThat(predicted(20)).containsExactly(offsets(0, 20));
        first.stop();
        for (int i = 0; i < 10; i++) {
            kafka.put("images", 0, null, image);
        }
        kafka.put("images", 1, null, image);
        delete(25);
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(run().failure()).isInstanceOf(RunFailedException.class).hasMessage(REFUSED);
        }
        RunningStream last = run("onExpiredOffsets=earliest");
        assertThat(predicted(26)).containsExactly(offsets(0, 20, 25, 30));
        last.stop();
        assertThat(last.printed().lines()).containsOnlyOnce(PASSED);
    }

    @Test
    void whatIsDeletedWhileTheStreamRunsIsToldAndPassedOverIfItMayBe() throws Exception {
        RunningStream running = run("onExpiredOffsets=earliest");
        assertThat(predicted(20)).containsExactly(offsets(0, 20));
        try (KafkaProducer<byte[], byte[]> producer = hidden()) {
            delete(25);
            producer.commitTransaction();
        }
        assertThat(predicted(25)).containsExactly(offsets(0, 20, 25, 30));
        // The mark of the transaction is an offset without a message, and nothing that was deleted.
        kafka.put("images", 0, null, image);
        assertThat(predicted(26)).endsWith(31L);
        running.stop();
        assertThat(running.printed().lines()).containsOnlyOnce(PASSED);
        assertThat(running.printed()).containsOnlyOnce("going on with the oldest");
    }

    @Test
    void whatIsDeletedWhileTheStreamRunsEndsItOtherwise() throws Exception {
        RunningStream running = run();
        assertThat(predicted(20)).containsExactly(offsets(0, 20));
        try (KafkaProducer<byte[], byte[]> producer = hidden()) {
            delete(25);
            producer.commitTransaction();
        }
        assertThat(running.failure()).isInstanceOf(RunFailedException.class).hasMessage(REFUSED);
        assertThat(Files.exists(folder.resolve("checkpoints/spark/commits/1"))).isFalse();
    }

    /** Ten messages that readers of committed messages see only later, so that they can be deleted before they are read. */
    private KafkaProducer<byte[], byte[]> hidden() throws Exception {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.settings(Map.of("transactional.id", "hidden")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        for (int i = 0; i < 10; i++) {
            producer.send(new ProducerRecord<>("images", 0, null, image)).get();
        }
        return producer;
    }
}
