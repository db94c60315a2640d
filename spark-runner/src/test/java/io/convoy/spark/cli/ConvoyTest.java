package io.convoy.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.spark.InvalidInputException;
import io.convoy.spark.RunFailedException;
import io.convoy.spark.cli.TrainCommand.Trainer;
import io.convoy.spark.config.OptimizerConfig;
import io.convoy.spark.job.Checkup.Finding;
import io.convoy.spark.job.Slots;
import io.convoy.spark.job.SparkSetup;
import io.convoy.spark.job.TrainingRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConvoyTest {
    private static final String QUICKSTART = "../configs/quickstart.yaml";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<TrainingRequest> requests = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void quiet() {
        List.of("convoy.log.level", "convoy.log.failures", "convoy.log.traces").forEach(System::clearProperty);
    }

    private int run(Trainer trainer, String... arguments) {
        return Convoy.commandLine(trainer)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int run(String... arguments) {
        return run((request, stream) -> requests.add(request), arguments);
    }

    private void says(String line) {
        assertThat(err.toString()).isEqualTo(line + System.lineSeparator());
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("doctor", "verify", "--verbose", "2   the input or a setting can't be used");
    }

    @Test
    void versionNamesJavaAndSpark() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString())
                .matches("convoy .* on Java " + System.getProperty("java.version") + ", Spark 4\\.1\\.1\\s*");
    }

    @Test
    void withoutACommandItSaysWhereToFindOne() {
        assertThat(run()).isEqualTo(2);
        says("convoy expects a command, but it got none. Maybe run convoy --help.");
    }

    @Test
    void aMisspelledCommandOrOptionIsOneLineWithTheNearest() {
        assertThat(run("verfy")).isEqualTo(2);
        says("Unmatched argument at index 0: 'verfy'. Maybe you mean verify.");
    }

    @Test
    void aMissingArgumentIsOneLine() {
        assertThat(run("verify", "a")).isEqualTo(2);
        says("Missing required parameter: 'B'. Maybe run convoy verify --help.");
    }

    @Test
    void trainHandsOverWhatTheCommandLineSays() {
        assertThat(run(
                        "train",
                        QUICKSTART,
                        "--resume",
                        "--set",
                        "training.epochs=1",
                        "--set",
                        "optimizer={kind: adam}",
                        "--master",
                        "local[3]",
                        "--digests",
                        "d.txt"))
                .isZero();
        TrainingRequest request = requests.get(0);
        assertThat(request.config().training().epochs()).isEqualTo(1);
        assertThat(request.config().optimizer()).isInstanceOf(OptimizerConfig.Adam.class);
        assertThat(request.master()).isEqualTo("local[3]");
        assertThat(request.digests()).isEqualTo("d.txt");
        assertThat(request.resume()).isTrue();
    }

    @Test
    void anAbsentOrWrongConfigurationIsOneLineAndNobodyTrains() {
        assertThat(run("train", "nowhere.yaml")).isEqualTo(2);
        says("nowhere.yaml expects a file to read, but nothing is there. Maybe it is not relative to "
                + Path.of("").toAbsolutePath() + ".");
        err.getBuffer().setLength(0);
        assertThat(run("train", QUICKSTART, "--set", "training.epochs=0")).isEqualTo(2);
        says("--set training.epochs=0: training.epochs expects a whole number of at least 1, but it got 0.");
        assertThat(requests).isEmpty();
    }

    @Test
    void aFailureOfTheRunIsOneLineAndExitCodeOne() {
        Trainer failing = (request, stream) -> {
            throw new RunFailedException("Slot 1 was lost.");
        };
        assertThat(run(failing, "train", QUICKSTART)).isEqualTo(1);
        says("Slot 1 was lost.");
    }

    @Test
    void anExplanationIsFoundBelowOtherExceptions() {
        Trainer failing = (request, stream) -> {
            throw new IllegalStateException("wrapped", new InvalidInputException("labels.gz expects 3 labels."));
        };
        assertThat(run(failing, "train", QUICKSTART)).isEqualTo(2);
        says("labels.gz expects 3 labels.");
    }

    @Test
    void whatNobodyExplainedIsOneLineTooAndPointsToVerbose() {
        Trainer failing = (request, stream) -> {
            throw new IOException("No space left\non device");
        };
        assertThat(run(failing, "train", QUICKSTART)).isEqualTo(1);
        says("The run failed: java.io.IOException: No space left on device. Maybe run it with --verbose to see where.");
    }

    @Test
    void aNativeLibraryThatCanNotBeLoadedIsOneLine() {
        Trainer failing = (request, stream) -> {
            throw new UnsatisfiedLinkError("libjnidnnl.so: failed to map segment");
        };
        assertThat(run(failing, "train", QUICKSTART)).isEqualTo(1);
        says("The run failed: java.lang.UnsatisfiedLinkError: libjnidnnl.so: failed to map segment. Maybe run it with"
                + " --verbose to see where.");
    }

    @Test
    void verboseAddsTheStackTraceAndSparksLog() {
        Trainer failing = (request, stream) -> {
            throw new RunFailedException("Slot 1 was lost.");
        };
        assertThat(run(failing, "train", QUICKSTART, "--verbose")).isEqualTo(1);
        assertThat(err.toString())
                .contains("at io.convoy.spark.cli.TrainCommand")
                .endsWith("Slot 1 was lost." + System.lineSeparator());
        assertThat(System.getProperty("convoy.log.level")).isEqualTo("info");
    }

    @Test
    void verifyTellsEqualFromDifferentFilesByItsExitCode() throws IOException {
        Path one = Files.writeString(folder.resolve("one"), "1 w 0a\n2 w 0b\n");
        Path same = Files.writeString(folder.resolve("same"), "1 w 0a\n2 w 0b\n");
        Path other = Files.writeString(folder.resolve("other"), "1 w 0a\n2 w 0c\n");
        Path broken = Files.writeString(folder.resolve("broken"), "1 w\n");
        assertThat(run("verify", one.toString(), same.toString())).isZero();
        assertThat(out.toString().strip()).isEqualTo(one + " and " + same + " are equal: 2 steps of 1 tensors.");
        out.getBuffer().setLength(0);
        assertThat(run("verify", one.toString(), other.toString())).isEqualTo(1);
        assertThat(out.toString().strip())
                .isEqualTo(one + " and " + other + " differ first at step 2 in w: 0b and 0c.");
        assertThat(run("verify", one.toString(), broken.toString())).isEqualTo(2);
        says(broken + ":1: a digest expects the form \"step tensor hexadecimal\", but it is \"1 w\".");
    }

    @Test
    void doctorFillsTheSlotsOfAConfiguration() {
        assertThat(run("doctor", QUICKSTART, "--master", "local[2]"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^0 +driver +\\S+ +1 .* oneDNN 3\\.")
                .containsPattern("(?m)^1 +driver +\\S+ +1 ")
                .contains("2 slots of 1 core(s) run side by side at local[2].");
        assertThat(run("doctor", "--master", "local[2]", "--set", "spark.slots=3"))
                .isEqualTo(2);
        says(
                "spark.slots = 3 with spark.coresPerSlot = 1 expects 3 cores, but local[2] has 2. Maybe set spark.slots to 2, or"
                        + " spark.master to local[3].");
    }

    @Test
    void doctorRemarksOnWhatWouldSlowOrChangeARun() {
        List<Finding> findings = List.of(
                new Finding(0, "0", "left", 4, 2, "Zen 5", "17", "oneDNN 3.11.0", 1, 0.1),
                new Finding(1, "1", "right", 2, 2, "Zen 4", "17", "oneDNN 3.11.0", 2, 0.1));
        assertThat(DoctorCommand.remarks(findings, new SparkSetup("yarn", new Slots(2, 4))))
                .containsExactly(
                        "Slot 0 (executor 0 on left) expects 4 processors, but its JVM sees 2. Maybe set spark.coresPerSlot"
                                + " to 2.",
                        "Equal bits expect one model of CPU in all slots, but yarn has 2.");
    }
}
