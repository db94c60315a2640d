package io.convoy.spark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.kernel.Precision;
import io.convoy.spark.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ConfigReaderTest {
    private static final String SMALL = """
            name: small
            data: { kind: strokes, train: 100, test: 50 }
            network: { name: lenet5 }
            training:
              epochs: 2
              batch: 32
              microBatch: 8
            optimizer: { kind: sgd, momentum: 0.9 }
            schedule: { kind: constant, rate: 1e-3 }
            output: { model: models/small, checkpoints: runs/small }
            """;

    private static RunConfig read(String yaml, String... overrides) {
        return ConfigReader.read("small.yaml", yaml, List.of(overrides));
    }

    private static void refuses(String yaml, String message, String... overrides) {
        assertThatThrownBy(() -> read(yaml, overrides))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void everyKeyOfTheFileIsInTheRecord() {
        assertThat(read(SMALL))
                .isEqualTo(new RunConfig(
                        "small",
                        1,
                        new DataConfig.Strokes(100, 50, List.of(), null),
                        new NetworkConfig("lenet5"),
                        null,
                        new TrainingConfig(2, 32, 8, Precision.FLOAT32, 1),
                        new LossConfig.CrossEntropy(List.of(), -100, 0, LossConfig.Reduction.MEAN),
                        new OptimizerConfig.Sgd(0.9, 0, 0, false),
                        null,
                        null,
                        null,
                        List.of(),
                        new ScheduleConfig.Constant(0.001),
                        new ParameterServerConfig(2, 0, 30, 120, 120, false),
                        new SparkConfig("local[*]", 2, 1),
                        new OutputConfig("models/small", "runs/small")));
    }

    @Test
    void listsVariantsAndOptionalSectionsAreRead() {
        RunConfig config = read(SMALL.replace("data: { kind: strokes, train: 100, test: 50 }", """
                        data:
                          kind: idx
                          train: { images: a, labels: b }
                          test: { images: c, labels: d }
                          augmentation: [ {kind: shift, pixels: 2}, {kind: flip} ]
                          normalisation: { mean: [0.5], deviation: [2] }""")
                .replace("{ kind: constant, rate: 1e-3 }", "{ kind: step, rate: 1, every: 3, per: step }"));
        assertThat(config.data())
                .isEqualTo(new DataConfig.Idx(
                        ".",
                        10,
                        new DataConfig.Idx.Files("a", "b"),
                        new DataConfig.Idx.Files("c", "d"),
                        List.of(
                                new AugmentationConfig.Shift(2, AugmentationConfig.Fill.BLACK),
                                new AugmentationConfig.Flip(0.5, false)),
                        new NormalisationConfig(List.of(0.5), List.of(2.0))));
        assertThat(config.schedule()).isEqualTo(new ScheduleConfig.Step(1, 0.1, 3, ScheduleConfig.Unit.STEP));
    }

    private static List<Path> trainings() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "configs"))) {
            List<Path> trainings = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                if (Files.readString(file).contains("\ntraining:")) {
                    trainings.add(file);
                }
            }
            return trainings;
        }
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void theConfigurationsThatComeWithConvoyAreRead(Path file) throws IOException {
        assertThat(ConfigReader.read(file.toString(), Files.readString(file), List.of())
                                .name()
                        + ".yaml")
                .isEqualTo(file.getFileName().toString());
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheNearestKey() {
        refuses(
                SMALL.replace("microBatch", "microbatch"),
                "small.yaml:7: training expects the keys epochs, batch, microBatch, precision, evaluateEvery, but it got microbatch."
                        + " Maybe you mean microBatch.");
        refuses(
                SMALL + "colour: red\n",
                "small.yaml:11: the configuration expects the keys name, seed, data, network, initialWeights, training, loss, optimizer,"
                        + " regularisation, clipping, averaging, parameterGroups, schedule, parameterServer, spark,"
                        + " output, but it got colour.");
        refuses(
                SMALL.replace("kind: sgd, momentum", "kind: sgd, momentun"),
                "small.yaml:8: optimizer of kind sgd expects the keys kind, momentum, dampening, weightDecay, nesterov, but it got"
                        + " momentun. Maybe you mean momentum.");
    }

    @Test
    void labelsGiveImagesTasks() {
        String images = SMALL.replace(
                "data: { kind: strokes, train: 100, test: 50 }",
                "data: { kind: images, train: { path: a.zip }, split: { train: 0.8 }, height: 32, width: 48, levels: 2,"
                        + " labels: { LABELS } }");
        String folders = "kind: folders, tasks: [ { name: alphabet, levels: [1] }, { name: letter, levels: [1, 2] } ]";
        RunConfig run = read(images.replace("LABELS", folders));
        assertThat(((DataConfig.Images) run.data()).labels())
                .isEqualTo(new LabelsConfig.Folders(List.of(
                        new LabelsConfig.FolderTask("alphabet", List.of(1)),
                        new LabelsConfig.FolderTask("letter", List.of(1, 2)))));
        String csv = "kind: csv, file: labels.csv, classes: [breed], numbers: [age]";
        assertThat(((DataConfig.Images) read(images.replace("LABELS", csv)).data()).labels())
                .isEqualTo(new LabelsConfig.Csv("labels.csv", null, "path", List.of("breed"), List.of("age")));
        assertThat(read(run.toJson())).isEqualTo(run);
        refusesLabels(
                images,
                folders.replace("[1, 2]", "[1, 3]"),
                "expects levels from 1 to data.levels, 2, but those of letter are [1, 3].");
        refusesLabels(
                images,
                folders.replace("letter", "alphabet"),
                ".tasks expects each name once, but they are alphabet, alphabet.");
        refusesLabels(
                images, "kind: folders, tasks: []", ".tasks expects a list of at least one value, but it is empty.");
        refusesLabels(
                images, csv.replace("age", "path"), ".classes expects each name once, but they are path, breed, path.");
        refusesLabels(
                images,
                "kind: csv, file: labels.csv",
                ".classes expects columns of classes, or else numbers expects columns of numbers, but there are neither.");
        refusesLabels(
                images,
                csv + ", testFile: more.csv",
                "expects a testFile only where test is there, but it is more.csv.");
        refusesLabels(
                images.replace("split: { train: 0.8 }", "test: { path: b.zip }"),
                csv,
                "expects a testFile with the labels of the test images, but it is missing.");
        refuses(
                images.replace("LABELS", csv).replace("levels: 2", "compare: { show: pairs }"),
                "small.yaml:2: data.compare expects images with a class each, but labels gives them tasks.");
        refuses(
                images.replace("LABELS", csv).replace("levels: 2", "augmentation: [ { kind: mixup } ]"),
                "small.yaml:2: data.augmentation expects no mixup where labels gives images tasks, but it is there.");
    }

    private static void refusesLabels(String images, String labels, String expectation) {
        refuses(
                images.replace("LABELS", labels),
                "small.yaml:2: data.labels" + (expectation.startsWith(".") ? "" : " ") + expectation);
    }

    @Test
    void imagesAreTestedOnOthersOrOnASplitOfTheirOwn() {
        String images = SMALL.replace(
                "data: { kind: strokes, train: 100, test: 50 }",
                "data: { kind: images, train: { path: a.zip }, split: { train: 0.8 }, height: 32, width: 48 }");
        assertThat(read(images).data())
                .isEqualTo(new DataConfig.Images(
                        ".",
                        new DataConfig.Images.Tree("a.zip", "", List.of()),
                        null,
                        new SplitConfig(0.8, 1),
                        3,
                        32,
                        48,
                        DataConfig.Fit.CROP,
                        1,
                        1,
                        null,
                        33_554_432,
                        67_108_864,
                        0.01,
                        null,
                        List.of(),
                        null));
        assertThat(((DataConfig.Images) read(images.replace("width: 48", "width: 48, compare: { show: triplets }"))
                                .data())
                        .compare())
                .isEqualTo(new ComparisonConfig(
                        ComparisonConfig.Show.TRIPLETS, 0, 1, ComparisonConfig.Others.ANY, false, 64, null));
        assertThat(((DataConfig.Images) read(images.replace("width: 48", """
                                width: 32, compare: { show: pairs, others: same_folder, quarterTurns: true, \
                                embedding: 8, oneShot: { ways: 5 } }""")).data()).compare())
                .isEqualTo(new ComparisonConfig(
                        ComparisonConfig.Show.PAIRS,
                        0,
                        1,
                        ComparisonConfig.Others.SAME_FOLDER,
                        true,
                        8,
                        new OneShotConfig(5, 1000, 1)));
        refuses(
                images.replace("width: 48", "width: 48, compare: { show: pairs, quarterTurns: true }"),
                "small.yaml:2: data.width expects the height's 32 where images are shown in quarter turns, but it got"
                        + " 48.");
        refuses(
                images.replace("width: 48", "width: 48, compare: { show: pairs, oneShot: { ways: 1 } }"),
                "small.yaml:2: data.compare.oneShot.ways expects a whole number from 2 to 1000000, but it got 1.");
        refuses(
                images.replace("width: 48", "width: 48, compare: { show: pairs, alike: 1 }"),
                "small.yaml:2: data.compare.different expects another number than alike, but both are 1.");
        refuses(
                images.replace("width: 48", "width: 48, compare: { show: pairs }, augmentation: [ { kind: mixup } ]"),
                "small.yaml:2: data.augmentation expects no mixup where images are compared, but it is there.");
        refuses(
                images.replace("split: { train: 0.8 }, ", ""),
                "small.yaml:2: data.test expects either test or split to say where the test images come from, but neither"
                        + " is there.");
        refuses(
                images.replace("split:", "test: { path: b }, split:"),
                "small.yaml:2: data.test expects either test or split to say where the test images come from, but both"
                        + " are there.");
        refuses(
                images.replace("0.8", "1"),
                "small.yaml:2: data.split.train expects a number above 0 and below 1, but it got 1.");
        refuses(
                images.replace("width: 48", "width: 48, keep: 0"),
                "small.yaml:2: data.keep expects a number above 0 and at most 1, but it got 0.");
        refuses(
                images.replace("width: 48", "width: 48, fit: squeeze"),
                "small.yaml:2: data.fit expects one of crop, squash, but it got squeeze.");
        refuses(
                images.replace("width: 48", "width: 48, channels: 4"),
                "small.yaml:2: data.channels expects 1 or 3, but it got 4.");
        refuses(
                SMALL.replace("kind: strokes, train: 100, test: 50", "kind: cifar, labels: ten, train: [], test: [b]"),
                "small.yaml:2: data.train expects a list of at least one value, but it is empty.");
    }

    @Test
    void everyAugmentationIsReadWithItsDefaultsAndItsRanges() {
        String line = "data: { kind: strokes, train: 100, test: 50";
        String varied = SMALL.replace(line, line + ", augmentation: [ %s ]");
        assertThat(read(varied.formatted("{ kind: resizedCrop }, { kind: rotation, degrees: 10 },"
                                + " { kind: colorJitter, hue: 0.1 }, { kind: cutout, size: 8 }, { kind: mixup }"))
                        .data()
                        .augmentation())
                .containsExactly(
                        new AugmentationConfig.ResizedCrop(0.08, 0.75),
                        new AugmentationConfig.Rotation(10, AugmentationConfig.Fill.BLACK),
                        new AugmentationConfig.ColorJitter(0, 0, 0, 0.1),
                        new AugmentationConfig.Cutout(8, 0.5),
                        new AugmentationConfig.Mixup(0.2));
        refuses(
                varied.formatted("{ kind: mixup }, { kind: flip }"),
                "small.yaml:2: data.augmentation expects mixup to be the last one, but 1 more follow.");
        refuses(
                varied.formatted("{ kind: resizedCrop, minArea: 0 }"),
                "small.yaml:2: data.augmentation.0.minArea expects a number above 0, but it got 0.");
        refuses(
                varied.formatted("{ kind: rotation, degrees: 200 }"),
                "small.yaml:2: data.augmentation.0.degrees expects a number from 0 to 180, but it got 200.");
        refuses(
                varied.formatted("{ kind: colorJitter, hue: 0.7 }"),
                "small.yaml:2: data.augmentation.0.hue expects a number from 0 to 0.5, but it got 0.7.");
        refuses(
                varied.formatted("{ kind: cutout, size: 0 }"),
                "small.yaml:2: data.augmentation.0.size expects a whole number from 1 to 16384, but it got 0.");
        refuses(
                varied.formatted("{ kind: mixup, alpha: 0 }"),
                "small.yaml:2: data.augmentation.0.alpha expects a number from 0.01 to 100, but it got 0.");
        refuses(
                varied.formatted("{ kind: shift, pixels: 2, fill: white }"),
                "small.yaml:2: data.augmentation.0.fill expects one of black, edge, but it got white.");
    }

    @Test
    void anUnknownKindIsNamedWithTheNearest() {
        refuses(
                SMALL.replace("kind: sgd", "kind: sdg"),
                "small.yaml:8: optimizer.kind expects one of "
                        + "sgd, adam, adamw, adamax, nadam, adagrad, rmsprop, adadelta, lars, lamb, but it got sdg. Maybe you mean sgd.");
        refuses(
                SMALL.replace("kind: sgd, ", ""),
                "small.yaml:8: optimizer.kind expects one of "
                        + "sgd, adam, adamw, adamax, nadam, adagrad, rmsprop, adadelta, lars, lamb, but it is missing.");
        refuses(
                SMALL.replace("{ kind: constant, rate: 1e-3 }", "{ kind: step, rate: 1, every: 3, per: epochs }"),
                "small.yaml:9: schedule.per expects one of step, epoch, fraction, but it got epochs. Maybe you mean epoch.");
    }

    @Test
    void aMissingKeyIsNamedWithTheLineOfItsSection() {
        refuses(SMALL.replace("  batch: 32\n", ""), "small.yaml:5: training.batch expects a value, but it is missing.");
        refuses(SMALL.replace("name: small\n", ""), "small.yaml:1: name expects a value, but it is missing.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "epochs: two | epochs expects a whole number, but it got two.",
                "epochs: 2.5 | epochs expects a whole number, but it got 2.5.",
                "epochs: 012 | epochs expects a whole number, but it got 012.",
                "epochs: \"2\" | epochs expects a whole number, but it got the text \"2\". Maybe leave the quotes out.",
                "epochs: | epochs expects a whole number, but it got nothing.",
                "epochs: [2] | epochs expects a whole number, but it got a list.",
                "epochs: {a: 2} | epochs expects a whole number, but it got a section.",
                "epochs: 3000000000 | epochs expects a whole number up to 2147483647, but it got 3000000000.",
                "epochs: 99999999999999999999 | epochs expects a whole number up to 2147483647, but it got 99999999999999999999.",
                "epochs: 0 | epochs expects a whole number of at least 1, but it got 0.",
            })
    void aValueOfAnotherTypeOrOutOfRangeIsShown(String line, String message) {
        refuses(SMALL.replace("epochs: 2", line), "small.yaml:5: training." + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "optimizer={kind: sgd, momentum: 1} | optimizer.momentum expects a number of at least 0 and below 1, but it got 1.",
                "optimizer={kind: sgd, weightDecay: -1e-4} | optimizer.weightDecay expects a number of at least 0, but it got -0.0001.",
                "optimizer={kind: sgd, nesterov: true} | optimizer.nesterov expects a momentum above 0, but it is 0. Maybe set momentum to 0.9.",
                "optimizer={kind: sgd, nesterov: yes} | optimizer.nesterov expects true or false, but it got yes.",
                "optimizer={kind: adam, beta2: 1.5} | optimizer.beta2 expects a number of at least 0 and below 1, but it got 1.5.",
                "optimizer={kind: adam, beta1: -1} | optimizer.beta1 expects a number of at least 0 and below 1, but it got -1.",
                "optimizer={kind: adam, epsilon: 0} | optimizer.epsilon expects a number above 0, but it got 0.",
                "optimizer={kind: adam, weightDecay: -1} | optimizer.weightDecay expects a number of at least 0, but it got -1.",
                "optimizer={kind: adamw, amsgrad: 1} | optimizer.amsgrad expects true or false, but it got 1.",
                "optimizer={kind: adamW} | optimizer.kind expects one of sgd, adam, adamw, adamax, nadam, adagrad, rmsprop, adadelta, lars, lamb, but it got adamW. Maybe you mean adamw.",
                "optimizer={kind: adamax, beta2: 1} | optimizer.beta2 expects a number of at least 0 and below 1, but it got 1.",
                "optimizer={kind: nadam, momentumDecay: -1} | optimizer.momentumDecay expects a number of at least 0, but it got -1.",
                "optimizer={kind: adagrad, rateDecay: -1} | optimizer.rateDecay expects a number of at least 0, but it got -1.",
                "optimizer={kind: adagrad, initialAccumulator: -1} | optimizer.initialAccumulator expects a number of at least 0, but it got -1.",
                "optimizer={kind: adagrad, lr_decay: 1} | optimizer of kind adagrad expects the keys kind, rateDecay, weightDecay, initialAccumulator, epsilon, but it got lr_decay.",
                "optimizer={kind: rmsprop, alpha: 1} | optimizer.alpha expects a number of at least 0 and below 1, but it got 1.",
                "optimizer={kind: rmsprop, momentum: 1} | optimizer.momentum expects a number of at least 0 and below 1, but it got 1.",
                "optimizer={kind: adadelta, rho: 1} | optimizer.rho expects a number of at least 0 and below 1, but it got 1.",
                "optimizer={kind: lars, trust: 0} | optimizer.trust expects a number above 0, but it got 0.",
                "optimizer={kind: lamb, epsilon: 0} | optimizer.epsilon expects a number above 0, but it got 0.",
                "optimizer={kind: sgd, dampening: 2} | optimizer.dampening expects a number from 0 to 1, but it got 2.",
                "optimizer={kind: sgd, momentum: 0.9, dampening: 0.5, nesterov: true} | optimizer.nesterov expects no dampening, but it is 0.5.",
                "regularisation={l1: -1} | regularisation.l1 expects a number of at least 0, but it got -1.",
                "regularisation={l2: -1} | regularisation.l2 expects a number of at least 0, but it got -1.",
                "regularization={l2: 1} | the configuration expects the keys name, seed, data, network, initialWeights, training, loss, optimizer, regularisation, clipping, averaging, parameterGroups, schedule, parameterServer, spark, output, but it got regularization. Maybe you mean regularisation.",
                "clipping={kind: norm, limit: 0} | clipping.limit expects a number above 0, but it got 0.",
                "clipping={kind: value, limit: -1} | clipping.limit expects a number above 0, but it got -1.",
                "clipping={kind: norm} | clipping.limit expects a value, but it is missing.",
                "clipping=1 | clipping expects the key kind (one of norm, value) and that kind's keys, but it got 1.",
                "averaging={decay: 1} | averaging.decay expects a number of at least 0 and below 1, but it got 1.",
                "parameterGroups={} | parameterGroups expects a list, but it got a section.",
                "parameterGroups=[{parameters: ''}] | parameterGroups.0.parameters expects a text, but it is empty.",
                "parameterGroups=[{kinds: [biases]}] | parameterGroups.0.kinds.0 expects one of bias, normalisation, but it got biases. Maybe you mean bias.",
                "parameterGroups=[{rateFactor: -1}] | parameterGroups.0.rateFactor expects a number of at least 0, but it got -1.",
                "parameterGroups=[{decayFactor: -1}] | parameterGroups.0.decayFactor expects a number of at least 0, but it got -1.",
                "schedule.rate=0 | schedule.rate expects a number above 0, but it got 0.",
                "schedule.rate=.inf | schedule.rate expects a number, but it got .inf.",
                "schedule.rate=1e999 | schedule.rate expects a number above 0, but it got Infinity.",
                "schedule=fast | schedule expects the key kind (one of constant, step, multiStep, exponential, polynomial, cosine, cosineWarmRestarts, cyclic, oneCycle, warmup, linearScaling, sequential, chained, plateau) and that kind's keys, but it got fast.",
                "training.microBatch=64 | training.microBatch expects at most the batch of 32, but it got 64.",
                "data.augmentation=[{kind: flip, probability: 2}] | data.augmentation.0.probability expects a number from 0 to 1, but it got 2.",
                "data.augmentation=3 | data.augmentation expects a list, but it got 3.",
                "data.normalisation={mean: [1, 2], deviation: [1]} | data.normalisation.deviation expects one number for each of the 2 in mean, but it got 1.",
                "data.normalisation={mean: [], deviation: []} | data.normalisation.mean expects a list of at least one value, but it is empty.",
                "data.normalisation={mean: [0], deviation: [0]} | data.normalisation.deviation expects a number above 0, but it got 0.",
                "parameterServer.port=70000 | parameterServer.port expects a whole number from 0 to 65535, but it got 70000.",
                "output.checkpoints=models/small | output.checkpoints expects another folder than the model's, but both are models/small.",
                "initialWeights={file: w, head: [fc.*]} | initialWeights.head expects the mode replace_head, but it got [fc.*] without it.",
                "initialWeights={file: w, mode: replaceHead} | initialWeights.mode expects one of strict, partial, replace_head, but it got replaceHead. Maybe you mean replace_head.",
                "initialWeights={file: w, sha256: 12} | initialWeights.sha256 expects 64 lower-case hexadecimal digits, but it got 12.",
                "initialWeights={} | initialWeights.file expects a value, but it is missing.",
                "network={name: ''} | network.name expects a text, but it is empty.",
                "network= | network expects the keys name, file, inputs, nodes, outputs, initializers, but it got nothing.",
                "name= | name expects a text, but it got nothing.",
            })
    void anOverrideIsReadAsStrictlyAsTheFile(String assignment, String message) {
        refuses(SMALL, "--set " + assignment + ": " + message, assignment);
    }

    @Test
    void overridesReplaceAddAndReachIntoLists() {
        RunConfig config = read(
                SMALL,
                "training.epochs=7",
                "training.epochs=8",
                "spark.slots=5",
                "data.augmentation=[{kind: shift, pixels: 2}]",
                "data.augmentation.0.pixels=3",
                "optimizer={kind: adam}");
        assertThat(config.training().epochs()).isEqualTo(8);
        assertThat(config.spark()).isEqualTo(new SparkConfig("local[*]", 5, 1));
        assertThat(config.data().augmentation())
                .containsExactly(new AugmentationConfig.Shift(3, AugmentationConfig.Fill.BLACK));
        assertThat(config.optimizer()).isEqualTo(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0, false));
    }

    @Test
    void anOverrideThatReachesNothingIsRefused() {
        refuses(
                SMALL,
                "--set training.epoch=1: training expects the keys epochs, batch, microBatch, precision, evaluateEvery, but it got"
                        + " epoch. Maybe you mean epochs.",
                "training.epoch=1");
        refuses(
                SMALL,
                "--set trainin.epochs=1: the configuration expects the keys name, seed, data, network, initialWeights, training, loss, optimizer,"
                        + " regularisation, clipping, averaging, parameterGroups, schedule, parameterServer, spark,"
                        + " output, but it got trainin. Maybe you mean training.",
                "trainin.epochs=1");
        refuses(SMALL, "--set name.first=x: name expects keys below it, but it is small.", "name.first=x");
        refuses(
                SMALL,
                "--set epochs expects the form key=value, e.g. --set training.epochs=1, but it has no = in it.",
                "epochs");
        refuses(SMALL, "--set =3 expects the form key=value, e.g. --set training.epochs=1, but it has no key.", "=3");
        refuses(
                SMALL,
                "--set data.augmentation.1.pixels=3: data.augmentation expects an index below 1, the length of the list,"
                        + " but it got 1.",
                "data.augmentation=[{kind: flip}]",
                "data.augmentation.1.pixels=3");
    }

    @Test
    void aMissingKeyBelowAnOverrideIsBlamedOnTheOverride() {
        refuses(
                SMALL,
                "--set schedule={kind: step, rate: 1}: schedule.every expects a value, but it is missing.",
                "schedule={kind: step, rate: 1}");
    }

    @Test
    void aRepeatedKeyIsRefused() {
        refuses(
                SMALL.replace("  batch: 32\n", "  batch: 32\n  batch: 64\n"),
                "small.yaml:7: training expects each key once, but batch is there again.");
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsLine() {
        refuses(
                SMALL.replace("  batch: 32", "\tbatch: 32"),
                "small.yaml:6: YAML expects another character or indentation here: found character '\\t(TAB)' that cannot"
                        + " start any token. (Do not use \\t(TAB) for indentation).");
        refuses("", "small.yaml expects a configuration, but it is empty.");
        refuses("just words", "small.yaml expects a configuration, lines of \"key: value\", but it got just words.");
        refuses("? [a, b]\n: 3\n", "small.yaml:1: the configuration expects keys that are words, but it got a list.");
        refuses(
                SMALL,
                "--set name=[: YAML expects another character or indentation here: expected the node content, but found"
                        + " '<stream end>'.",
                "name=[");
    }

    @Test
    void wordsThatYamlTakesForTruthOrNumbersAreTextWhereATextIsExpected() {
        assertThat(read(SMALL, "name=no").name()).isEqualTo("no");
        assertThat(read(SMALL, "name=1e3").name()).isEqualTo("1e3");
    }

    @Test
    void numbersMayBeWrittenInEveryUsualForm() {
        assertThat(read(SMALL, "schedule.rate=5.0e-4").schedule()).isEqualTo(new ScheduleConfig.Constant(5e-4));
        assertThat(read(SMALL, "schedule.rate=.5").schedule()).isEqualTo(new ScheduleConfig.Constant(0.5));
        assertThat(read(SMALL, "schedule.rate=1").schedule()).isEqualTo(new ScheduleConfig.Constant(1));
        assertThat(read(SMALL, "data.train=60_000").data())
                .isEqualTo(new DataConfig.Strokes(60000, 50, List.of(), null));
        assertThat(read(SMALL, "seed=-9223372036854775808").seed()).isEqualTo(Long.MIN_VALUE);
    }
}
