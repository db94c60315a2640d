package io.convoy.spark.kafka;

import static io.convoy.spark.kafka.BrokerFixture.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worker's process is killed three times and the broker twice, at points that a printed seed draws ({@code convoy.test.seed} sets
 * it), while messages come: none is lost, and with transactions none is answered twice. {@code convoy.stream.records} sets how many
 * there are, 2,000 if it is not set.
 */
@Timeout(600)
final class KilledWorkerIT {
    private static final int RECORDS = Integer.getInteger("convoy.stream.records", 2_000);
    private static final int PARTITIONS = 3;
    private static final int KILLS = 5;

    @TempDir
    private Path folder;

    private WorkerProcess start(Path config) throws IOException {
        // One id for all lives: the next one ends at once what the one before has left open. And Kafka is to notice
        // soon that
        // a life has ended, and to give its partitions to the next one.
        return new WorkerProcess(
                folder,
                config,
                Map.of(),
                "kafka.transactional.id=killed",
                "kafka.session.timeout.ms=6000",
                "kafka.heartbeat.interval.ms=1000");
    }

    @Test
    void everyMessageIsAnsweredExactlyOnceWhoeverIsKilled() throws Exception {
        long seed = Long.getLong("convoy.test.seed", System.nanoTime());
        System.out.println("KilledWorkerIT: -Dconvoy.test.seed=" + seed);
        Random random = new Random(seed);
        Path model = folder.resolve("model");
        SavedModel.classifier(model, 1);
        List<Integer> victims = new ArrayList<>(List.of(0, 0, 0, 1, 1));
        Collections.shuffle(victims, random);
        try (BrokerFixture kafka = new BrokerFixture(EmbeddedBroker.start())) {
            kafka.topics("killed", PARTITIONS);
            Path config = Files.writeString(
                    folder.resolve("stream.yaml"),
                    kafka.yaml(
                            "killed", model, "delivery: exactlyOnce", "batching: { images: 32, commitMillis: 100 }"));
            byte[][] messages = new byte[10][];
            for (int i = 0; i < messages.length; i++) {
                messages[i] = tensor(i);
            }
            WorkerProcess worker = start(config);
            try {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                int next = 0;
                for (int kill = 0; kill < KILLS; kill++) {
                    int until = RECORDS * (kill + 1) / (KILLS + 1);
                    for (; next < until; next++) {
                        sent.add(kafka.send("killed", next % PARTITIONS, "k" + next, messages[next % 10]));
                    }
                    // Some way into what has just been sent.
                    int answered = RECORDS * kill / (KILLS + 1) + random.nextInt(RECORDS / (KILLS + 1) * 3 / 4);
                    kafka.committed("killed-out", answered);
                    if (victims.get(kill) == 0) {
                        worker.kill();
                        worker = start(config);
                    } else {
                        kafka.broker.kill();
                        kafka.broker.restart();
                    }
                }
                // The last life has something to do, too.
                for (; next < RECORDS; next++) {
                    sent.add(kafka.send("killed", next % PARTITIONS, "k" + next, messages[next % 10]));
                }
                for (Future<RecordMetadata> one : sent) {
                    one.get(150, TimeUnit.SECONDS);
                }
                List<ConsumerRecord<byte[], byte[]>> answers = kafka.committed("killed-out", RECORDS);
                assertThat(worker.terminate()).isEqualTo(143);
                assertThat(worker.output()).contains("  (ended)");
                assertThat(answers).extracting(BrokerFixture::source).doesNotHaveDuplicates();
                TreeSet<String> sources = new TreeSet<>(
                        answers.stream().map(BrokerFixture::source).toList());
                TreeSet<String> expected = new TreeSet<>();
                for (Future<RecordMetadata> one : sent) {
                    expected.add(
                            "killed-" + one.get().partition() + "-" + one.get().offset());
                }
                assertThat(sources).isEqualTo(expected);
                // Nothing more comes.
                assertThat(kafka.committed("killed-out", RECORDS)).hasSize(RECORDS);
            } catch (AssertionError | ExecutionException e) {
                throw new AssertionError(
                        e.getMessage() + "\nThe broker " + (kafka.broker.isRunning() ? "runs" : "is down")
                                + " and said: " + kafka.broker.output() + "\nThe worker said:\n" + worker.output(),
                        e);
            } finally {
                worker.close();
            }
        }
    }
}
