package io.convoy.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.image.Images;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.serve.Scorer;
import io.convoy.spark.CountingFileSystem;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.SavedModel;
import io.convoy.spark.ThisCpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class SharedModelsTest {
    private static final int FLOATS = Math.toIntExact(SavedModel.IMAGE.count());

    @TempDir
    private Path folder;

    private String saved(String name, long seed) throws IOException {
        Path path = folder.resolve(name);
        SavedModel.classifier(path, seed);
        return path.toString();
    }

    private static float[] scores(SharedModel model) {
        return model.scorer().scores(new float[FLOATS], 1);
    }

    private static void isClosed(Scorer scorer) {
        assertThatThrownBy(() -> scorer.scores(new float[FLOATS], 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyTasksAtOnceAndOneAfterTheOtherReadTheModelOnce() throws IOException {
        String path = "counting://disk" + saved("model", 1);
        SparkConf conf = new SparkConf()
                .setMaster("local[8]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set(CountingFileSystem.SETTING, CountingFileSystem.class.getName());
        List<String> seen = new ArrayList<>();
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            String version = SharedModels.version(path);
            List<Integer> partitions = IntStream.range(0, 40).boxed().toList();
            for (int job = 0; job < 2; job++) {
                seen.addAll(spark.parallelize(partitions, 40)
                        .map(partition -> {
                            try (SharedModel model = SharedModels.of(path, version, Precision.FLOAT32)) {
                                return System.identityHashCode(model.scorer()) + ":" + scores(model)[0];
                            }
                        })
                        .collect());
            }
        }
        assertThat(seen).hasSize(80).containsOnly(seen.get(0));
        // To check its sum, and to read it.
        assertThat(CountingFileSystem.opened(folder.resolve("model").resolve(Model.WEIGHTS)))
                .isEqualTo(2);
    }

    @Test
    void aVersionThatNobodyUsesIsLetGoWhenAnotherOneComes() throws IOException {
        String path = saved("model", 1);
        String first = SharedModels.version(path);
        SharedModel old = SharedModels.of(path, first, Precision.FLOAT32);
        Scorer oldScorer = old.scorer();
        float[] before = scores(old);
        SavedModel.classifier(folder.resolve("model"), 2);
        String second = SharedModels.version(path);
        assertThat(second).isNotEqualTo(first).hasSize(16);
        try (SharedModel current = SharedModels.of(path, second, Precision.FLOAT32)) {
            assertThat(scores(old)).as("the old one serves on").isEqualTo(before);
            assertThat(scores(current)).isNotEqualTo(before);
            try (SharedModel again = SharedModels.of(path, first, Precision.FLOAT32)) {
                assertThat(again.scorer()).isSameAs(oldScorer);
            }
            old.close();
            old.close();
            isClosed(oldScorer);
            assertThat(scores(current)).isNotEqualTo(before);
        }
    }

    @Test
    void aModelThatIsIdleStaysUntilMoreThanFourAre() throws IOException {
        List<String> paths = new ArrayList<>();
        List<Scorer> scorers = new ArrayList<>();
        for (int i = 0; i <= SharedModels.MOST_IDLE; i++) {
            String path = saved("model" + i, i);
            paths.add(path);
            try (SharedModel model = SharedModels.of(path, SharedModels.version(path), Precision.FLOAT32)) {
                scorers.add(model.scorer());
            }
        }
        isClosed(scorers.get(0));
        for (int i = 1; i < scorers.size(); i++) {
            String path = paths.get(i);
            try (SharedModel model = SharedModels.of(path, SharedModels.version(path), Precision.FLOAT32)) {
                assertThat(model.scorer()).isSameAs(scorers.get(i));
            }
        }
    }

    @Test
    void aModelUpToANodeIsOneOfItsOwn() throws IOException {
        String path = saved("model", 3);
        String version = SharedModels.version(path);
        try (SharedModel scores = SharedModels.of(path, version, Precision.FLOAT32);
                SharedModel embedding = SharedModels.of(path, version, Precision.FLOAT32, Optional.of("embedding"))) {
            assertThat(scores.scorer().width()).isEqualTo(SavedModel.LABELS.size());
            assertThat(embedding.scorer().width()).isEqualTo(12);
        }
        assertThatThrownBy(() -> SharedModels.of(path, version, Precision.FLOAT32, Optional.of("embeding")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The network expects the name of one of its nodes, but it got \"embeding\". Maybe you mean"
                        + " embedding.");
    }

    @Test
    void aModelInAnotherPrecisionIsOneOfItsOwnWithTheBitsOfTheEngine() throws IOException {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        String path = saved("model", 3);
        String version = SharedModels.version(path);
        Model model = Model.read(ModelFolder.local(folder.resolve("model")));
        float[] image = new float[FLOATS];
        Arrays.fill(image, 0.3f);
        try (SharedModel fine = SharedModels.of(path, version, Precision.FLOAT32);
                SharedModel rough = SharedModels.of(path, version, Precision.BFLOAT16);
                SharedModel again = SharedModels.of(path, version, Precision.BFLOAT16);
                SharedModel embedding = SharedModels.of(path, version, Precision.BFLOAT16, Optional.of("embedding"));
                InferenceModel scores = InferenceModel.of(model, Precision.BFLOAT16);
                InferenceModel values = InferenceModel.of(model, Precision.BFLOAT16, "embedding")) {
            assertThat(again.scorer()).isSameAs(rough.scorer());
            assertThat(rough.scorer().scores(image, 1))
                    .containsExactly(scores.scores(image, 1))
                    .isNotEqualTo(fine.scorer().scores(image, 1));
            assertThat(embedding.scorer().scores(image, 1)).containsExactly(values.scores(image, 1));
        }
    }

    @Test
    void anotherVersionThanTheOneAskedForIsRefused() throws IOException {
        String path = saved("model", 4);
        String version = SharedModels.version(path);
        assertThatThrownBy(() -> SharedModels.of(path, "0123456789abcdef", Precision.FLOAT32))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith(path + " expects the model of version 0123456789abcdef, but it holds " + version
                        + ". Maybe it was replaced in the meantime.");
    }

    @Test
    void whatCouldNotBeLoadedIsTriedAgainByTheNextCaller() throws IOException {
        String path = saved("model", 5);
        String version = SharedModels.version(path);
        Path file = folder.resolve("model").resolve(Model.WEIGHTS);
        byte[] weights = Files.readAllBytes(file);
        Files.write(file, new byte[10]);
        assertThatThrownBy(() -> SharedModels.of(path, version, Precision.FLOAT32))
                .hasMessageContaining(Model.WEIGHTS);
        Files.write(file, weights);
        try (SharedModel model = SharedModels.of(path, version, Precision.FLOAT32)) {
            assertThat(model.version()).isEqualTo(version);
        }
    }

    @Test
    void anotherDecoderThanThatOfTheTrainingIsToldOf() throws IOException {
        List<Head> heads = List.of(Head.classes(5, List.of()));
        Model other = SavedModel.save(folder.resolve("other"), 6, heads, "javax.imageio of Java 1.0");
        assertThat(SharedModels.decoderRemark(other.card()))
                .contains("Model tiny expects image files to be decoded by javax.imageio of Java 1.0, as in its"
                        + " training, but this process has " + Images.DECODER
                        + ". Pixels, and with them scores, may differ a little. Maybe run it with the same Java.");
        Model same = SavedModel.save(folder.resolve("same"), 6, heads, Images.DECODER);
        assertThat(SharedModels.decoderRemark(same.card())).isEmpty();
        Model none = SavedModel.save(folder.resolve("none"), 6, heads, "");
        assertThat(SharedModels.decoderRemark(none.card())).isEmpty();
        assertThat(Model.version(ModelFolder.local(folder.resolve("none"))))
                .isEqualTo(SharedModels.version(folder.resolve("none").toString()));
    }
}
