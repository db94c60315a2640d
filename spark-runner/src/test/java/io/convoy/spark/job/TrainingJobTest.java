package io.convoy.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.checkpoint.Manifest;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.StateDict;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.checkpoint.StoredTensor;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.Model;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.zoo.Zoo;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.config.RunConfig;
import io.convoy.spark.data.Datasets;
import io.convoy.spark.data.HadoopFiles;
import io.convoy.spark.report.DigestFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The equation that everything rests on: the same configuration and seed give the same bits on any slots, cores and shards. */
@Timeout(240)
final class TrainingJobTest {
    @TempDir
    private Path folder;

    private SmallRun run(String name, String network, int epochs) throws IOException {
        return new SmallRun(Files.createDirectories(folder.resolve(name)), network, epochs);
    }

    private static String[] on(int slots, int cores, int shards) {
        return new String[] {"spark.slots=" + slots, "spark.coresPerSlot=" + cores, "parameterServer.shards=" + shards};
    }

    private static Manifest latest(SmallRun run) {
        HadoopFiles files = HadoopFiles.ofThisProcess();
        String root = files.absolute(run.folder().resolve("checkpoints").toString());
        return Checkpoints.of(files, root, Checkpoints.newestRun(files, root).orElseThrow())
                .latest()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {SmallRun.LENET_WITH_ADAM, SmallRun.RESNET_WITH_MOMENTUM, SmallRun.RESNET_WITH_LAMB})
    void bitsAreTheSameOnAnyNumberOfSlotsCoresAndShards(String network) throws IOException {
        SmallRun one = run("one", network, 9);
        one.train("local[3]", false, on(1, 1, 1));
        List<String[]> others = List.of(on(1, 1, 1), on(1, 2, 1), on(2, 1, 1), on(2, 1, 3), on(3, 1, 2), on(3, 1, 3));
        for (int i = 0; i < others.size(); i++) {
            SmallRun other = run("other" + i, network, 9);
            other.train("local[3]", false, others.get(i));
            DigestFile.Comparison comparison = one.compare(other);
            assertThat(comparison.difference())
                    .as(String.join(" ", others.get(i)))
                    .isEmpty();
            assertThat(comparison.steps()).isEqualTo(SmallRun.STEPS);
        }
    }

    /** Nodes in the configuration, and in a file that is gone when the model is used, train and serve as the zoo's network. */
    @Test
    void aDescribedNetworkTrainsToTheBitsOfTheZoosAndItsModelServesByItself() throws IOException {
        SmallRun zoo = run("zoo", SmallRun.LENET_WITH_ADAM, 2);
        zoo.train("local[2]", false, on(1, 1, 1));
        String described = SmallRun.LENET_WITH_ADAM.replace(
                "{ name: lenet5 }", "\n  nodes:\n" + SmallRun.DESCRIBED_LENET_NODES.stripTrailing());
        SmallRun inline = run("inline", described, 2);
        inline.train("local[2]", false, on(2, 1, 2));
        assertThat(zoo.compare(inline).difference()).isEmpty();

        Path file = folder.resolve("net.yaml");
        Files.writeString(file, "nodes:\n" + SmallRun.DESCRIBED_LENET_NODES);
        SmallRun fromFile = run("file", SmallRun.LENET_WITH_ADAM.replace("name: lenet5", "file: " + file), 2);
        fromFile.train("local[2]", false, on(2, 1, 1));
        assertThat(zoo.compare(fromFile).difference()).isEmpty();
        fromFile.train("local[2]", true, on(1, 1, 1));
        Files.delete(file);

        Model model = Scoring.read(
                HadoopFiles.ofThisProcess(), fromFile.folder().resolve("model").toString());
        assertThat(model.card().network()).isEqualTo("small");
        Model ofZoo = Scoring.read(
                HadoopFiles.ofThisProcess(), zoo.folder().resolve("model").toString());
        assertThat(model.network().nodes()).isEqualTo(ofZoo.network().nodes());
        assertThat(model.weights()).containsExactly(ofZoo.weights());
    }

    /** A backbone for five classes, as its parameters and statistics are after training. */
    private Path backbone() throws IOException {
        Network network = Zoo.network("resnet8", Shape.of(1, 28, 28), 5);
        ParameterLayout parameters = Layouts.parameters(network, 1);
        float[] statistics = Layouts.statistics(network).initial();
        for (int i = 0; i < statistics.length; i++) {
            statistics[i] += 0.125f * (i % 3);
        }
        Path file = folder.resolve("backbone.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            new StateDict("resnet8", parameters, Layouts.statistics(network))
                    .writer(Layouts.initialWeights(network, parameters, new Seed(99)), statistics, 1234)
                    .writeTo(out);
        }
        return file;
    }

    private static final String FINE_TUNING = """
            network: { name: resnet8 }
            initialWeights: { file: FILE, mode: replace_head }
            optimizer: { kind: sgd, momentum: 0.9, weightDecay: 5.0e-4 }
            parameterGroups:
              - { parameters: "layer3.*", rateFactor: 0.1 }
              - { parameters: "fc.*" }
              - { parameters: "*", frozen: true }
            schedule: { kind: constant, rate: 0.05 }
            """;

    @Test
    void aNewHeadLearnsOnAFrozenBackboneThatKeepsItsBits() throws IOException {
        SmallRun trained = run("before", SmallRun.RESNET_WITH_MOMENTUM, 9);
        trained.train("local[2]", false, "data.train=1200", "data.augmentation=[]");
        Path file = trained.folder().resolve("model/weights.safetensors");
        SmallRun run = run("tuned", FINE_TUNING.replace("FILE", file.toString()), 9);
        assertThat(run.train("local[2]", false, on(2, 1, 2)))
                .startsWith("starting from 45 of 47 tensors from file:" + file + System.lineSeparator());
        Path model = run.folder().resolve("model/weights.safetensors");
        try (SafetensorsReader before = SafetensorsReader.open(file);
                SafetensorsReader after = SafetensorsReader.open(model)) {
            int frozen = 0;
            for (StoredTensor tensor : before.tensors()) {
                String name = tensor.name();
                if (name.endsWith(".num_batches_tracked")) {
                    assertThat(after.longs(name)).as(name).containsExactly(SmallRun.STEPS);
                } else if (name.startsWith("fc.") || name.startsWith("layer3.") || name.contains(".running_")) {
                    // As in PyTorch, a frozen BatchNorm in training goes on measuring.
                    assertThat(after.floats(name)).as(name).isNotEqualTo(before.floats(name));
                } else {
                    assertThat(after.floats(name)).as(name).isEqualTo(before.floats(name));
                    frozen++;
                }
            }
            assertThat(frozen).isEqualTo(18);
        }
        Accuracy accuracy = Scoring.read(
                        HadoopFiles.ofThisProcess(),
                        run.folder().resolve("model").toString())
                .card()
                .testAccuracy();
        assertThat(accuracy.value()).isGreaterThan(0.9);

        SmallRun other = run("tuned on one slot", FINE_TUNING.replace("FILE", file.toString()), 9);
        other.train("local[2]", false, on(1, 2, 1));
        assertThat(run.compare(other).difference()).isEmpty();
    }

    /** With a momentum of 0 the running statistics are those that were loaded. */
    @Test
    void aBatchNormWithoutMomentumKeepsItsStatistics() throws IOException {
        Path file = backbone();
        Path nodes = folder.resolve("net.json");
        String json = NetworkForm.write(Zoo.network("resnet8", Shape.of(1, 28, 28), 10))
                .toJson();
        Files.writeString(
                nodes, json.replace("\"kind\": \"batchNorm2d\",", "\"kind\": \"batchNorm2d\", \"momentum\": 0,"));
        SmallRun run = run(
                "tuned", FINE_TUNING.replace("FILE", file.toString()).replace("name: resnet8", "file: " + nodes), 1);
        run.train("local[2]", false, on(1, 1, 1));
        try (SafetensorsReader before = SafetensorsReader.open(file);
                SafetensorsReader after = SafetensorsReader.open(run.folder().resolve("model/weights.safetensors"))) {
            assertThat(after.floats("bn1.running_mean")).isEqualTo(before.floats("bn1.running_mean"));
            assertThat(after.floats("layer3.0.bn2.running_var")).isEqualTo(before.floats("layer3.0.bn2.running_var"));
            assertThat(after.floats("layer3.0.bn2.weight")).isNotEqualTo(before.floats("layer3.0.bn2.weight"));
        }
    }

    @Test
    void initialWeightsThatDoNotFitAreRefusedBeforeSparkStarts() throws IOException {
        Path file = backbone();
        SmallRun run = run("run", FINE_TUNING.replace("FILE", file.toString()), 1);
        assertThatThrownBy(() -> run.train("local[2]", false, "initialWeights.mode=strict"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("file:" + file
                        + " expects the 47 tensors of resnet8, but 2 have another form (fc.bias is F32[5]"
                        + " instead of F32[10], fc.weight is F32[5, 64] instead of F32[10, 64]). Maybe it belongs to another"
                        + " network.");
        String digest = "0".repeat(64);
        assertThatThrownBy(() -> run.train("local[2]", false, "initialWeights.sha256=\"" + digest + "\""))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        "initialWeights.sha256 expects file:" + file + " to have " + digest + ", but it has ")
                .hasMessageEndingWith(". Maybe the file was changed.");
        Path pickle = folder.resolve("resnet8.pth");
        Files.write(pickle, HexFormat.of().parseHex("504b030400000808000000000000"));
        assertThatThrownBy(() -> run.train("local[2]", false, "initialWeights.file=" + pickle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("file:" + pickle + " expects a safetensors file, but it is a pickle, ")
                .hasMessageEndingWith("'resnet8.safetensors')\".");
        assertThatThrownBy(() -> run.train("local[2]", false, "initialWeights.file=" + folder.resolve("nowhere")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("expects a file to read, but nothing is there.");
        assertThat(run.folder().resolve("model")).doesNotExist();
    }

    /** A resumed run has its weights in its checkpoint; the file may be gone where its digest is known. */
    @Test
    void aFineTunedRunIsResumedWithTheSameBits() throws IOException {
        Path file = backbone();
        String network = FINE_TUNING.replace("FILE", file.toString());
        SmallRun whole = run("whole", network, 3);
        whole.train("local[2]", false, on(1, 1, 1));
        SmallRun stopped = run("stopped", network, 1);
        stopped.train("local[2]", false, on(1, 1, 1));
        String digest;
        try (InputStream in = Files.newInputStream(file)) {
            digest = StoredFile.of("w", in).sha256();
        }
        Files.delete(file);
        SmallRun resumed = new SmallRun(stopped.folder(), network, 3);
        resumed.train("local[2]", true, "initialWeights.sha256=\"" + digest + "\"", "spark.slots=1");
        HadoopFiles files = HadoopFiles.ofThisProcess();
        assertThat(Scoring.read(files, resumed.folder().resolve("model").toString())
                        .weights())
                .containsExactly(
                        Scoring.read(files, whole.folder().resolve("model").toString())
                                .weights());
    }

    @Test
    void aFaultInADescribedNetworkIsToldBeforeSparkStarts() throws IOException {
        Path file = Files.writeString(folder.resolve("net.yaml"), "nodes:\n  - { name: fc, kind: linear, out: 10 }\n");
        SmallRun run = run("run", SmallRun.LENET_WITH_ADAM.replace("name: lenet5", "file: " + file), 1);
        assertThatThrownBy(() -> run.train("local[2]", false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ":2:5: network.nodes.0: Linear[in=1, out=10] expects [N, 1], but its input is"
                        + " [1, 1, 28, 28]. Maybe a Flatten is missing.");
        Files.write(file, new byte[] {'n', ':', ' ', (byte) 0xFF});
        assertThatThrownBy(() -> run.train("local[2]", false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + " expects text in UTF-8, but it has other bytes.");
    }

    @ParameterizedTest
    @ValueSource(strings = {SmallRun.LENET_WITH_ADAM, SmallRun.RESNET_WITH_MOMENTUM})
    void bitsAreTheSameInWhateverOrderFramesArrive(String network) throws IOException {
        SmallRun one = run("one", network, 9);
        one.train("local[3]", false, on(1, 1, 1));
        for (int slots = 2; slots <= 3; slots++) {
            for (int shards = 1; shards <= 3; shards++) {
                SeededArrival wire = new SeededArrival(10 * slots + shards, 4);
                SmallRun other = run(slots + "-" + shards, network, 9);
                other.train("local[3]", wire, false, on(slots, 1, shards));
                DigestFile.Comparison comparison = one.compare(other);
                assertThat(comparison.difference())
                        .as(slots + " slots, " + shards + " shards, " + wire)
                        .isEmpty();
                assertThat(comparison.steps()).isEqualTo(SmallRun.STEPS);
            }
        }
    }

    /**
     * One step on 27 images in 7 leaves: bn1 reads conv1's output under the initial weights, so its statistics are known from
     * the images alone. A mean of the leaves' means, or an update for each leaf, gives others.
     */
    @Test
    void runningStatisticsAfterAStepAreThoseOfTheWholeBatch() throws IOException {
        SmallRun run = run("run", SmallRun.RESNET_WITH_MOMENTUM, 1);
        String[] overrides = {"data.train=27", "data.augmentation=[]"};
        run.train("local[2]", false, overrides);
        Model model = Scoring.read(
                HadoopFiles.ofThisProcess(), run.folder().resolve("model").toString());
        assertThat(model.card().step()).isEqualTo(1);
        List<double[]> channels = firstConvolution(model, run.config(overrides));
        float[] running = model.statistics();
        for (int c = 0; c < 16; c++) {
            double[] values = channels.get(c);
            double mean = Arrays.stream(values).average().orElseThrow();
            double unbiased = Arrays.stream(values)
                            .map(value -> (value - mean) * (value - mean))
                            .sum()
                    / (values.length - 1);
            assertThat((double) running[c]).isCloseTo(0.1 * mean, within(1e-6));
            assertThat((double) running[16 + c]).isCloseTo(0.9 + 0.1 * unbiased, within(1e-6));
        }
    }

    /** conv1's output for all training images, channel by channel, in float64. */
    private static List<double[]> firstConvolution(Model model, RunConfig config) {
        Dataset train = Datasets.of(config.data(), HadoopFiles.ofThisProcess()).train();
        Network.Parameter weight = model.network().parameters().get(0);
        assertThat(weight.name()).isEqualTo("conv1.weight");
        float[] w = Network.initialValues(weight, new Seed(config.seed()));
        InputPipeline.Reader reader =
                new InputPipeline(train, model.card().preprocessing(), List.of(), new Seed(0)).reader();
        float[] x = new float[28 * 28];
        List<double[]> channels = new ArrayList<>();
        for (int c = 0; c < 16; c++) {
            channels.add(new double[train.size() * 28 * 28]);
        }
        for (int n = 0; n < train.size(); n++) {
            reader.fillPlain(n, x, 0);
            for (int at = 0; at < 28 * 28 * 16; at++) {
                int c = at % 16;
                int row = at / 16 / 28;
                int column = at / 16 % 28;
                double sum = 0;
                for (int tap = 0; tap < 9; tap++) {
                    int i = row + tap / 3 - 1;
                    int j = column + tap % 3 - 1;
                    if (i >= 0 && i < 28 && j >= 0 && j < 28) {
                        sum += (double) w[c * 9 + tap] * x[i * 28 + j];
                    }
                }
                channels.get(c)[n * 28 * 28 + at / 16] = sum;
            }
        }
        return channels;
    }

    @Test
    void anotherSeedIsToldByItsFirstStepAndTensor() throws IOException {
        SmallRun one = run("one", SmallRun.LENET_WITH_ADAM, 1);
        SmallRun other = run("other", SmallRun.LENET_WITH_ADAM, 1);
        one.train("local[2]", false);
        other.train("local[2]", false, "seed=8");
        assertThat(one.compare(other).difference())
                .hasValueSatisfying(text -> assertThat(text).startsWith("first at step 1 in conv1.weight: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {SmallRun.RESNET_WITH_MOMENTUM, SmallRun.RESNET_WITH_LAMB})
    void resumedRunHasTheBitsOfTheOneThatWasNotStoppedEvenOnOtherSlotsAndShards(String network) throws IOException {
        SmallRun whole = run("whole", network, 4);
        whole.train("local[3]", false, on(2, 1, 2));
        SmallRun stopped = run("stopped", network, 2);
        stopped.train("local[3]", false, on(2, 1, 2));
        SmallRun resumed = new SmallRun(stopped.folder(), network, 4);
        assertThat(resumed.train("local[3]", true, on(3, 1, 2))).startsWith("going on from ");
        assertThat(latest(resumed).files())
                .filteredOn(file -> file.name().startsWith("shard-"))
                .containsExactlyElementsOf(latest(whole).files().stream()
                        .filter(file -> file.name().startsWith("shard-"))
                        .toList());
        SmallRun again = new SmallRun(stopped.folder(), network, 6);
        again.train("local[3]", true, on(1, 1, 3));
        SmallRun longer = run("longer", network, 6);
        longer.train("local[3]", false, on(2, 1, 3));
        assertThat(sorted(latest(again))).isEqualTo(sorted(latest(longer)));
    }

    private static List<StoredFile> sorted(Manifest manifest) {
        return manifest.files().stream()
                .filter(file -> file.name().startsWith("shard-"))
                .sorted(Comparator.comparing(StoredFile::name))
                .toList();
    }

    /** One bad epoch is enough, and none is as much better as is asked for: the rate falls after epochs 2, 3 and so on. */
    private static final String RESNET_ON_A_PLATEAU = """
            network: { name: resnet8 }
            optimizer: { kind: sgd, momentum: 0.9, weightDecay: 5.0e-4 }
            schedule:
              kind: warmup
              length: 4
              schedule: { kind: plateau, rate: 0.05, factor: 0.5, patience: 0, threshold: 100, thresholdMode: absolute }
            """;

    @Test
    void resumedRunReducesItsRateAsTheOneThatWasNotStoppedHoweverOftenItEvaluates() throws IOException {
        SmallRun whole = run("whole", RESNET_ON_A_PLATEAU, 4);
        whole.train("local[3]", false, on(2, 1, 2));
        SmallRun stopped = run("stopped", RESNET_ON_A_PLATEAU, 3);
        stopped.train("local[3]", false, on(1, 1, 2));
        SmallRun resumed = new SmallRun(stopped.folder(), RESNET_ON_A_PLATEAU, 4);
        resumed.train("local[3]", true, "training.evaluateEvery=2", "spark.slots=2", "parameterServer.shards=2");
        assertThat(sorted(latest(resumed))).isEqualTo(sorted(latest(whole)));
        assertThat(latest(resumed).measurements())
                .isEqualTo(latest(whole).measurements())
                .hasSize(4);
        SmallRun constant = run("constant", RESNET_ON_A_PLATEAU, 4);
        constant.train("local[3]", false, "schedule.schedule.patience=9", "parameterServer.shards=2");
        assertThat(sorted(latest(constant))).isNotEqualTo(sorted(latest(whole)));
    }

    @ParameterizedTest
    @ValueSource(strings = {SmallRun.RESNET_WITH_MOMENTUM, SmallRun.RESNET_WITH_LAMB})
    void modelScoresTheTestSetAsTheRunDid(String network) throws IOException {
        SmallRun run = run("run", network, 3);
        String printed = run.train("local[2]", false);
        HadoopFiles files = HadoopFiles.ofThisProcess();
        Model model = Scoring.read(files, run.folder().resolve("model").toString());
        assertThat(model.card().network()).isEqualTo("resnet8");
        assertThat(model.card().step()).isEqualTo(18);
        Accuracy accuracy = Scoring.confusion(
                        model, Datasets.of(run.config().data(), files).test())
                .accuracy();
        assertThat(accuracy).isEqualTo(model.card().testAccuracy());
        assertThat(printed)
                .contains(String.format(Locale.ROOT, "test accuracy %.2f %% on 150 images", 100 * accuracy.value()));
    }

    @Test
    void resumeWithAConfigurationOfOtherBitsNamesTheKey() throws IOException {
        SmallRun run = run("run", SmallRun.LENET_WITH_ADAM, 1);
        run.train("local[2]", false);
        assertThatThrownBy(() -> run.train("local[2]", true, "training.microBatch=5"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("training.microBatch is 5 now and was 4");
    }

    @Test
    void resumeWithoutACheckpointIsRefused() throws IOException {
        SmallRun run = run("run", SmallRun.LENET_WITH_ADAM, 1);
        assertThatThrownBy(() -> run.train("local[2]", true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("--resume expects a checkpoint in file:"
                        + run.folder().resolve("checkpoints") + ", but there is none. Maybe start without --resume.");
    }

    @Test
    void checkpointThatWasChangedIsRefused() throws IOException {
        SmallRun run = run("run", SmallRun.LENET_WITH_ADAM, 1);
        run.train("local[2]", false);
        try (Stream<Path> files = Files.walk(run.folder().resolve("checkpoints"))) {
            Path shard = files.filter(file -> file.endsWith("shard-00001.safetensors"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(shard);
            bytes[bytes.length - 1] ^= 1;
            Files.write(shard, bytes);
        }
        SmallRun resumed = new SmallRun(run.folder(), SmallRun.LENET_WITH_ADAM, 2);
        assertThatThrownBy(() -> resumed.train("local[2]", true))
                .hasMessageMatching(
                        "(?s).*File shard-00001.safetensors of a checkpoint expects .* bytes with SHA-256 .*");
    }

    @Test
    void lossThatIsNotFiniteEndsTheRunWithItsStepAndLeaf() throws IOException {
        SmallRun run = run("run", SmallRun.RESNET_WITH_MOMENTUM, 9);
        assertThatThrownBy(() -> run.train("local[2]", false, "schedule.rate=1e30"))
                .hasMessageMatching("(?s).*Step \\d+ expects .*finite.* leaf \\d+.*"
                        + "Maybe the learning rate \\(.*\\) is too high\\..*");
    }

    @Test
    void networkThatCannotTakeTheImagesIsRefusedBeforeSparkStarts() throws IOException {
        SmallRun run = run("run", SmallRun.LENET_WITH_ADAM, 1);
        assertThatThrownBy(() -> run.train("local[2]", false, "network.name=lenet6"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("network.name expects one of lenet5, ");
        assertThat(run.folder()).isEmptyDirectory();
    }
}
