package io.convoy.spark.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.SavedModel;
import io.convoy.spark.ThisCpu;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.StreamConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ModelSourceTest {
    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private final float[] image = new float[Math.toIntExact(SavedModel.IMAGE.count())];

    private StreamConfig config(Precision precision) {
        return ConfigReader.readStream(
                "stream.yaml", """
                name: test
                model: "%s"
                precision: %s
                kafka: { bootstrap.servers: "unused:1" }
                input: { topics: [images] }
                output: { topic: predictions }
                deadLetters: { topic: dead }
                checkpoints: unused
                """.formatted(folder, precision.name().toLowerCase(Locale.ROOT)), List.of());
    }

    private float[] expected(Precision precision) throws IOException {
        try (InferenceModel engine = InferenceModel.of(Model.read(ModelFolder.local(folder)), precision)) {
            return engine.scores(image, 1);
        }
    }

    private float[] scores(ModelSource source) {
        ServedModel served = source.acquire();
        try {
            return served.scores(image, 1);
        } finally {
            served.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyVersionScoresInThePrecisionOfTheConfiguration(Precision precision) throws IOException {
        ThisCpu.assumeComputes(precision);
        Arrays.fill(image, 0.3f);
        SavedModel.classifier(folder, 1);
        try (ModelSource source = new ModelSource(folder.toString(), config(precision), lines::add)) {
            float[] first = scores(source);
            assertThat(first).containsExactly(expected(precision));
            SavedModel.classifier(folder, 2);
            source.refresh();
            assertThat(scores(source)).containsExactly(expected(precision)).isNotEqualTo(first);
        }
        assertThat(lines).hasSize(1);
    }
}
