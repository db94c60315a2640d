package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.kafka.BrokerFixture;
import io.convoy.spark.kafka.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application is killed three times and the broker twice, at points that a seed decides. {@code -Dconvoy.stream.records=} has it
 * done with more messages, {@code -Dconvoy.test.seed=} at other points.
 */
@Timeout(1800)
final class StreamKillIT {
    private static final int RECORDS = Integer.getInteger("convoy.stream.records", 4000);
    private static final int PARTITIONS = 2;
    private static final List<String> OUTPUTS = List.of("predictions", "dead");

    /** Written when nobody else writes any more. */
    private static final byte[] END = {0};

    @TempDir
    private Path folder;

    private static boolean isEnd(ConsumerRecord<byte[], byte[]> record) {
        return record.value().length == END.length;
    }

    private static Set<String> sources(List<ConsumerRecord<byte[], byte[]>> written) {
        Set<String> sources = new HashSet<>();
        written.forEach(record -> sources.add(BrokerFixture.source(record)));
        return sources;
    }

    @Test
    void everyMessageHasOnePredictionWhateverIsKilled() throws Exception {
        killed("exactlyOnce", true);
    }

    @Test
    void withoutTransactionsEveryMessageHasAPredictionAndEqualOnesHaveEqualSources() throws Exception {
        killed("atLeastOnce", false);
    }

    private void killed(String delivery, boolean once) throws Exception {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("Property seed " + seed + " (-Dconvoy.test.seed=)");
        Random random = new Random(seed);
        try (BrokerFixture kafka = new BrokerFixture(EmbeddedBroker.start())) {
            StreamRun stream = StreamRun.prepared(folder, kafka, PARTITIONS);
            List<byte[]> images = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                images.add(StreamRun.png(random));
            }
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                byte[] value = i % 50 == 7 ? new byte[0] : images.get(i % images.size());
                sent.add(kafka.send(new ProducerRecord<>(
                        "images", i % PARTITIONS, Integer.toString(i).getBytes(StandardCharsets.UTF_8), value)));
            }
            Set<String> expected = new HashSet<>();
            for (Future<RecordMetadata> one : sent) {
                RecordMetadata metadata = one.get(60, TimeUnit.SECONDS);
                expected.add("images-" + metadata.partition() + "-" + metadata.offset());
            }
            // Three deaths of the application and two of the broker, each when a random share of the messages is
            // through.
            List<String> victims = List.of("application", "broker", "application", "broker", "application");
            Process application = stream.start(PARTITIONS, "delivery=" + delivery);
            try {
                int through = 0;
                for (int i = 0; i < victims.size(); i++) {
                    int before = through + 1 + random.nextInt(Math.max(1, RECORDS / (victims.size() + 1)));
                    through = before;
                    kafka.committed(OUTPUTS, written -> sources(written).size() >= Math.min(before, RECORDS));
                    if (victims.get(i).equals("broker")) {
                        kafka.broker.kill();
                        kafka.broker.restart();
                    } else {
                        application.destroyForcibly().waitFor();
                        application = stream.start(PARTITIONS, "delivery=" + delivery);
                    }
                }
                kafka.committed(OUTPUTS, all -> sources(all).size() >= RECORDS);
                // Ends after the batch that runs, which is then all that was ever written.
                application.destroy();
                assertThat(application.waitFor(120, TimeUnit.SECONDS)).isTrue();
                for (String topic : OUTPUTS) {
                    kafka.put(topic, 0, END, END);
                }
                List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>(kafka.committed(
                        OUTPUTS,
                        records -> records.stream().filter(StreamKillIT::isEnd).count() == OUTPUTS.size()));
                all.removeIf(StreamKillIT::isEnd);
                assertThat(sources(all)).isEqualTo(expected);
                if (once) {
                    assertThat(all).as("each of them once").hasSize(RECORDS);
                }
                Map<Boolean, Long> dead = all.stream()
                        .collect(Collectors.partitioningBy(
                                record -> record.topic().equals("dead"), Collectors.counting()));
                assertThat(dead.get(true)).isGreaterThanOrEqualTo((RECORDS + 42) / 50);
            } catch (AssertionError failed) {
                System.err.println(Files.readString(stream.log().toPath()));
                throw new AssertionError("With -Dconvoy.test.seed=" + seed + ": " + failed.getMessage(), failed);
            } finally {
                application.destroyForcibly().waitFor();
            }
        }
    }
}
