package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything passes through, and no secret is ever shown. */
class KafkaSettingsTest {
    @TempDir
    private Path folder;

    private static KafkaSettings settings(Map<String, String> written) {
        return KafkaSettings.of(written, name -> name.equals("PASSWORD") ? "hunter$2\\" : null);
    }

    @Test
    void settingsPassThroughAsTheyAre() {
        KafkaSettings settings = settings(Map.of("bootstrap.servers", "a:1,b:2", "some.setting", "a ${x} $1"));
        assertThat(settings.values())
                .containsOnly(Map.entry("bootstrap.servers", "a:1,b:2"), Map.entry("some.setting", "a ${x} $1"));
        assertThat(settings.bootstrapServers()).isEqualTo("a:1,b:2");
        assertThat(settings.get("other", "none")).isEqualTo("none");
    }

    @Test
    void secretsComeFromTheEnvironmentAndFromFiles() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "two\nlines\n");
        KafkaSettings settings = settings(Map.of(
                "sasl.jaas.config",
                "Login required username=\"me\" password=\"${env:PASSWORD}\";",
                "ssl.keystore.key",
                "${file:" + file + "}"));
        assertThat(settings.values())
                .containsEntry("sasl.jaas.config", "Login required username=\"me\" password=\"hunter$2\\\";")
                .containsEntry("ssl.keystore.key", "two\nlines");
    }

    @Test
    void secretsAreNeverShown() {
        KafkaSettings settings = settings(Map.of(
                "bootstrap.servers", "a:1",
                "client.id", "${env:PASSWORD}",
                "sasl.jaas.config", "Login required username=\"me\" password=\"swordfish\";",
                "ssl.truststore.password", "changeit"));
        assertThat(settings)
                .hasToString("{bootstrap.servers=a:1, client.id=${env:PASSWORD}, sasl.jaas.config=(hidden),"
                        + " ssl.truststore.password=(hidden)}");
        assertThat(settings.redact("me: swordfish, changeit and hunter$2\\ are wrong"))
                .isEqualTo("me: (hidden), (hidden) and (hidden) are wrong");
    }

    @Test
    void whatIsMissingIsNamedButNotShown() {
        assertThatThrownBy(() -> settings(Map.of("ssl.key.password", "a${env:NOWHERE}")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kafka.ssl.key.password expects the environment variable NOWHERE, but it is not set."
                        + " Maybe export it before Convoy is started.");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> settings(Map.of("ssl.key.password", "${file:" + missing + "}")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kafka.ssl.key.password expects a text in the file " + missing
                        + ", but it can't be read: NoSuchFileException. Maybe check its path and who may read it.");
    }
}
