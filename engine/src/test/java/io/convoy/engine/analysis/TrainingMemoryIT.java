package io.convoy.engine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory that is predicted beside that which a training process has. */
class TrainingMemoryIT {
    private static final double TOLERANCE = 0.15;
    private static final int MINUTES = 10;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} {1}, batch {2}, micro-batch {3}, {4} core(s)")
    @CsvSource({
        "lenet5, 1x28x28, 4096, 2048, 1",
        "resnet20, 3x32x32, 256, 64, 1",
        "resnet20, 3x32x32, 256, 64, 2",
        "resnet56, 3x32x32, 64, 64, 1",
        "resnet18, 3x96x96, 64, 16, 1",
        "mobilenet_v2, 3x128x128, 40, 16, 1",
    })
    void aTrainingRunTakesWhatIsPredicted(String name, String image, int batch, int microBatch, int cores)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/self/status")), "Memory is measured by Linux's /proc alone.");
        Shape shape = Shape.of(
                Arrays.stream(image.split("x", -1)).mapToInt(Integer::parseInt).toArray());
        Network network = Zoo.network(name, shape, 10);
        TrainingMemory predicted = TrainingMemory.of(
                network, batch, microBatch, cores, UpdateRule.of(Sgd.withMomentum(0.9, 0)), Precision.FLOAT32);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms1g",
                        "-Xmx1g",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryProbe.class.getName(),
                        name,
                        image,
                        Integer.toString(batch),
                        Integer.toString(microBatch),
                        Integer.toString(cores))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        Process probe = builder.start();
        try {
            assertThat(probe.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            probe.destroyForcibly();
        }
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(probe.exitValue()).as(said).isZero();
        String line = said.lines()
                .filter(one -> one.startsWith("memory "))
                .findFirst()
                .orElseThrow();
        long outside = Long.parseLong(line.split(" ", -1)[1]);
        long heap = Long.parseLong(line.split(" ", -1)[2]);
        System.out.printf(
                "%s %s, batch %d, micro-batch %d, %d core(s): outside the heap %.1f MB of %.1f predicted, on it %.1f of"
                        + " %.1f, together %+.1f %%%n",
                name,
                image,
                batch,
                microBatch,
                cores,
                outside / 1e6,
                predicted.outside() / 1e6,
                heap / 1e6,
                predicted.heap() / 1e6,
                100.0 * predicted.bytes() / (outside + heap) - 100);
        assertThat((double) predicted.bytes() / (outside + heap))
                .as(line + ", predicted %s", predicted)
                .isBetween(1 - TOLERANCE, 1 + TOLERANCE);
    }
}
