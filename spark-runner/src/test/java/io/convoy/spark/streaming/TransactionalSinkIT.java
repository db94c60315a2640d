package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.RunFailedException;
import io.convoy.spark.kafka.BrokerFixture;
import io.convoy.spark.kafka.EmbeddedBroker;
import io.convoy.spark.kafka.KafkaClients;
import io.convoy.spark.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever is killed, given up or repeated at whatever point: a consumer of committed messages sees every prediction once. */
@Timeout(300)
final class TransactionalSinkIT {
    private static BrokerFixture kafka;

    @BeforeAll
    static void start() throws Exception {
        kafka = new BrokerFixture(EmbeddedBroker.start());
        kafka.topic("images", 4);
    }

    @AfterAll
    static void end() {
        kafka.close();
    }

    private static List<Outgoing> about(String topic, long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(offset -> new Outgoing(
                        offset, 0, topic, null, Long.toString(offset).getBytes(StandardCharsets.UTF_8), List.of()))
                .toList();
    }

    /** The offsets that are written about, in the order of the topic. */
    private static List<Long> seen(String topic) throws Exception {
        // Behind what a consumer of committed messages has to see, so that it sees what else there is.
        kafka.put(topic, 0, new byte[0], "end".getBytes(StandardCharsets.UTF_8));
        List<Long> seen = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : kafka.committed(
                List.of(topic),
                all -> all.stream().anyMatch(one -> one.value().length == 3 && one.value()[0] == 'e'))) {
            if (record.value()[0] != 'e') {
                seen.add(Long.parseLong(new String(record.value(), StandardCharsets.UTF_8)));
            }
        }
        return seen;
    }

    private static List<Long> each(long to) {
        return LongStream.range(0, to).boxed().toList();
    }

    private static KafkaClients clients() {
        return new KafkaClients(KafkaSettings.of(kafka.broker.clientSettings()));
    }

    private static TransactionalSink sink(String group) {
        return new TransactionalSink(clients(), group, new TopicPartition("images", 3));
    }

    @Test
    void aTaskThatIsKilledBetweenSendingAndCommittingHasWrittenNothing() throws Exception {
        kafka.topic("killed", 1);
        Map<String, Object> settings = new HashMap<>(kafka.broker.clientSettings());
        settings.put("transactional.id", TransactionalSink.transactionalId("g1", new TopicPartition("images", 3)));
        KafkaProducer<byte[], byte[]> killed =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        killed.initTransactions();
        killed.beginTransaction();
        for (Outgoing outgoing : about("killed", 0, 10)) {
            Future<RecordMetadata> unused = killed.send(outgoing.asRecord());
        }
        killed.sendOffsetsToTransaction(
                Map.of(new TopicPartition("images", 3), new OffsetAndMetadata(10)), new ConsumerGroupMetadata("g1"));
        killed.flush();
        try (TransactionalSink repeated = sink("g1")) {
            assertThat(repeated.next()).isZero();
            repeated.write(about("killed", 0, 10), 10);
        }
        assertThat(seen("killed")).isEqualTo(each(10));
        killed.close(Duration.ZERO);
    }

    @Test
    void aTaskThatIsRepeatedWritesOnlyWhatIsNotThere() throws Exception {
        kafka.topic("repeated", 1);
        try (TransactionalSink first = sink("g2")) {
            first.write(about("repeated", 0, 10), 10);
        }
        try (TransactionalSink repeated = sink("g2")) {
            assertThat(repeated.next()).isEqualTo(10);
            repeated.write(about("repeated", 0, 10), 10);
            repeated.write(about("repeated", 5, 15), 15);
            assertThat(repeated.next()).isEqualTo(15);
        }
        assertThat(seen("repeated")).isEqualTo(each(15));
    }

    @Test
    void tasksThatWereGivenUpAndWriteOnLeaveEveryPredictionOnce() throws Exception {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("Property seed " + seed + " (-Dconvoy.test.seed=)");
        Random random = new Random(seed);
        kafka.topic("zombies", 1);
        List<TransactionalSink> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(sink("g3"));
        }
        long to = 0;
        // Each of them believes that the batch is its own, and comes late with any of those before.
        for (int turn = 0; turn < 40; turn++) {
            long from = Math.max(0, to - random.nextInt(20));
            long end = from + 1 + random.nextInt(20);
            tasks.get(random.nextInt(3)).write(about("zombies", from, end), end);
            to = Math.max(to, end);
        }
        tasks.forEach(TransactionalSink::close);
        assertThat(seen("zombies")).isEqualTo(each(to));
    }

    @Test
    void withoutTransactionsARepeatedTaskWritesAgain() throws Exception {
        kafka.topic("plain", 1);
        for (int attempt = 0; attempt < 2; attempt++) {
            try (PlainSink sink = new PlainSink(clients())) {
                assertThat(sink.next()).isZero();
                sink.write(about("plain", 0, 3), 3);
                sink.flush();
            }
        }
        assertThat(seen("plain")).containsExactly(0L, 1L, 2L, 0L, 1L, 2L);
    }

    @Test
    void aMessageThatIsTooLargeStopsTheStreamAndSaysHowToMakeRoom() throws Exception {
        kafka.topic("small", 1);
        List<Outgoing> large = List.of(new Outgoing(0, 0, "small", null, new byte[17_000_000], List.of()));
        try (TransactionalSink sink = sink("g4")) {
            assertThatThrownBy(() -> sink.write(large, 1))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageStartingWith("images-3 expects Kafka to take its predictions, but: ")
                    .hasMessageEndingWith(" Maybe raise the topic's max.message.bytes, or kafka.max.request.size.");
        }
    }
}
