package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.DataConfig;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the configurations that come with Convoy describe. */
class ConfiguredRunsTest {
    private static final Path FOLDER = Path.of("..", "configs");

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml") && text(name).contains("\ntraining:"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunConfig read(String name, String... overrides) {
        return ConfigReader.read(name, text(name), List.of(overrides));
    }

    /** Network, loss and optimiser fit the data: all that a run checks before its first step. */
    @ParameterizedTest
    @MethodSource("names")
    void eachThatDrawsItsDataCanBegin(String name) {
        if (read(name).data() instanceof DataConfig.Strokes) {
            RunConfig config = read(name, "data.train=64", "data.test=64");
            Datasets data = Datasets.of(config.data(), HadoopFiles.ofThisProcess());
            Recipe recipe = Recipe.of(config, data, Recipe.preprocessing(config, data.train()));
            assertThat(recipe.plan().network().outputSample(0).count())
                    .isEqualTo(data.train().classes());
        }
    }
}
