package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.ConfigReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both programs' clients are set alike. */
class KafkaClientsTest {
    private static KafkaClients clients(Map<String, String> settings) {
        return new KafkaClients(KafkaSettings.of(settings));
    }

    @Test
    void eachClientGetsWhatItKnowsAndAllGetWhatNobodyKnows() {
        KafkaClients clients = clients(Map.of(
                "security.protocol", "SSL",
                "max.poll.records", "7",
                "compression.type", "zstd",
                "client.id", "me",
                "a.plug.in", "on"));
        assertThat(clients.consumer(Map.of()))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("max.poll.records", "7")
                .containsEntry("a.plug.in", "on")
                .doesNotContainKey("compression.type");
        assertThat(clients.producer(Map.of()))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("compression.type", "zstd")
                .containsEntry("client.id", "me")
                .doesNotContainKey("max.poll.records");
        assertThat(clients.admin()).containsOnly(Map.entry("security.protocol", "SSL"), Map.entry("a.plug.in", "on"));
    }

    @Test
    void defaultsGiveWayButDeliveryDoesNot() {
        assertThat(clients(Map.of()).consumer(Map.of("fetch.max.wait.ms", "9")))
                .containsEntry("fetch.max.wait.ms", "9")
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("enable.auto.commit", "false")
                .containsEntry("auto.offset.reset", "none");
        assertThat(clients(Map.of("linger.ms", "3", "max.request.size", "1", "transactional.id", "mine"))
                        .producer(Map.of("linger.ms", "0", "batch.size", "2")))
                .containsEntry("linger.ms", "3")
                .containsEntry("batch.size", "2")
                .containsEntry("max.request.size", "1")
                .containsEntry("max.in.flight.requests.per.connection", "1")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true")
                .doesNotContainKey("transactional.id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acks", "enable.idempotence", "enable.auto.commit", "auto.offset.reset", "key.serializer"})
    void whatDeliveryRestsOnIsLeftToConvoy(String key) {
        assertThatThrownBy(() -> clients(Map.of(key, "1")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kafka." + key
                        + " expects to be left to Convoy, as delivery rests on it, but it is set. Maybe remove it.");
    }

    @Test
    void onAnotherMachineTheyAreTheSameAndTellNoSecretEither() throws Exception {
        KafkaClients clients = clients(Map.of("bootstrap.servers", "a:1", "ssl.key.password", "swordfish"));
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
            out.writeObject(clients);
        }
        KafkaClients arrived;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent.toByteArray()))) {
            arrived = (KafkaClients) in.readObject();
        }
        assertThat(arrived).isEqualTo(clients).hasSameHashCodeAs(clients);
        assertThat(arrived).isNotEqualTo(clients(Map.of("bootstrap.servers", "a:1", "ssl.key.password", "codfish")));
        assertThat(arrived).hasToString("KafkaClients[settings={bootstrap.servers=a:1, ssl.key.password=(hidden)}]");
        assertThat(arrived.producer(Map.of())).containsEntry("ssl.key.password", "swordfish");
        assertThat(arrived.reason(new KafkaException("outer", new KafkaException("not\n swordfish."))))
                .isEqualTo("not (hidden)");
    }

    @Test
    void whatTryingAgainCantHelpIsSaidWithARemedy() {
        KafkaClients clients = clients(Map.of());
        assertThat(KafkaClients.isFinal(new KafkaException(new SaslAuthenticationException("no"))))
                .isTrue();
        assertThat(KafkaClients.isFinal(new KafkaException(new DisconnectException("gone"))))
                .isFalse();
        assertThat(clients.untaken("images-3", new KafkaException(new RecordTooLargeException("It is large."))))
                .isEqualTo("images-3 expects Kafka to take its predictions, but: It is large. Maybe raise the topic's"
                        + " max.message.bytes, or kafka.max.request.size.");
        assertThat(clients.untaken("The stream x", new TopicAuthorizationException("Not for you")))
                .isEqualTo(
                        "The stream x expects Kafka to take its predictions, but: Not for you. Maybe allow the user to"
                                + " write the topics, to use the transactional ids and to read the consumer group that bear the"
                                + " stream's name.");
        assertThat(clients.untaken("The stream x", new DisconnectException()))
                .isEqualTo("The stream x expects Kafka to take its predictions, but:"
                        + " org.apache.kafka.common.errors.DisconnectException.");
    }

    @Test
    void nobodyThereIsToldInTime() throws Exception {
        String servers;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            servers = "127.0.0.1:" + socket.getLocalPort();
        }
        String yaml = "name: x\nmodel: m\ncheckpoints: c\ninput: { topics: [a] }\noutput: { topic: b }\n"
                + "deadLetters: { topic: d }\nkafka: { bootstrap.servers: \"" + servers + "\" }\n";
        long begin = System.nanoTime();
        assertThatThrownBy(() -> Topics.require(
                        clients(Map.of("bootstrap.servers", servers)),
                        ConfigReader.readStream("x.yaml", yaml, List.of()),
                        Duration.ofSeconds(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kafka.bootstrap.servers expects Kafka at " + servers
                        + ", but nobody answers within 1 s. Maybe start it, or use another address.");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }
}
