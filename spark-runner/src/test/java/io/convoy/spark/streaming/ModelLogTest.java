package io.convoy.spark.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.SavedModel;
import io.convoy.spark.data.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelLogTest {
    @TempDir
    private Path folder;

    private final List<String> remarks = new ArrayList<>();

    private Path model() {
        return folder.resolve("model");
    }

    private ModelLog log(@Nullable Path second) {
        return new ModelLog(
                new HadoopFiles(new Configuration()),
                folder.resolve("log").toString(),
                model().toString(),
                second == null ? null : second.toString(),
                Precision.FLOAT32,
                remarks::add);
    }

    private static String save(Path path, long seed) throws IOException {
        SavedModel.classifier(path, seed);
        return Model.version(ModelFolder.local(path));
    }

    @Test
    void aBatchThatIsRepeatedHasTheModelThatItHadThoughAnotherOneIsThereNow() throws IOException {
        String one = save(model(), 1);
        BatchModels first = log(null).of(0);
        assertThat(first.first().version()).isEqualTo(one);
        String two = save(model(), 2);
        ModelLog restarted = log(null);
        assertThat(restarted.of(0)).isEqualTo(first);
        assertThat(Model.read(ModelFolder.local(Path.of(first.first().path()))).version())
                .contains(one);
        assertThat(restarted.of(1).first().version()).isEqualTo(two).isNotEqualTo(one);
        assertThat(remarks)
                .containsExactly(
                        "model: " + one + " of tiny from " + model(),
                        "new version of the model: " + two + " of tiny from " + model());
    }

    @Test
    void aVersionIsTakenUpBetweenBatches() throws IOException {
        String one = save(model(), 1);
        ModelLog log = log(null);
        assertThat(log.of(7).toString()).isEqualTo(one);
        assertThat(log.of(8).toString()).isEqualTo(one);
        String two = save(model(), 2);
        assertThat(log.of(9).toString()).isEqualTo(two);
        assertThat(log.of(8).toString()).isEqualTo(one);
    }

    @Test
    void aBrokenVersionIsRefusedWithOneLineAndTheOldOneServesOn() throws IOException {
        String one = save(model(), 1);
        ModelLog log = log(null);
        assertThat(log.of(0).toString()).isEqualTo(one);
        save(model(), 2);
        Files.writeString(model().resolve(Model.WEIGHTS), "broken");
        String two = Model.version(ModelFolder.local(model()));
        assertThat(log.of(1).toString()).isEqualTo(one);
        assertThat(log.of(2).toString()).isEqualTo(one);
        Files.delete(model().resolve(Model.CARD));
        assertThat(log.of(3).toString()).isEqualTo(one);
        assertThat(remarks).hasSize(3);
        assertThat(remarks.get(1))
                .startsWith("refused: version " + two + " of " + model() + ", so " + one + " serves on. ");
        assertThat(remarks.get(2))
                .startsWith("refused: what is at " + model() + ", so " + one + " serves on. ")
                .contains("nothing is there");
        assertThat(folder.resolve("log/versions")).isDirectoryNotContaining("glob:**/" + two);
        String three = save(model(), 3);
        assertThat(log.of(4).toString()).isEqualTo(three);
    }

    @Test
    void withABrokenModelAStreamGoesOnWithTheOneOfItsLastBatch() throws IOException {
        String one = save(model(), 1);
        log(null).of(0);
        Files.writeString(model().resolve(Model.CARD), "{}");
        assertThat(log(null).of(1).toString()).isEqualTo(one);
    }

    @Test
    void aStreamDoesNotBeginWithoutAModel() {
        ModelLog log = log(null);
        assertThatThrownBy(() -> log.of(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(model() + "/" + Model.CARD + " expects a file to read, but nothing is there.");
        assertThat(folder.resolve("log/batches")).doesNotExist();
    }

    @Test
    void bothModelsOfAnAbTestAreLogged() throws IOException {
        String one = save(model(), 1);
        Path other = folder.resolve("other");
        String two = save(other, 2);
        BatchModels models = log(other).of(0);
        assertThat(models.toString()).isEqualTo(one + " and " + two);
        save(model(), 3);
        save(other, 4);
        assertThat(log(other).of(0)).isEqualTo(models);
    }

    @Test
    void versionsThatNoBatchNamesAnyMoreAreRemoved() throws IOException {
        String one = save(model(), 1);
        ModelLog log = log(null);
        log.of(0);
        String two = save(model(), 2);
        for (long batch = 1; batch <= 45; batch++) {
            log.of(batch);
        }
        assertThat(folder.resolve("log/versions"))
                .isDirectoryContaining("glob:**/" + two)
                .isDirectoryNotContaining("glob:**/" + one);
        assertThat(log.of(45).toString()).isEqualTo(two);
        try (Stream<Path> batches = Files.list(folder.resolve("log/batches"))) {
            assertThat(batches).as("what is left of 46 batches").hasSizeBetween(20, 40);
        }
    }

    @Test
    void aRefusedVersionIsLeftAloneForAWhile() throws IOException {
        String one = save(model(), 1);
        ModelLog log = log(null);
        log.of(0);
        save(model(), 2);
        byte[] weights = Files.readAllBytes(model().resolve(Model.WEIGHTS));
        Files.writeString(model().resolve(Model.WEIGHTS), "broken");
        log.of(1);
        Files.write(model().resolve(Model.WEIGHTS), weights);
        assertThat(log.of(2).toString()).isEqualTo(one);
    }
}
