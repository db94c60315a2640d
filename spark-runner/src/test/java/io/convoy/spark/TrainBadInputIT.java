package io.convoy.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on standard error of a real process that can't train: one line, nothing of Spark's log. */
@Timeout(180)
final class TrainBadInputIT {
    @TempDir
    private Path folder;

    private String configuration = "";

    @BeforeEach
    void write() throws IOException {
        configuration = IdxFiles.in(folder).configuration().toString();
    }

    private boolean hasResults() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.anyMatch(path -> path.endsWith("out"));
        }
    }

    @Test
    void aTruncatedFileIsOneLineAndNothingIsWritten() throws Exception {
        var ended = ConvoyProcess.run(folder, List.of(), "train", configuration, "--set", "data.train.images=cut");
        assertThat(ended.err())
                .isEqualTo("file:" + folder
                        + "/cut expects 25104 bytes, but it has 20000. Maybe a copy or a download was" + " cut off.\n");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(hasResults()).isFalse();
    }

    @Test
    void aTakenPortIsOneLineThoughOnlyTheSlotsFindIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            var ended = ConvoyProcess.run(
                    folder,
                    List.of(),
                    "train",
                    configuration,
                    "--set",
                    "spark.slots=1",
                    "--set",
                    "parameterServer.port=" + port);
            assertThat(ended.err())
                    .isEqualTo("parameterServer.port expects a free port on 127.0.0.1, but " + port
                            + " is taken. Maybe set another port, or 0 for any free one.\n");
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(hasResults()).isFalse();
        }
    }

    @Test
    void aLossThatIsNotFiniteIsOneLineThatNamesTheSlotAndTheRecords() throws Exception {
        var ended = ConvoyProcess.run(folder, List.of(), "train", configuration, "--set", "schedule.rate=1.0e30");
        assertThat(ended.err())
                .matches("Slot [01] \\(executor driver, 127\\.0\\.0\\.1:[0-9]+\\) failed at \"train\": Step 1 expects"
                        + " (a finite loss|finite gradients), but that of .* is NaN; its samples are \\[[0-9, ]+]\\. Maybe"
                        + " the learning rate \\(1\\.0E30\\) is too high\\.\n");
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    @Test
    void verboseShowsTheTraceOfTheSlotAndThenTheLine() throws Exception {
        var ended = ConvoyProcess.run(
                folder, List.of(), "train", configuration, "--verbose", "--set", "schedule.rate=1.0e30");
        assertThat(ended.err()).contains("INFO SparkContext", "at io.convoy.spark.job.TrainingJob.train");
        assertThat(ended.err().lines().toList().get((int) ended.err().lines().count() - 1))
                .endsWith("Maybe the learning rate (1.0E30) is too high.");
        assertThat(ended.exitCode()).isEqualTo(1);
    }
}
