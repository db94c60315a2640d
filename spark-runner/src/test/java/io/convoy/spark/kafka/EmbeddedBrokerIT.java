package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.RunFailedException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker is a real one that can be killed and started again, and leaves nothing behind. */
@Timeout(180)
final class EmbeddedBrokerIT {
    @TempDir
    private Path folder;

    private static void write(EmbeddedBroker broker, String text) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.copyOf(broker.clientSettings()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("texts", text.getBytes(StandardCharsets.UTF_8)))
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(EmbeddedBroker broker, int count) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.copyOf(broker.clientSettings()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("texts", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> texts = new ArrayList<>();
            while (texts.size() < count) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(10))) {
                    texts.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
            return texts;
        }
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.copyOf(broker.clientSettings()))) {
            admin.createTopics(List.of(new NewTopic("texts", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @Test
    void aKilledBrokerComesBackWithAllItHadOnTheSamePort() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            createTopic(broker);
            write(broker, "before");
            String servers = broker.bootstrapServers();
            assertThatThrownBy(broker::restart).isInstanceOf(IllegalStateException.class);
            broker.kill();
            assertThat(broker.isRunning()).isFalse();
            broker.restart();
            write(broker, "killed");
            broker.stop();
            assertThat(broker.isRunning()).isFalse();
            broker.restart();
            write(broker, "stopped");
            assertThat(broker.bootstrapServers()).isEqualTo(servers).startsWith("127.0.0.1:");
            assertThat(read(broker, 3)).containsExactly("before", "killed", "stopped");
        }
    }

    @Test
    void aSecuredBrokerLetsInNobodyElse() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startSecured("conductor", "swordfish")) {
            createTopic(broker);
            write(broker, "secret");
            assertThat(read(broker, 1)).containsExactly("secret");
            Map<String, String> settings = new HashMap<>(broker.clientSettings());
            settings.replaceAll((key, value) -> value.replace("swordfish", "carp"));
            try (Admin admin = Admin.create(Map.copyOf(settings))) {
                assertThatThrownBy(() -> admin.listTopics().names().get())
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(SaslAuthenticationException.class);
            }
        }
    }

    @Test
    void withoutJarsItSaysHowToGetThem() {
        assertThatThrownBy(() -> EmbeddedBroker.start(folder))
                .isInstanceOf(RunFailedException.class)
                .hasMessage("An embedded broker expects Kafka's jars in " + folder
                        + ", but there are none. Maybe run ./mvnw -pl deploy/kafka-broker package.");
    }

    @Test
    void nothingIsLeftWhenItsOwnerIsKilled() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + EmbeddedBroker.JARS + "=" + System.getProperty(EmbeddedBroker.JARS),
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName());
        Process owner = builder.redirectError(folder.resolve("err").toFile()).start();
        ProcessHandle broker;
        try (BufferedReader out = owner.inputReader()) {
            assertThat(out.readLine()).isEqualTo("started");
            broker = owner.descendants().findFirst().orElseThrow();
            assertThat(folder).isDirectoryContaining("glob:**/convoy-kafka*");
        } finally {
            owner.destroyForcibly();
        }
        broker.onExit().get(60, TimeUnit.SECONDS);
        assertThat(folder).isDirectoryNotContaining("glob:**/convoy-kafka*");
        Files.delete(folder.resolve("err"));
    }

    /** Starts a broker and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String... arguments) throws Exception {
            EmbeddedBroker unused = EmbeddedBroker.start();
            System.out.println("started");
            Thread.currentThread().join();
        }
    }
}
