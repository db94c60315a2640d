package io.convoy.spark.kafka;

import static io.convoy.spark.kafka.BrokerFixture.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker with a broker that demands SASL over TLS; the secrets come from the environment and from a file, and are told nowhere. */
@Timeout(240)
final class SecuredWorkerIT {
    @TempDir
    private Path folder;

    @Test
    void secretsComeFromOutsideAndAreNotShown() throws Exception {
        Path model = folder.resolve("model");
        SavedModel.classifier(model, 1);
        try (BrokerFixture kafka = new BrokerFixture(EmbeddedBroker.startSecured("conductor", "swordfish"))) {
            kafka.topics("secret", 1);
            kafka.send("secret", 0, "k", tensor(1)).get();
            Map<String, String> settings = kafka.broker.clientSettings();
            Path trust = Files.writeString(folder.resolve("trust"), settings.get("ssl.truststore.password") + "\n");
            String yaml = kafka.yaml("secret", model)
                    .replaceAll(
                            "kafka: .*",
                            "kafka:\n  bootstrap.servers: \"" + kafka.broker.bootstrapServers() + "\"\n"
                                    + "  security.protocol: SASL_SSL\n  sasl.mechanism: SCRAM-SHA-512\n"
                                    + "  sasl.jaas.config: 'org.apache.kafka.common.security.scram.ScramLoginModule required"
                                    + " username=\"conductor\" password=\"\\${env:CONVOY_SECRET}\";'\n"
                                    + "  ssl.truststore.location: " + settings.get("ssl.truststore.location") + "\n"
                                    + "  ssl.truststore.password: \\${file:" + trust
                                    + "}\n  ssl.truststore.type: PKCS12");
            Path config = Files.writeString(folder.resolve("stream.yaml"), yaml);
            try (WorkerProcess worker = new WorkerProcess(
                    folder, config, Map.of("CONVOY_SECRET", "swordfish"), "batching.commitMillis=20")) {
                kafka.committed("secret-out", 1);
                assertThat(worker.terminate()).isEqualTo(143);
                assertThat(worker.output()).doesNotContain("swordfish", settings.get("ssl.truststore.password"));
            }
            try (WorkerProcess worker = new WorkerProcess(folder, config, Map.of("CONVOY_SECRET", "codfishery"))) {
                assertThat(worker.await()).isEqualTo(2);
                assertThat(worker.output()).contains("Authentication failed").doesNotContain("codfishery");
            }
            try (WorkerProcess worker = new WorkerProcess(folder, config, Map.of())) {
                assertThat(worker.await()).isEqualTo(2);
                assertThat(worker.output())
                        .contains("kafka.sasl.jaas.config expects the environment variable CONVOY_SECRET, but it is not"
                                + " set. Maybe export it before Convoy is started.");
            }
        }
    }
}
