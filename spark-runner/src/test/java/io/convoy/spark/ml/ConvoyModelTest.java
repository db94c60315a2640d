package io.convoy.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.image.Images;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.InferenceModel;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.spark.CountingFileSystem;
import io.convoy.spark.DrawnImages;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.SavedModel;
import io.convoy.spark.ThisCpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class ConvoyModelTest {
    private static final StructType IMAGES =
            new StructType().add("name", DataTypes.StringType).add("image", DataTypes.BinaryType);

    private static SparkSession spark;

    @TempDir
    private static Path folder;

    private static DrawnImages drawn;
    private static List<float[]> expected;

    @BeforeAll
    static void start() throws IOException {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .config(CountingFileSystem.SETTING, CountingFileSystem.class.getName())
                .getOrCreate();
        SavedModel.classifier(folder.resolve("model"), 7);
        drawn = DrawnImages.of(DrawnImages.MANY);
        expected = drawn.scores(folder.resolve("model"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static ConvoyModel stage() {
        return new ConvoyModel().setModelPath(folder.resolve("model").toString());
    }

    private static Dataset<Row> images(List<DrawnImages.Drawn> files) {
        return spark.createDataFrame(
                files.stream()
                        .map(file -> RowFactory.create(file.name(), file.bytes()))
                        .toList(),
                IMAGES);
    }

    private static Dataset<Row> odd() {
        return spark.createDataFrame(
                List.of(
                        RowFactory.create("good", drawn.files().get(0).bytes()),
                        RowFactory.create("null", null),
                        RowFactory.create("empty", new byte[0]),
                        RowFactory.create("text", "no image".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        RowFactory.create(
                                "cut", Arrays.copyOf(drawn.files().get(1).bytes(), 60))),
                IMAGES);
    }

    private static float[] floats(Row row, String column) {
        List<Float> list = row.getList(row.fieldIndex(column));
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i);
        }
        return values;
    }

    @Test
    void aThousandImagesInAnyPartitionsGetTheBitsOfThePlainEngine() {
        for (int partitions : new int[] {1, 7}) {
            Map<String, float[]> scores = new HashMap<>();
            for (Row row : stage().transform(images(drawn.files()).repartition(partitions))
                    .select("name", "scores", "prediction", "predictedLabel", "probability")
                    .collectAsList()) {
                float[] mine = floats(row, "scores");
                scores.put(row.getString(0), mine);
                Head head = Head.classes(5, SavedModel.LABELS);
                Head.Choice best = head.top(mine, 0, 1).get(0);
                assertThat(row.getDouble(2)).isEqualTo(best.index());
                assertThat(row.getString(3)).isEqualTo(best.label());
                assertThat(row.<Vector>getAs(4).apply(best.index())).isEqualTo(best.probability());
            }
            assertThat(scores).hasSize(DrawnImages.MANY);
            for (int i = 0; i < DrawnImages.MANY; i++) {
                assertThat(scores.get(drawn.files().get(i).name()))
                        .as("image %s of %s partitions", i, partitions)
                        .containsExactly(expected.get(i));
            }
        }
    }

    @Test
    void rowsThatCannotBeUsedSayWhyAndDoNotFailTheJob() {
        Dataset<Row> scored = stage().setTopK(2).transform(odd());
        assertThat(scored.columns())
                .containsExactly(
                        "name", "image", "prediction", "predictedLabel", "probability", "topK", "scores", "error");
        Map<String, Row> rows =
                scored.collectAsList().stream().collect(Collectors.toMap(row -> row.getString(0), row -> row));
        Row good = Objects.requireNonNull(rows.get("good"));
        assertThat(good.isNullAt(good.fieldIndex("error"))).isTrue();
        assertThat(floats(good, "scores")).containsExactly(expected.get(0));
        List<Row> top = good.getList(good.fieldIndex("topK"));
        List<Head.Choice> best = Head.classes(5, SavedModel.LABELS).top(expected.get(0), 0, 2);
        assertThat(top.stream().map(row -> row.getString(0) + row.getFloat(1)))
                .containsExactly(
                        best.get(0).label() + best.get(0).probability(),
                        best.get(1).label() + best.get(1).probability());
        assertThat(Objects.requireNonNull(rows.get("null")).getString(7)).isEqualTo("it is null");
        assertThat(Objects.requireNonNull(rows.get("empty")).getString(7)).isEqualTo("it is empty");
        assertThat(Objects.requireNonNull(rows.get("text")).getString(7))
                .isEqualTo("it is no image, but only JPEG and PNG are supported");
        assertThat(Objects.requireNonNull(rows.get("cut")).getString(7)).isNotBlank();
        for (String name : List.of("null", "empty", "text", "cut")) {
            for (int column = 2; column < 7; column++) {
                assertThat(Objects.requireNonNull(rows.get(name)).isNullAt(column))
                        .as(name)
                        .isTrue();
            }
        }
        assertThatThrownBy(() ->
                        stage().setOnError("fail").transform(odd().coalesce(1)).collectAsList())
                .rootCause()
                .isInstanceOf(RunFailedException.class)
                .hasMessage(
                        "ConvoyModel expects images that it can use in the column image, but of row 1 in partition 0"
                                + " it is null. Maybe set onError to report.");
    }

    @Test
    void emptyPartitionsDoNotLoadTheModel() throws IOException {
        Path path = folder.resolve("unused");
        SavedModel.classifier(path, 8);
        Dataset<Row> scored = new ConvoyModel()
                .setModelPath("counting://disk" + path)
                .transform(images(List.of()).repartition(5));
        assertThat(scored.count()).isZero();
        assertThat(scored.collectAsList()).isEmpty();
        assertThat(CountingFileSystem.opened(path.resolve(Model.WEIGHTS))).isZero();
        Dataset<Row> two = new ConvoyModel()
                .setModelPath("counting://disk" + path)
                .transform(images(drawn.files().subList(0, 2)).repartition(12));
        assertThat(two.collectAsList()).hasSize(2);
        assertThat(CountingFileSystem.opened(path.resolve(Model.WEIGHTS))).isEqualTo(2);
    }

    @Test
    void aChunkIsAllThatIsReadAhead() {
        List<Row> given = new ArrayList<>();
        int[] read = {0};
        for (int i = 0; i < 300; i++) {
            given.add(RowFactory.create("x", drawn.files().get(i % 10).bytes()));
        }
        ConvoyModel stage = stage();
        RowScoring scoring = new RowScoring(
                folder.resolve("model").toString(),
                version(),
                Precision.FLOAT32,
                null,
                new RowReader("image", 1, ConvoyModel.InputFormat.IMAGE),
                new OutputColumns("", "", "", "", 0, "scores", "", "", ""),
                false);
        var rows = scoring.score(given.stream().peek(row -> read[0]++).iterator());
        assertThat(read[0]).as("before anything is asked for").isLessThanOrEqualTo(1);
        for (int i = 0; i < 300; i++) {
            assertThat(rows.hasNext()).isTrue();
            assertThat(rows.next().length()).isEqualTo(3);
            assertThat(read[0]).isLessThanOrEqualTo((i / 64 + 1) * 64 + 1);
        }
        assertThat(rows.hasNext()).isFalse();
        assertThat(stage.uid()).startsWith("convoyModel");
    }

    private static String version() {
        try {
            return Model.version(ModelFolder.local(folder.resolve("model")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aSavedPipelineCarriesItsModelAndGivesTheSameAgain() throws IOException {
        Path own = folder.resolve("own");
        SavedModel.classifier(own, 9);
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new ConvoyModel().setModelPath(own.toString()).setEmbeddingNode("embedding"),
            new Normalizer().setInputCol("embedding").setOutputCol("direction"),
            new IndexToString().setInputCol("prediction").setOutputCol("again")
        });
        Dataset<Row> images = images(drawn.files().subList(0, 40));
        PipelineModel fitted = pipeline.fit(images);
        List<Row> before = fitted.transform(images).drop("image").collectAsList();
        fitted.save(folder.resolve("pipeline").toString());
        pipeline.save(folder.resolve("plan").toString());
        try (var files = Files.list(own)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Path moved = folder.resolve("moved");
        Files.move(folder.resolve("pipeline"), moved);
        List<Row> after = PipelineModel.load(moved.toString())
                .transform(images)
                .drop("image")
                .collectAsList();
        assertThat(after).isEqualTo(before);
        Pipeline plan = Pipeline.load(folder.resolve("plan").toString());
        assertThat(plan.fit(images).transform(images).drop("image").collectAsList())
                .isEqualTo(before);
        Row row = before.get(0);
        assertThat(row.<String>getAs("again")).isEqualTo(row.getAs("predictedLabel"));
        try (InferenceModel embedding = InferenceModel.of(
                Model.read(ModelFolder.local(folder.resolve("plan")
                        .resolve("stages/0_" + stageUid(plan))
                        .resolve("model"))),
                Precision.FLOAT32,
                "embedding")) {
            assertThat(row.<Vector>getAs("embedding").size()).isEqualTo(embedding.width());
        }
    }

    private static String stageUid(Pipeline plan) {
        return plan.getStages()[0].uid();
    }

    @Test
    void aStageIsSavedWithItsParamsAndOverwrittenOnlyWhenAsked() throws IOException {
        String path = folder.resolve("stage").toString();
        ConvoyModel stage = stage().setTopK(3).setOnError("fail").setScoresCol("");
        stage.save(path);
        ConvoyModel loaded = ConvoyModel.load(path);
        assertThat(loaded.uid()).isEqualTo(stage.uid());
        assertThat(loaded.explainParam(loaded.topK())).contains("current: 3");
        assertThat(loaded.getOrDefault(loaded.modelPath())).isEqualTo(path + "/model");
        assertThatThrownBy(() -> stage.save(path)).hasMessageContaining("already exists");
        stage.write().overwrite().save(path);
        assertThatThrownBy(() -> loaded.write().overwrite().save(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(path + " expects another stage to be saved there, but it holds the model of this one, which"
                        + " would be overwritten. Maybe choose another path.");
        Dataset<Row> images = images(drawn.files().subList(0, 3));
        assertThat(ConvoyModel.load(path).transform(images).collectAsList())
                .isEqualTo(stage.transform(images).collectAsList());
    }

    @Test
    void aSavedStageScoresInThePrecisionThatItWasSavedWith() throws IOException {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        String path = folder.resolve("rough").toString();
        ConvoyModel stage = stage();
        assertThat(stage.getOrDefault(stage.precision())).isEqualTo("float32");
        stage.setPrecision("bfloat16").setEmbeddingNode("embedding").save(path);
        DrawnImages few = new DrawnImages(drawn.files().subList(0, 70));
        List<float[]> rough = few.scores(folder.resolve("model"), Precision.BFLOAT16);
        Dataset<Row> images = images(few.files());
        List<Row> rows = ConvoyModel.load(path).transform(images).collectAsList();
        assertThat(rows).hasSize(70);
        for (int i = 0; i < 70; i++) {
            assertThat(floats(rows.get(i), "scores"))
                    .containsExactly(rough.get(i))
                    .isNotEqualTo(expected.get(i));
        }
        Row fine = stage().setEmbeddingNode("embedding").transform(images).first();
        assertThat(floats(fine, "scores")).containsExactly(expected.get(0));
        assertThat(fine.<Vector>getAs("embedding")).isNotEqualTo(rows.get(0).<Vector>getAs("embedding"));
    }

    @Test
    void furtherHeadsAndEmbeddingsAreTold() throws IOException {
        List<Head> heads = List.of(
                Head.classes(2, List.of("no", "yes")),
                new Head("kind", Head.Kind.CLASSES, 3, List.of("x", "y", "z")),
                new Head("place", Head.Kind.VALUES, 2, List.of()));
        Path path = folder.resolve("heads");
        Model model = SavedModel.save(path, 3, heads, Images.DECODER);
        Row row = new ConvoyModel()
                .setModelPath(path.toString())
                .transform(images(drawn.files().subList(5, 6)))
                .collectAsList()
                .get(0);
        float[] scores = drawn.scores(path).get(5);
        assertThat(model.card().width()).isEqualTo(7);
        assertThat(floats(row, "scores")).containsExactly(scores);
        Row further = row.getStruct(row.fieldIndex("heads"));
        Head.Choice kind = heads.get(1).top(scores, 2, 1).get(0);
        assertThat(further.getStruct(0)).isEqualTo(RowFactory.create(kind.label(), kind.probability()));
        assertThat(floats(further, "place")).containsExactly(scores[5], scores[6]);

        Path embedder = folder.resolve("embedder");
        SavedModel.save(embedder, 3, List.of(new Head("place", Head.Kind.VALUES, 4, List.of())), "");
        assertThat(new ConvoyModel()
                        .setModelPath(embedder.toString())
                        .transform(images(drawn.files().subList(5, 6)))
                        .columns())
                .containsExactly("name", "image", "scores", "error");
    }

    @Test
    void pixelsAndValuesAreInputsToo() {
        int floats = Math.toIntExact(SavedModel.IMAGE.count());
        byte[] pixels = new byte[floats];
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < floats; i++) {
            pixels[i] = (byte) (i * 7);
            values.add((double) ((pixels[i] & 0xFF) / 255f));
        }
        List<Double> broken = new ArrayList<>(values);
        broken.set(3, Double.NaN);
        List<Double> holey = new ArrayList<>(values);
        holey.set(2, null);
        Dataset<Row> data = spark.createDataFrame(
                List.of(
                        RowFactory.create(pixels, values.toArray()),
                        RowFactory.create(new byte[5], new Double[] {1.0}),
                        RowFactory.create(pixels, broken.toArray()),
                        RowFactory.create(pixels, holey.toArray())),
                new StructType()
                        .add("pixels", DataTypes.BinaryType)
                        .add("values", DataTypes.createArrayType(DataTypes.DoubleType)));
        List<Row> byPixels = stage().setInputCol("pixels")
                .setInputFormat("pixels")
                .transform(data)
                .select("scores", "error")
                .collectAsList();
        List<Row> byValues = stage().setInputCol("values")
                .setInputFormat("values")
                .transform(data)
                .select("scores", "error")
                .collectAsList();
        assertThat(floats(byValues.get(0), "scores")).containsExactly(floats(byPixels.get(0), "scores"));
        assertThat(byPixels.get(1).getString(1)).isEqualTo("it has 5 bytes instead of the 960 of [3, 20, 16]");
        assertThat(byValues.stream().map(row -> row.getString(1)).toList())
                .containsExactly(
                        null, "it has 1 values instead of the 960 of [3, 20, 16]", "value 3 is NaN", "value 2 is null");
    }

    @Test
    void whatCannotWorkIsRefusedBeforeAJobStarts() {
        Dataset<Row> images = images(drawn.files().subList(0, 1));
        refused(
                new ConvoyModel(),
                images,
                "ConvoyModel expects the path of a trained model, but modelPath is not set. Maybe call setModelPath.");
        refused(
                stage().setInputCol("picture"),
                images,
                "ConvoyModel expects the column picture, but there are only name, image. Maybe call setInputCol.");
        refused(
                stage().setInputCol("name"),
                images,
                "ConvoyModel expects the column name to be binary, but it is string.");
        refused(
                stage().setInputFormat("values"),
                images,
                "ConvoyModel expects the column image to be an array of float or double, but it is binary. Maybe set"
                        + " inputFormat to image or pixels.");
        refused(
                stage().setInputFormat("jpeg"),
                images,
                "ConvoyModel's inputFormat expects one of image, pixels, values, but it is jpeg.");
        refused(
                stage().setPrecision("float16"),
                images,
                "ConvoyModel's precision expects one of float32, bfloat16, but it is float16.");
        refused(
                stage().setOnError("ignore"),
                images,
                "ConvoyModel's onError expects one of report, fail, but it is ignore.");
        refused(stage().setTopK(-1), images, "ConvoyModel's topK expects 0 or more classes, but it is -1.");
        refused(
                stage().setErrorCol("Name"),
                images,
                "ConvoyModel expects to add the column Name, but it is there already. Maybe drop it, or choose another"
                        + " name.");
        assertThatThrownBy(() -> stage().setModelPath(folder.resolve("nowhere").toString())
                        .transform(images))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nothing is there");
    }

    private static void refused(ConvoyModel stage, Dataset<Row> images, String message) {
        assertThatThrownBy(() -> stage.transform(images))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void sparksEvaluatorsReadItsPredictions() {
        Dataset<Row> scored = stage().transform(images(drawn.files().subList(0, 50)))
                .withColumnRenamed("predictedLabel", "named")
                .withColumn("label", org.apache.spark.sql.functions.lit(expectedClass(0)));
        long right = IntStream.range(0, 50)
                .filter(i -> expectedClass(i) == expectedClass(0))
                .count();
        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(scored))
                .isEqualTo(right / 50.0);
    }

    private static double expectedClass(int index) {
        return Head.classes(5, SavedModel.LABELS)
                .top(expected.get(index), 0, 1)
                .get(0)
                .index();
    }
}
