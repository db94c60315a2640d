package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

final class SummaryCommandTest {
    private static final String QUICKSTART = "../configs/quickstart.yaml";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Convoy.commandLine((request, stream) -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private void refuses(String line, String... arguments) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(line + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aNetworkIsSummedUpForTheImagesOfItsPaper() {
        assertThat(run("summary", "lenet5")).as(err::toString).isZero();
        assertThat(out.toString().lines().toList())
                .startsWith("lenet5 for 1×32×32")
                .contains("parameters                            61,706")
                .anyMatch(line -> line.startsWith("conv2 ") && line.contains(" 16×10×10 "));
    }

    @Test
    void inputClassesAndBatchesCanBeChosen() throws IOException {
        assertThat(run("summary", "lenet5", "--input", "3x28x28", "--classes", "7", "--json", "--batch", "16"))
                .as(err::toString)
                .isZero();
        JsonNode first = new JsonMapper().readTree(out.toString());
        assertThat(first.get("total").get("parameters").longValue()).isEqualTo(61_706 + 2 * 6 * 25 - 3 * 85);
        assertThat(first.get("total").get("microBatch").intValue()).isEqualTo(16);
        assertThat(first.get("layers").get(0).get("output")).hasToString("[6,28,28]");
        assertThat(run("summary", "lenet5", "--json", "--batch", "16", "--micro-batch", "4", "--cores", "2"))
                .isZero();
        JsonNode second = new JsonMapper().readTree(out.toString());
        assertThat(second.get("total").get("microBatch").intValue()).isEqualTo(4);
        assertThat(second.get("total").get("trainingActivationBytes").longValue())
                .isLessThan(first.get("total").get("trainingActivationBytes").longValue());
    }

    @Test
    void aConfigurationSaysWhatItsDataAndItsBatchesAre() throws IOException {
        assertThat(run("summary", QUICKSTART, "--json")).as(err::toString).isZero();
        JsonNode total = new JsonMapper().readTree(out.toString()).get("total");
        assertThat(total.get("parameters").longValue()).isEqualTo(61_706);
        assertThat(total.get("batch").intValue()).isEqualTo(128);
        assertThat(total.get("microBatch").intValue()).isEqualTo(32);
    }

    @Test
    void branchesThatShareTheirParametersCountThemOnce() throws IOException {
        assertThat(run("summary", "lenet5", "--json", "--classes", "16"))
                .as(err::toString)
                .isZero();
        long one = new JsonMapper()
                .readTree(out.toString())
                .get("total")
                .get("parameters")
                .longValue();
        assertThat(run("summary", "triplet_lenet5", "--json", "--classes", "16"))
                .as(err::toString)
                .isZero();
        JsonNode total = new JsonMapper().readTree(out.toString()).get("total");
        assertThat(total.get("parameters").longValue()).isEqualTo(one);
        assertThat(total.get("receptiveField").intValue()).isEqualTo(16);
    }

    @Test
    void aFileMayDescribeANetworkAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), """
                nodes:
                  - { name: conv1, kind: conv2d, out: 4, kernel: 3 }
                  - { name: flatten, kind: flatten }
                  - { name: fc, kind: linear, out: classes }
                """);
        assertThat(run("summary", file.toString(), "--input", "2x5x5", "--json"))
                .as(err::toString)
                .isZero();
        JsonNode total = new JsonMapper().readTree(out.toString()).get("total");
        assertThat(total.get("parameters").longValue()).isEqualTo(4 * 19 + 37 * 10);
        refuses(
                file + " expects --input, such as --input 3x32x32, because it describes a network without its data.",
                "summary",
                file.toString());
    }

    @Test
    void aPictureIsWrittenBesideTheTable() throws Exception {
        Path picture = folder.resolve("lenet.svg");
        assertThat(run("summary", "lenet5", "--svg", picture.toString()))
                .as(err::toString)
                .isZero();
        assertThat(out.toString()).startsWith("lenet5 for");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        Document document = factory.newDocumentBuilder().parse(picture.toFile());
        assertThat(document.getElementsByTagName("g").getLength()).isEqualTo(13);
        // Nothing half-written is left beside it.
        assertThat(folder.toFile().list()).containsExactly(picture.getFileName().toString());
    }

    @Test
    void twoNetworksStandSideBySide() {
        assertThat(run("summary", "--compare", "resnet8", "resnet14", "--input", "3x32x32"))
                .as(err::toString)
                .isZero();
        List<String> lines = out.toString()
                .lines()
                .map(line -> line.replaceAll(" {2,}", " | "))
                .toList();
        assertThat(lines)
                .contains(" | resnet8 | resnet14 | ratio", "parameters | 78,042 | 175,258 | 2.246")
                .anyMatch(line -> line.startsWith("Conv2d 3×3: MACs | "));
    }

    @Test
    void anUnknownNetworkIsOneLineWithTheNearest() {
        refuses(
                "convoy summary expects the name of a network or the file of a configuration, but there is neither of the"
                        + " name \"resnt18\". Maybe you mean resnet18.",
                "summary",
                "resnt18");
        assertThat(run("summary", "qqqqqqqqqqqq")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("convoy summary expects the name of a network or the file of a configuration, but there is"
                        + " neither of the name \"qqqqqqqqqqqq\". Maybe it is one of lenet5, ");
    }

    @Test
    void aWrongShapeIsOneLine() {
        for (String text : List.of("224", "3x224", "0x2x2", "3×2×2", "3x-2x2", "3x99999999x1")) {
            refuses(
                    "--input expects channels, height and width, such as 3x224x224, but it got " + text + ".",
                    "summary",
                    "lenet5",
                    "--input",
                    text);
        }
    }

    @Test
    void imagesThatTheNetworkCanNotTakeAreOneLine() {
        refuses(
                "Lenet5 expects images of [C, 28, 28] or [C, 32, 32], but they are [3, 8, 8].",
                "summary",
                "lenet5",
                "--input",
                "3x8x8");
        refuses(
                "AlexNet expects images of [C, H, W] with H and W of at least 63, but they are [3, 31, 31].",
                "summary",
                "alexnet",
                "--input",
                "3x31x31");
    }

    @Test
    void numbersThatMakeNoSenseAreOneLine() {
        refuses("--classes expects at least 1, but it got 0.", "summary", "lenet5", "--classes", "0");
        refuses("--cores expects at least 1, but it got 0.", "summary", "lenet5", "--cores", "0");
        refuses(
                "convoy summary expects a --micro-batch from 1 to --batch, but they are 9 and 8.",
                "summary",
                "lenet5",
                "--batch",
                "8",
                "--micro-batch",
                "9");
    }

    @Test
    void comparingTakesTwoNetworksAndPrintsATable() {
        refuses("convoy summary --compare expects two networks, but it got one.", "summary", "--compare", "lenet5");
        refuses(
                "convoy summary expects one network, but it got two. Maybe --compare is missing.",
                "summary",
                "lenet5",
                "resnet8");
        refuses(
                "convoy summary --compare expects to print a table, but it got --json. Maybe ask for each network by"
                        + " itself.",
                "summary",
                "--compare",
                "lenet5",
                "resnet8",
                "--json");
    }
}
