package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.serve.Head;
import io.convoy.engine.serve.Model;
import io.convoy.engine.serve.ModelFolder;
import io.convoy.engine.train.Evaluation;
import io.convoy.spark.DrawnImages;
import io.convoy.spark.ImageFolders;
import io.convoy.spark.SavedModel;
import io.convoy.spark.ThisCpu;
import io.convoy.spark.config.ConfigReader;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.job.TrainingJob;
import io.convoy.spark.job.TrainingRequest;
import io.convoy.spark.report.Figures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class PredictCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path shared;

    private static Path model;

    private static DrawnImages drawn;
    private static List<float[]> expected;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path images = Path.of("");

    @BeforeAll
    static void draw() throws IOException {
        model = shared.resolve("model");
        SavedModel.classifier(model, 7);
        drawn = DrawnImages.of(DrawnImages.MANY);
        expected = drawn.scores(model);
    }

    /** A few images, and files that are none. */
    @BeforeEach
    void writeOddFolder() throws IOException {
        images = folder.resolve("images");
        new DrawnImages(drawn.files().subList(0, 70)).writeTo(images);
        Files.write(images.resolve("00/0001.png"), new byte[0]);
        Files.writeString(images.resolve("00/text.jpg"), "no image");
        Files.writeString(images.resolve("readme.txt"), "pictures");
        Files.writeString(images.resolve(".hidden.jpg"), "hidden");
    }

    private int run(String... arguments) {
        return Convoy.commandLine((request, stream) -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int predict(Path input, Path output, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "predict", "--model", model.toString(), "--input", input.toString(), "--output", output.toString()));
        arguments.addAll(Arrays.asList(more));
        return run(arguments.toArray(String[]::new));
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(array.get(i).asText());
        }
        return values;
    }

    private static Head.Choice best(int index) {
        return head().top(expected.get(index), 0, 1).get(0);
    }

    private static Head head() {
        return Head.classes(5, SavedModel.LABELS);
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aThousandFilesGetTheBitsOfThePlainEngineInTheOrderOfTheirPaths() throws IOException {
        Path many = folder.resolve("many");
        drawn.writeTo(many);
        Path output = folder.resolve("out.jsonl");
        assertThat(predict(many, output, "--scores")).as(err::toString).isZero();
        List<JsonNode> lines = lines(output);
        assertThat(lines).hasSize(DrawnImages.MANY);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i).get("path").asText())
                    .isEqualTo(DrawnImages.path(drawn.files().get(i).name()));
            assertThat(floats(lines.get(i).get("scores"))).containsExactly(expected.get(i));
        }
        assertThat(out.toString())
                .isEqualTo("scored 1,000 of 1,000 images with tiny, version " + Model.version(ModelFolder.local(model))
                        + ": " + output + System.lineSeparator());
        assertThat(left()).containsExactly("images", "many", "out.jsonl");
    }

    @Test
    void filesAndTablesAreScoredInThePrecisionThatIsAskedFor() throws IOException {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        DrawnImages few = new DrawnImages(drawn.files().subList(0, 70));
        List<float[]> rough = few.scores(model, Precision.BFLOAT16);
        assertThat(rough.get(0)).isNotEqualTo(expected.get(0));
        Path files = folder.resolve("files");
        few.writeTo(files);
        Path table = folder.resolve("table");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            rows.add(RowFactory.create(i, few.files().get(i).bytes()));
        }
        try (SparkSession spark = session()) {
            StructType schema =
                    new StructType().add("id", DataTypes.IntegerType).add("file", DataTypes.BinaryType);
            spark.createDataFrame(rows, schema).repartition(3).write().parquet(table.toString());
        }
        String[] wanted = {"--scores", "--embedding", "embedding", "--precision", "bfloat16", "--master", "local[2]"};
        Path output = folder.resolve("out.jsonl");
        assertThat(predict(files, output, wanted)).as(err::toString).isZero();
        List<JsonNode> ofFiles = lines(output);
        assertThat(ofFiles).hasSize(70);
        for (int i = 0; i < 70; i++) {
            assertThat(floats(ofFiles.get(i).get("scores"))).containsExactly(rough.get(i));
        }
        assertThat(predict(table, output, wanted)).as(err::toString).isZero();
        List<JsonNode> ofRows = lines(output);
        assertThat(ofRows).hasSize(70);
        for (JsonNode row : ofRows) {
            JsonNode file = ofFiles.get(row.get("id").asInt());
            assertThat(row.get("scores")).isEqualTo(file.get("scores"));
            assertThat(row.get("embedding")).isEqualTo(file.get("embedding"));
        }
        assertThat(predict(files, output, "--scores", "--embedding", "embedding", "--precision", "float32"))
                .isZero();
        JsonNode fine = lines(output).get(0);
        assertThat(floats(fine.get("scores"))).containsExactly(expected.get(0));
        assertThat(fine.get("embedding")).isNotEqualTo(ofFiles.get(0).get("embedding"));
    }

    @Test
    void filesThatCannotBeUsedAreToldOfAndReported() throws IOException {
        Path output = folder.resolve("out.jsonl");
        assertThat(predict(images, output, "--top-k", "2", "--embedding", "embedding"))
                .as(err::toString)
                .isZero();
        List<JsonNode> lines = lines(output);
        assertThat(lines).hasSize(71);
        JsonNode first = lines.get(0);
        List<String> keys = new ArrayList<>();
        first.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactly("path", "predictedLabel", "probability", "topK", "embedding");
        assertThat(first.get("predictedLabel").asText()).isEqualTo(best(0).label());
        assertThat(Float.parseFloat(first.get("probability").asText())).isEqualTo(best(0).probability());
        assertThat(first.get("topK")).hasSize(2);
        assertThat(first.get("topK").get(0).get("label").asText()).isEqualTo(best(0).label());
        assertThat(first.get("embedding")).hasSize(12);
        assertThat(lines.get(1).toString()).isEqualTo("{\"path\":\"00/0001.png\",\"error\":\"it is empty\"}");
        assertThat(Files.readString(folder.resolve("out.jsonl.unreadable.jsonl")))
                .isEqualTo(
                        "{\"path\":\"00/0001.png\",\"reason\":\"it is empty\"}\n{\"path\":\"00/text.jpg\",\"reason\":"
                                + "\"it is no image, but only JPEG and PNG are supported\"}\n");
        assertThat(out.toString().lines().toList())
                .startsWith(
                        "passed over 1 files that are no images by their names",
                        "2 images can't be used, see " + output + ".unreadable.jsonl")
                .last()
                .asString()
                .startsWith("scored 69 of 71 images with tiny");
        Files.delete(images.resolve("00/text.jpg"));
        Files.write(images.resolve("00/0001.png"), drawn.files().get(1).bytes());
        assertThat(predict(images, output)).isZero();
        assertThat(left()).as("an earlier report goes").containsExactly("images", "out.jsonl");
    }

    @Test
    void tooManyUnusableImagesLeaveNothingBehind() throws IOException {
        assertThat(predict(images, folder.resolve("out.csv"), "--unreadable", "0.01"))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        images + " expects at most 0.01 of its images to be unusable, but 2 of 71 are: 00/0001.png: it"
                                + " is empty; 00/text.jpg: it is no image, but only JPEG and PNG are supported. Maybe allow"
                                + " more with --unreadable." + System.lineSeparator());
        Path none = Files.createDirectory(folder.resolve("none"));
        assertThat(predict(none, folder.resolve("out.csv"))).isEqualTo(2);
        assertThat(err.toString()).contains(none + " expects images, but there are none. Maybe the path is another.");
        Files.writeString(none.resolve("a.png"), "no image");
        assertThat(predict(none, folder.resolve("out.parquet"))).isEqualTo(2);
        assertThat(err.toString()).contains("but 1 of 1 are: a.png: it is no image");
        assertThat(left()).containsExactly("images", "none");
    }

    @Test
    void aTableOfTextHasAFieldForEachNumber() throws IOException {
        Files.move(images.resolve("00/0002.jpg"), images.resolve("00/0000, \"a\".jpg"));
        Path output = folder.resolve("out.csv");
        assertThat(predict(images, output, "--top-k", "2", "--scores", "--embedding", "embedding"))
                .as(err::toString)
                .isZero();
        List<String> lines = Files.readAllLines(output);
        assertThat(lines.get(0))
                .isEqualTo(
                        "path,predictedLabel,probability,label2,probability2,score.ant,score.bee,score.cat,score.dog,"
                                + "score.eel,embedding.0,embedding.1,embedding.2,embedding.3,embedding.4,embedding.5,"
                                + "embedding.6,embedding.7,embedding.8,embedding.9,embedding.10,embedding.11,error");
        assertThat(lines.get(1))
                .startsWith("\"00/0000, \"\"a\"\".jpg\"," + best(2).label() + "," + best(2).probability() + ",");
        assertThat(lines.get(2)).startsWith("00/0000.jpg," + best(0).label() + "," + best(0).probability() + ",");
        for (int i = 0; i < 5; i++) {
            assertThat(Float.parseFloat(lines.get(2).split(",", -1)[5 + i])).isEqualTo(expected.get(0)[i]);
        }
        assertThat(lines.get(3)).isEqualTo("00/0001.png" + ",".repeat(21) + ",it is empty");
        assertThat(lines).hasSize(72);
    }

    @Test
    void archivesSingleFilesAndIdxFilesAreInputsToo() throws IOException {
        Path zip = folder.resolve("images.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream packed = new ZipOutputStream(file)) {
            for (int i : new int[] {9, 4}) {
                packed.putNextEntry(new ZipEntry("b/" + drawn.files().get(i).name()));
                packed.write(drawn.files().get(i).bytes());
            }
        }
        Path output = folder.resolve("out.jsonl");
        assertThat(predict(zip, output, "--scores")).as(err::toString).isZero();
        assertThat(lines(output).stream().map(line -> line.get("path").asText()))
                .containsExactly("b/0009.png", "b/0004.jpg");
        assertThat(floats(lines(output).get(1).get("scores"))).containsExactly(expected.get(4));

        Path one = images.resolve("00/0003.png");
        assertThat(predict(one, output, "--scores")).as(err::toString).isZero();
        assertThat(floats(lines(output).get(0).get("scores"))).containsExactly(expected.get(3));

        Path idx = folder.resolve("images.idx");
        int floats = Math.toIntExact(SavedModel.IMAGE.count());
        ByteBuffer pixels = ByteBuffer.allocate(20 + 2 * floats);
        pixels.putInt(0x804).putInt(2).putInt(3).putInt(20).putInt(16);
        pixels.put(new byte[floats]);
        Files.write(idx, pixels.array());
        assertThat(predict(idx, output, "--scores")).as(err::toString).isZero();
        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).get(1).get("index").asInt()).isEqualTo(1);
        assertThat(lines(output).get(1).get("scores"))
                .isEqualTo(lines(output).get(0).get("scores"));
        pixels.putInt(12, 16).putInt(16, 20);
        Files.write(idx, pixels.array());
        assertThat(predict(idx, output)).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("Model tiny expects images of [3, 20, 16], but those of " + idx + " are [3, 16, 20]."
                        + System.lineSeparator());
    }

    @Test
    void aModelOfSeveralHeadsTellsAllOfThem() throws IOException {
        Path several = folder.resolve("several");
        SavedModel.save(
                several,
                3,
                List.of(
                        Head.classes(2, List.of("no", "yes")),
                        new Head("kind", Head.Kind.CLASSES, 3, List.of("x", "y", "z")),
                        new Head("place", Head.Kind.VALUES, 2, List.of())),
                Images.DECODER);
        float[] scores = drawn.scores(several).get(0);
        Path output = folder.resolve("out.jsonl");
        String[] arguments = {
            "predict", "--model", several.toString(), "--input", images.toString(), "--output", output.toString()
        };
        assertThat(run(arguments)).as(err::toString).isZero();
        JsonNode heads = lines(output).get(0).get("heads");
        assertThat(heads.get("kind").get("label").asText())
                .isEqualTo(new Head("kind", Head.Kind.CLASSES, 3, List.of("x", "y", "z"))
                        .top(scores, 2, 1)
                        .get(0)
                        .label());
        assertThat(floats(heads.get("place"))).containsExactly(scores[5], scores[6]);
        arguments[6] = folder.resolve("out.csv").toString();
        assertThat(run(arguments)).as(err::toString).isZero();
        assertThat(Files.readAllLines(folder.resolve("out.csv")))
                .first()
                .isEqualTo("path,predictedLabel,probability,kind,kind.probability,place.0,place.1,error");
        arguments[6] = folder.resolve("out.parquet").toString();
        assertThat(run(arguments)).as(err::toString).isZero();
    }

    @Test
    void tablesGoThroughSparkAndComeBackInEveryFormat() throws IOException {
        Path table = folder.resolve("table");
        StructType schema = new StructType()
                .add("id", DataTypes.LongType)
                .add("label", DataTypes.StringType)
                .add("file", DataTypes.BinaryType);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            byte[] bytes = i == 7 ? new byte[0] : drawn.files().get(i).bytes();
            rows.add(RowFactory.create((long) i, "truth, " + i, bytes));
        }
        try (SparkSession spark = session()) {
            spark.createDataFrame(rows, schema).repartition(3).write().parquet(table.toString());
        }
        Path json = folder.resolve("out.jsonl");
        Path csv = folder.resolve("out.csv");
        Path parquet = folder.resolve("out.parquet");
        Path local = folder.resolve("local.parquet");
        String[] wanted = {"--scores", "--top-k", "2", "--embedding", "embedding", "--master", "local[2]"};
        assertThat(predict(table, json, wanted)).as(err::toString).isZero();
        assertThat(predict(table, csv, wanted)).as(err::toString).isZero();
        assertThat(predict(table, parquet, wanted)).as(err::toString).isZero();
        assertThat(predict(images, local, wanted)).as(err::toString).isZero();

        List<JsonNode> lines = lines(json);
        assertThat(lines).hasSize(30);
        for (JsonNode line : lines) {
            int id = line.get("id").asInt();
            assertThat(line.get("label").asText()).isEqualTo("truth, " + id);
            if (id == 7) {
                assertThat(line.get("error").asText()).isEqualTo("it is empty");
            } else {
                assertThat(floats(line.get("scores"))).containsExactly(expected.get(id));
                assertThat(line.get("topK")).hasSize(2);
                assertThat(line.get("embedding")).hasSize(12);
            }
        }
        assertThat(Files.readString(folder.resolve("out.jsonl.unreadable.jsonl")))
                .isEqualTo("{\"id\":7,\"label\":\"truth, 7\",\"reason\":\"it is empty\"}\n");
        assertThat(Files.readAllLines(csv)).hasSize(31).first().asString().startsWith("id,label,predictedLabel,");
        try (SparkSession spark = session()) {
            List<Row> scored =
                    spark.read().parquet(parquet.toString()).orderBy("id").collectAsList();
            assertThat(scored).hasSize(30);
            assertThat(scored.get(0).schema().fieldNames())
                    .containsExactly(
                            "id", "label", "predictedLabel", "probability", "topK", "scores", "embedding", "error");
            assertThat(scored.get(5).<String>getAs("predictedLabel")).isEqualTo(best(5).label());
            assertThat(scored.get(5).<Float>getAs("probability")).isEqualTo(best(5).probability());
            assertThat(scored.get(7).<String>getAs("error")).isEqualTo("it is empty");
            List<Row> files = spark.read().parquet(local.toString()).collectAsList();
            assertThat(files).hasSize(71);
            assertThat(files.get(0).schema().fieldNames())
                    .containsExactly("path", "predictedLabel", "probability", "topK", "scores", "embedding", "error");
            assertThat(files.get(0).getList(4)).isEqualTo(scored.get(0).getList(5));
            assertThat(files.get(0).getList(3).toString())
                    .isEqualTo(scored.get(0).getList(4).toString());
            assertThat(files.get(0).getList(5)).isEqualTo(scored.get(0).getList(6));
            assertThat(files.get(1).<String>getAs("error")).isEqualTo("it is empty");
        }
        err.getBuffer().setLength(0);
        assertThat(predict(table, parquet)).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("--output expects a name that is not taken for the folder of a table, but " + parquet
                        + " is there. Maybe choose another, or remove it." + System.lineSeparator());
        assertThat(left())
                .containsExactly(
                        "images",
                        "local.parquet",
                        "local.parquet.unreadable.jsonl",
                        "out.csv",
                        "out.csv.unreadable.jsonl",
                        "out.jsonl",
                        "out.jsonl.unreadable.jsonl",
                        "out.parquet",
                        "out.parquet.unreadable.jsonl",
                        "table");
    }

    private SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .getOrCreate();
    }

    @Test
    void whatCannotWorkIsOneLine() throws IOException {
        assertThat(predict(images, folder.resolve("out.txt"))).isEqualTo(2);
        assertThat(predict(images, folder.resolve("out.csv"), "--top-k", "-1")).isEqualTo(2);
        assertThat(predict(images, folder.resolve("out.csv"), "--unreadable", "2"))
                .isEqualTo(2);
        assertThat(predict(images, folder.resolve("out.csv"), "--embedding", "embeding"))
                .isEqualTo(2);
        assertThat(predict(folder.resolve("nowhere"), folder.resolve("out.csv")))
                .isEqualTo(2);
        assertThat(predict(images, folder.resolve("out.csv"), "--precision", "bfloat"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "--output expects a name that ends in .parquet, .csv or .jsonl, but it is "
                                + folder.resolve("out.txt") + ".",
                        "--top-k expects 0 or more classes, but it is -1.",
                        "--unreadable expects a share of 0 … 1, but it is 2.0.",
                        "The network expects the name of one of its nodes, but it got \"embeding\". Maybe you mean"
                                + " embedding.",
                        folder.resolve("nowhere")
                                + " expects a file or a folder, but nothing is there. Maybe its name is spelled differently.",
                        "--precision expects one of float32, bfloat16, but it is bfloat. Maybe you mean bfloat16.");
        assertThat(left()).containsExactly("images");
    }

    @Test
    void trainingsOwnEvaluationPredictsTheSame() throws IOException {
        ImageFolders.in(folder);
        String text = """
                name: images
                data:
                  kind: images
                  root: "%s"
                  train: { path: pictures.zip }
                  test: { path: pictures }
                  height: 28
                  width: 28
                  channels: 1
                  levels: 2
                  unreadable: 0.05
                network: { name: lenet5 }
                training: { epochs: 1, batch: 6, microBatch: 3 }
                optimizer: { kind: sgd }
                schedule: { kind: constant, rate: 0.01 }
                spark: { master: "local[2]" }
                output: { model: "%s/trained", checkpoints: "%s/checkpoints" }
                """.formatted(folder, folder, folder);
        RunConfig config = ConfigReader.read("images.yaml", text, List.of());
        Evaluation evaluation = TrainingJob.run(
                new TrainingRequest(config, null, false, null),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                false);
        Path output = folder.resolve("out.jsonl");
        assertThat(run(
                        "predict",
                        "--model",
                        folder.resolve("trained").toString(),
                        "--input",
                        folder.resolve("pictures").toString(),
                        "--output",
                        output.toString()))
                .as(err::toString)
                .isZero();
        List<String> classes = List.of("a/dark", "a/light", "b/striped");
        ConfusionMatrix mine = new ConfusionMatrix(3);
        for (JsonNode line : lines(output)) {
            String path = line.get("path").asText();
            if (line.has("predictedLabel")) {
                mine.add(
                        classes.indexOf(path.substring(0, path.lastIndexOf('/'))),
                        classes.indexOf(line.get("predictedLabel").asText()));
            }
        }
        assertThat(mine.toArray())
                .isDeepEqualTo(evaluation.confusion().orElseThrow().toArray());
        assertThat(mine.accuracy().count()).isEqualTo(24);

        Path configuration = Files.writeString(folder.resolve("images.yaml"), text);
        Path report = folder.resolve("report.html");
        out.getBuffer().setLength(0);
        assertThat(run(
                        "evaluate",
                        folder.resolve("trained").toString(),
                        configuration.toString(),
                        "--report",
                        report.toString()))
                .as(err::toString)
                .isZero();
        assertThat(out.toString().lines().toList())
                .hasSize(6)
                .startsWith("class            precision    recall        F1    images")
                .contains(Figures.line(mine), "report: " + report);
        assertThat(Files.readString(report)).contains(Figures.line(mine), "</svg>");
    }
}
