package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.IdxFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees who gives {@code convoy train} something that can't be run: one line, soon, exit code 2, and no new file. */
@Timeout(10)
final class TrainBadInputTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private IdxFiles files = new IdxFiles(Path.of(""));
    private List<String> before = List.of();

    @BeforeEach
    void write() throws IOException {
        files = IdxFiles.in(folder);
        before = contents();
    }

    @AfterEach
    void quiet() {
        List.of("convoy.log.level", "convoy.log.failures", "convoy.log.traces").forEach(System::clearProperty);
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    private int train(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("train", files.configuration().toString()));
        all.addAll(Arrays.asList(arguments));
        return Convoy.commandLine(Convoy::train)
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private int trainWith(String... settings) {
        return train(Arrays.stream(settings)
                .flatMap(setting -> Stream.of("--set", setting))
                .toArray(String[]::new));
    }

    /** A free port before another one, below those that connections get by themselves. */
    private static int freePort() {
        for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 5_000); port < 32_000; port++) {
            if (isFree(port) && isFree(port + 1)) {
                return port;
            }
        }
        throw new IllegalStateException("The test expects two free ports between 20000 and 32000, but there are none.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private void refused(int exitCode, String line) throws IOException {
        assertThat(err.toString()).isEqualTo(line.replace("FOLDER", folder.toString()) + System.lineSeparator());
        assertThat(exitCode).isEqualTo(2);
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheNearestOne() throws IOException {
        Path misspelled = Files.writeString(
                folder.resolve("misspelled.yaml"),
                Files.readString(files.configuration()).replace("microBatch", "microbatch"));
        before = contents();
        int exitCode = Convoy.commandLine(Convoy::train)
                .setErr(new PrintWriter(err, true))
                .execute("train", misspelled.toString());
        refused(
                exitCode,
                "FOLDER/misspelled.yaml:3: training expects the keys epochs, batch, microBatch, precision, evaluateEvery, but it got"
                        + " microbatch. Maybe you mean microBatch.");
    }

    @Test
    void aMissingConfigurationIsNamed() throws IOException {
        int exitCode = Convoy.commandLine(Convoy::train)
                .setErr(new PrintWriter(err, true))
                .execute("train", folder.resolve("nowhere.yaml").toString());
        refused(
                exitCode,
                "FOLDER/nowhere.yaml expects a file to read, but nothing is there. Maybe its name is spelled"
                        + " differently.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data.train.images=nowhere | FOLDER/nowhere expects a file to read, but nothing is there. Maybe its name is"
                        + " spelled differently.",
                "data.train.images=cut | FOLDER/cut expects 25104 bytes, but it has 20000. Maybe a copy or a download was cut"
                        + " off.",
                "data.train.images=cut.gz | FOLDER/cut.gz expects a whole gzip file, but its packed bytes end too early. Maybe a"
                        + " copy or a download was cut off.",
                "data.train.labels=cut-labels | FOLDER/cut-labels expects 40 bytes, but it has 30. Maybe a copy or a download"
                        + " was cut off.",
                "data.train.labels=31-labels | FOLDER/31-labels expects 32 labels, one for each image of file:FOLDER/images,"
                        + " but it has 31. Maybe the two files belong to different splits.",
                "data.train={images: labels, labels: images} | FOLDER/images expects the magic number 0x00000801 of labels, but"
                        + " it starts with 0x00000803. Maybe images and labels are swapped.",
                "data.train.labels=12-classes | FOLDER/12-classes expects labels of 0 … 9, but label 10 is 10. Maybe there are"
                        + " more classes than 10.",
            })
    void aFileThatIsNotWhatItShouldBeIsNamed(String setting, String line) throws IOException {
        refused(trainWith(setting), "file:" + line);
    }

    @Test
    void imagesThatTheNetworkCanNotTakeAreNamedWithTheirShape() throws IOException {
        refused(
                trainWith("data.train.images=20x20", "data.test.images=20x20"),
                "Lenet5 expects images of [C, 28, 28] or [C, 32, 32], but they are [1, 20, 20].");
    }

    @Test
    void testImagesOfAnotherShapeThanTheTrainingImagesAreRefused() throws IOException {
        refused(
                trainWith("data.train.images=3-channels"),
                "The test set expects images of [3, 28, 28] in 10 classes like the training set, but its images are"
                        + " [1, 28, 28] in 10 classes.");
    }

    @Test
    void aNormalisationForOtherChannelsIsRefused() throws IOException {
        refused(
                trainWith(
                        "data.train.images=3-channels",
                        "data.test.images=3-channels",
                        "data.normalisation={mean: [0.5], deviation: [0.5]}"),
                "data.normalisation expects a mean and a deviation for each of the 3 channels of the training set, but it got"
                        + " 1.");
    }

    @Test
    void aNetworkThatNobodyKnowsIsRefused() throws IOException {
        refused(
                trainWith("network.name=lenet"),
                "network.name expects one of " + String.join(", ", Zoo.names()) + ", but it got \"lenet\"."
                        + " Maybe you mean lenet5.");
    }

    @Test
    void tooFewCoresForTheSlotsAreNamed() throws IOException {
        refused(
                trainWith("spark.slots=3"),
                "spark.slots = 3 with spark.coresPerSlot = 1 expects 3 cores, but local[2] has 2. Maybe set spark.slots to 2,"
                        + " or spark.master to local[3].");
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            refused(
                    trainWith("parameterServer.port=" + port, "spark.slots=1"),
                    "parameterServer.port expects a free port on 127.0.0.1, but " + port
                            + " is taken. Maybe set another port, or 0 for any free one.");
        }
    }

    @Test
    void twoSlotsOfOneHostTakePortsOneAfterTheOther() throws IOException {
        assertThat(trainWith("parameterServer.port=" + freePort()))
                .as(err::toString)
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"output.model", "output.checkpoints"})
    void aFolderThatCanNotBeMadeIsFoundBeforeTraining(String setting) throws IOException {
        refused(
                trainWith(setting + "=/proc/convoy/results"),
                setting
                        + " expects a folder that can be written, but file:/proc/convoy/results can't be: a folder of it"
                        + " can't be made. Maybe its disk is full or mounted read-only.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"output.model", "output.checkpoints"})
    void aFileWhereAFolderShouldBeIsFoundBeforeTraining(String setting) throws IOException {
        refused(
                trainWith(setting + "=" + folder + "/labels/below"),
                setting
                        + " expects a folder that can be written, but file:FOLDER/labels is a file. Maybe choose another"
                        + " name.");
    }

    @Test
    void aFileSystemWhoseClassesAreMissingIsNamed() throws IOException {
        refused(
                trainWith("output.checkpoints=s3a://bucket/runs"),
                "output.checkpoints expects a folder that can be written, but s3a://bucket/runs can't be: no file system is"
                        + " known for s3a://. Maybe its jar is missing: put it on Spark's class path (spark-submit"
                        + " --packages).");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/proc/digests | can't be made. Maybe its folder is missing.",
                "/tmp | can't be: Is a directory.",
            })
    void digestsThatCanNotBeWrittenAreFoundBeforeTraining(String path, String reason) throws IOException {
        refused(train("--digests", path), "--digests expects a file that can be written, but " + path + " " + reason);
    }

    @Test
    void whatIsThereIsNotTouchedWhenARunCanNotBegin() throws IOException {
        Path digests = Files.writeString(folder.resolve("digests"), "of yesterday");
        before = contents();
        refused(
                train("--digests", digests.toString(), "--master", "somewhere"),
                "spark.master expects local[*], local[N], spark://host:port, yarn or k8s://https://host:port, but it is"
                        + " somewhere.");
        assertThat(digests).hasContent("of yesterday");
    }

    @Test
    void aMasterThatDoesNotAnswerIsNamed() throws IOException {
        int port = freePort();
        refused(
                train("--master", "spark://127.0.0.1:" + port),
                "spark.master expects Spark's master at spark://127.0.0.1:" + port + ", but nobody answers there"
                        + " (Connection refused). Maybe start it (deploy/standalone-up.sh), or use another port.");
    }

    @Test
    void nothingToResumeFromIsNamed() throws IOException {
        refused(
                train("--resume"),
                "--resume expects a checkpoint in file:FOLDER/out/checkpoints, but there is none. Maybe start without"
                        + " --resume.");
    }

    @Test
    void verboseAddsTheStackTrace() throws IOException {
        assertThat(train("--verbose", "--set", "data.train.images=nowhere")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("io.convoy.spark.InvalidInputException: file:" + folder + "/nowhere expects a file to read")
                .contains("at io.convoy.spark.data.HadoopFiles.open", "Caused by: java.io.FileNotFoundException")
                .endsWith("Maybe its name is spelled differently." + System.lineSeparator());
    }
}
