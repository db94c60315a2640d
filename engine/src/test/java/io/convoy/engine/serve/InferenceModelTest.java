package io.convoy.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.ThisCpu;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.RandomShift;
import io.convoy.engine.data.Strokes;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.metric.ConfusionMatrix;
import io.convoy.engine.metric.Ranking;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.program.Inference;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.Listener;
import io.convoy.engine.train.LocalTrainer;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.CifarResNet;
import io.convoy.engine.zoo.Lenet5;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written after training scores with the bits that training was evaluated with. */
class InferenceModelTest {
    private static final Seed SEED = new Seed(21);
    private static final Shape IMAGE = Shape.of(1, 28, 28);
    private static final int PIXELS = 784;
    private static final int CLASSES = 10;
    private static final int TEST = 150;

    @TempDir
    Path folder;

    private static Network network(String name) {
        return switch (name) {
            case "lenet5" -> Lenet5.of(IMAGE, CLASSES);
            case "resnet8" -> CifarResNet.of(IMAGE, CLASSES, 8);
            default -> wide();
        };
    }

    /** So much work that fewer than {@link Evaluation#BATCH} images are computed at once. */
    private static Network wide() {
        Network.Builder network = Network.builder();
        Port x = network.add("conv1", Conv2d.of(1, 64, 3), network.input("image", IMAGE));
        x = network.add("relu1", new Relu(), network.add("bn1", BatchNorm2d.of(64), x));
        x = network.add("relu2", new Relu(), network.add("conv2", Conv2d.of(64, 512, 3), x));
        x = network.add("flatten", new Flatten(), network.add("pool", MaxPool2d.of(24, 24), x));
        return network.output(network.add("fc", Linear.of(512, CLASSES), x)).build();
    }

    private static InputPipeline test() {
        return new InputPipeline(Strokes.test(SEED, TEST), Preprocessing.unit(1), List.of(), SEED);
    }

    private static float[] images(int n) {
        InputPipeline.Reader reader = test().reader();
        float[] images = new float[n * PIXELS];
        for (int i = 0; i < n; i++) {
            reader.fillPlain(i % TEST, images, i * PIXELS);
        }
        return images;
    }

    private static Model model(String name, ModelState state, Evaluation evaluation) {
        ModelCard card = new ModelCard(
                "strokes",
                name,
                IMAGE,
                List.of(Head.classes(CLASSES, List.of())),
                new Fit(Fit.Kind.CROP, 1),
                "",
                Preprocessing.unit(1),
                evaluation.accuracy(),
                state.version(),
                1,
                "c0ffee",
                new TreeMap<>());
        return new Model(card, network(name), state.weights(), state.statistics());
    }

    /** A network as drawn: enough to compare bits. */
    private static Model untrained(String name) {
        return model(
                name,
                plan(name).initialState(),
                new Evaluation(new LeafRange(0, 0), List.of(), List.of(), List.of(), Optional.empty()));
    }

    /** The same with the magnitudes of all parameters: its scores are at least those of what every sum adds up. */
    private static Model magnitudes(String name) {
        Model drawn = untrained(name);
        float[] weights = plan(name).initialState().weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.abs(weights[i]);
        }
        return new Model(
                drawn.card(),
                drawn.network(),
                weights,
                plan(name).initialState().statistics());
    }

    private static InferenceModel compile(Model model, Precision precision) {
        ThisCpu.assumeComputes(precision);
        return InferenceModel.of(model, precision);
    }

    private static TrainingPlan plan(String name) {
        return new TrainingPlan(
                network(name), new CrossEntropy(), Sgd.withMomentum(0.9, 0), new Constant(0.05), 32, 8, 1, 3, SEED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "resnet8", "wide"})
    void theArtefactScoresWithTheBitsOfTrainingsEvaluation(String name) throws Exception {
        InputPipeline train = new InputPipeline(
                Strokes.train(SEED, 400),
                Preprocessing.unit(1),
                List.of(new RandomShift(1, RandomShift.Fill.ZERO)),
                SEED);
        List<Evaluation> evaluations = new ArrayList<>();
        TrainingPlan plan = plan(name);
        ModelState state = new LocalTrainer(plan, train, test(), 2).fit(plan.initialState(), new Listener() {
            @Override
            public void epoch(long epoch, Evaluation evaluation) {
                evaluations.add(evaluation);
            }
        });
        assertThat(evaluations).hasSize(1);
        Evaluation evaluation = evaluations.get(0);
        model(name, state, evaluation).writeTo(ModelFolder.local(folder));

        Model read = Model.read(ModelFolder.local(folder));
        assertThat(read.card().step()).isEqualTo(13);
        assertThat(read.card().testAccuracy()).isEqualTo(evaluation.accuracy());
        float[] scores;
        try (InferenceModel model = InferenceModel.of(read)) {
            scores = model.scores(images(TEST), TEST);
        }
        ConfusionMatrix confusion = new ConfusionMatrix(CLASSES);
        for (int i = 0; i < TEST; i++) {
            confusion.add(test().label(i), Ranking.best(scores, i * CLASSES, CLASSES));
        }
        assertThat(confusion.toArray())
                .isDeepEqualTo(evaluation.confusion().orElseThrow().toArray());
        assertThat(batchLosses(scores)).isEqualTo(evaluation.batchLosses());
    }

    /** As GoogLeNet's: a second classifier half-way, which only the loss looks at. */
    private static Network withAuxiliaryHead() {
        Network.Builder network = Network.builder();
        Port x = network.input("image", IMAGE);
        x = network.add("conv1", Conv2d.of(1, 16, 3), x);
        x = network.add("bn1", BatchNorm2d.of(16), x);
        x = network.add("relu1", new Relu(), x);
        Port aux = network.add("aux.flatten", new Flatten(), network.add("aux.pool", MaxPool2d.of(13, 13), x));
        Port y = network.add("pool", MaxPool2d.of(2, 2), x);
        y = network.add("conv2", Conv2d.of(16, 16, 3), y);
        y = network.add("flatten", new Flatten(), network.add("relu2", new Relu(), y));
        network.output(network.add("fc", Linear.of(16 * 11 * 11, CLASSES), y));
        return network.output(network.add("aux.fc", Linear.of(16 * 4, CLASSES), aux))
                .build();
    }

    @Test
    void anAuxiliaryHeadChangesNoBitOfTheScores() throws Exception {
        Network network = withAuxiliaryHead();
        float[] weights = Layouts.initialWeights(network, Layouts.parameters(network, 1), SEED);
        float[] statistics = Layouts.statistics(network).initial();
        Model trained = new Model(untrained("lenet5").card(), network, weights, statistics);
        trained.writeTo(ModelFolder.local(folder));
        Model read = Model.read(ModelFolder.local(folder));
        float[] scores;
        try (InferenceModel model = InferenceModel.of(read)) {
            scores = model.scores(images(70), 70);
        }
        float[] evaluated = new float[Inference.LARGEST_BATCH * CLASSES];
        try (Weights loaded = trained.load();
                Inference whole = new Inference(network, loaded, Inference.LARGEST_BATCH)) {
            float[] images = images(Inference.LARGEST_BATCH);
            for (int i = 0; i < Inference.LARGEST_BATCH; i++) {
                whole.put(i, images, i * PIXELS);
            }
            whole.run(Inference.LARGEST_BATCH, evaluated, 0);
        }
        assertThat(Arrays.copyOf(scores, evaluated.length)).containsExactly(evaluated);
    }

    @Test
    void theScoresOfSeveralHeadsLieOneBehindTheOther() {
        Network network = withAuxiliaryHead();
        float[] weights = Layouts.initialWeights(network, Layouts.parameters(network, 1), SEED);
        float[] statistics = Layouts.statistics(network).initial();
        Head first = Head.classes(CLASSES, List.of());
        Head second = new Head("style", Head.Kind.CLASSES, CLASSES, List.of());
        int n = Inference.LARGEST_BATCH + 7;
        try (InferenceModel both =
                        InferenceModel.of(new Model(card(List.of(first, second)), network, weights, statistics));
                InferenceModel one = InferenceModel.of(new Model(card(List.of(first)), network, weights, statistics));
                InferenceModel other = InferenceModel.of(
                        new Model(card(List.of(first)), network, weights, statistics), Precision.FLOAT32, "aux.fc")) {
            assertThat(both.width()).isEqualTo(2 * CLASSES);
            float[] scores = both.scores(images(n), n);
            float[] left = one.scores(images(n), n);
            float[] right = other.scores(images(n), n);
            for (int i = 0; i < n; i++) {
                int row = 2 * i * CLASSES;
                assertThat(Arrays.copyOfRange(scores, row, row + CLASSES))
                        .containsExactly(Arrays.copyOfRange(left, i * CLASSES, (i + 1) * CLASSES));
                assertThat(Arrays.copyOfRange(scores, row + CLASSES, row + 2 * CLASSES))
                        .containsExactly(Arrays.copyOfRange(right, i * CLASSES, (i + 1) * CLASSES));
            }
        }
    }

    @Test
    void theValuesOfAnyNodeAreAnEmbedding() {
        Model model = untrained("lenet5");
        String node = "fc2";
        try (InferenceModel embedding = InferenceModel.of(model, Precision.FLOAT32, node)) {
            assertThat(embedding.heads()).containsExactly(new Head(node, Head.Kind.VALUES, 84, List.of()));
            float[] values = embedding.scores(images(2), 2);
            assertThat(values).hasSize(2 * 84);
            assertThat(Arrays.copyOf(values, 84)).isNotEqualTo(Arrays.copyOfRange(values, 84, 168));
            // Alone or beside others: the same bits.
            assertThat(embedding.scores(images(1), 1)).containsExactly(Arrays.copyOf(values, 84));
        }
        assertThatThrownBy(() -> InferenceModel.of(model, Precision.FLOAT32, "fc9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The network expects the name of one of its nodes, but it got \"fc9\". Maybe you mean fc1.");
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void manyThreadsScoreWithOneScorer(Precision precision) throws Exception {
        float[] images = images(TEST);
        float[] expected;
        try (InferenceModel model = compile(untrained("lenet5"), precision)) {
            expected = model.scores(images, TEST);
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Scorer scorer = new Scorer(compile(untrained("lenet5"), precision))) {
            List<Callable<float[]>> tasks = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                tasks.add(() -> scorer.scores(images, TEST));
            }
            for (Future<float[]> scores : threads.invokeAll(tasks)) {
                assertThat(scores.get()).containsExactly(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aScorerThatIsClosedRefuses() {
        Scorer scorer = new Scorer(InferenceModel.of(untrained("lenet5")));
        try (scorer) {
            assertThat(scorer.width()).isEqualTo(CLASSES);
        }
        assertThatThrownBy(() -> scorer.scores(images(1), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The scorer of strokes expects to be open, but it has been closed.");
    }

    private static ModelCard card(List<Head> heads) {
        return new ModelCard(
                "strokes",
                "two",
                IMAGE,
                heads,
                new Fit(Fit.Kind.CROP, 1),
                "",
                Preprocessing.unit(1),
                Accuracy.NONE,
                0,
                0,
                "c0ffee",
                new TreeMap<>());
    }

    private static List<List<Double>> batchLosses(float[] scores) {
        List<List<Double>> losses = new ArrayList<>();
        for (int first = 0; first < TEST; first += Evaluation.BATCH) {
            int n = Math.min(Evaluation.BATCH, TEST - first);
            Batch batch = Batch.of(List.of(Shape.of(CLASSES)), Shape.of(), n).withSamples(n);
            System.arraycopy(scores, first * CLASSES, batch.output(0), 0, n * CLASSES);
            for (int i = 0; i < n; i++) {
                batch.targets()[i] = test().label(first + i);
            }
            double[] sums = new double[1];
            new CrossEntropy().evaluate(batch, new double[1], sums);
            losses.add(List.of(sums[0]));
        }
        return losses;
    }

    /**
     * With u = 2⁻⁸, the most by which a rounding to 8 bits changes a number, relative to it: if the inputs of a layer's products are at
     * most m in magnitude and off by at most c · m, its results are at most m' and off by at most ((1 + u)² (1 + c) − 1) · m',
     * where m' is what the layer makes of m with the magnitudes of its weights; ReLUs, maxima, averages and sums keep that. After
     * L layers of products they are off by at most ((1 + u)²ᴸ − 1) · m'. The roundings of float32, in sums of fewer than 1,024 terms,
     * are at most 2⁻¹⁴ a layer for each of the three networks that are compared, together less than 2⁻¹².
     */
    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "resnet8"})
    void scoresInBfloat16AreNearThoseInFloat32AndNotTheSame(String name) {
        float[] images = images(TEST);
        long layers = network(name).nodes().stream()
                .filter(node -> node.layer() instanceof Conv2d || node.layer() instanceof Linear)
                .count();
        double share = Math.pow(Math.pow(1 + 0x1p-8, 2) * (1 + 0x1p-12), (double) layers) - 1;
        assertThat(share).isLessThan(0.1);
        try (InferenceModel fine = compile(untrained(name), Precision.FLOAT32);
                InferenceModel rough = compile(untrained(name), Precision.BFLOAT16);
                InferenceModel magnitudes = compile(magnitudes(name), Precision.FLOAT32)) {
            float[] expected = fine.scores(images, TEST);
            float[] scores = rough.scores(images, TEST);
            float[] most = magnitudes.scores(images, TEST);
            int same = 0;
            for (int i = 0; i < scores.length; i++) {
                assertThat((double) scores[i]).as("score %s", i).isCloseTo(expected[i], within(share * most[i]));
                same += scores[i] == expected[i] ? 1 : 0;
            }
            assertThat(same).isLessThan(scores.length / 20);
        }
    }

    @Test
    void float32IsTheDefault() {
        float[] images = images(TEST);
        try (InferenceModel model = InferenceModel.of(untrained("resnet8"));
                InferenceModel fine = compile(untrained("resnet8"), Precision.FLOAT32)) {
            assertThat(model.scores(images, TEST)).containsExactly(fine.scores(images, TEST));
        }
    }

    @Test
    void anEmbeddingIsInThePrecisionThatIsAskedFor() {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        float[] images = images(2);
        Model model = untrained("lenet5");
        try (InferenceModel fine = InferenceModel.of(model, Precision.FLOAT32, "fc3");
                InferenceModel rough = InferenceModel.of(model, Precision.BFLOAT16, "fc3");
                InferenceModel scores = compile(model, Precision.BFLOAT16)) {
            assertThat(rough.scores(images, 2))
                    .containsExactly(scores.scores(images, 2))
                    .isNotEqualTo(fine.scores(images, 2));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lenet5, FLOAT32",
        "resnet8, FLOAT32",
        "wide, FLOAT32",
        "lenet5, BFLOAT16",
        "resnet8, BFLOAT16",
        "wide, BFLOAT16"
    })
    void aScoreDependsNeitherOnThePositionNorOnTheNeighbours(String name, Precision precision) {
        RandomStream random = Property.seed(InferenceModelTest.class).stream();
        float[] images = images(TEST);
        try (InferenceModel model = compile(untrained(name), precision)) {
            assertThat(model.batch()).isEqualTo(name.equals("wide") ? 32 : Inference.LARGEST_BATCH);
            float[] together = model.scores(images, TEST);
            assertThat(together).hasSize(TEST * CLASSES);
            for (int round = 0; round < (name.equals("wide") ? 5 : 30); round++) {
                int n = 1 + random.nextInt(2 * Inference.LARGEST_BATCH + 10);
                int[] picked = new int[n];
                float[] others = new float[n * PIXELS];
                for (int i = 0; i < n; i++) {
                    picked[i] = random.nextInt(TEST);
                    System.arraycopy(images, picked[i] * PIXELS, others, i * PIXELS, PIXELS);
                }
                float[] scores = model.scores(others, n);
                for (int i = 0; i < n; i++) {
                    assertThat(Arrays.copyOfRange(scores, i * CLASSES, (i + 1) * CLASSES))
                            .as("image %s at position %s of %s", picked[i], i, n)
                            .containsExactly(
                                    Arrays.copyOfRange(together, picked[i] * CLASSES, (picked[i] + 1) * CLASSES));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void whatIsNotANumberSpoilsNobodyElse(Precision precision) {
        float[] images = images(3);
        try (InferenceModel model = compile(untrained("lenet5"), precision)) {
            float[] expected = model.scores(images, 3);
            float[] spoiled = new float[Inference.LARGEST_BATCH * PIXELS];
            Arrays.fill(spoiled, Float.NaN);
            System.arraycopy(images, 0, spoiled, 0, PIXELS);
            float[] scores = model.scores(spoiled, Inference.LARGEST_BATCH);
            assertThat(Arrays.copyOf(scores, CLASSES)).containsExactly(Arrays.copyOf(expected, CLASSES));
            // The spoiled ones still lie behind these three.
            assertThat(model.scores(images, 3)).containsExactly(expected);
        }
    }

    @Test
    void noImagesHaveNoScoresAndTooFewAreRefused() {
        try (InferenceModel model = InferenceModel.of(untrained("lenet5"))) {
            assertThat(model.scores(new float[0], 0)).isEmpty();
            assertThat(model.scores(images(2), 1)).hasSize(CLASSES);
            assertThatThrownBy(() -> model.scores(images(2), 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Model strokes expects n ≥ 0 images of [1, 28, 28], 784 floats each, but n is 3 and it"
                            + " got 1568 floats.");
            assertThatThrownBy(() -> model.scores(images(2), -1))
                    .hasMessage("Model strokes expects n ≥ 0 images of [1, 28, 28], 784 floats each, but n is -1 and it"
                            + " got 1568 floats.");
            assertThat(model.card().network()).isEqualTo("lenet5");
        }
    }

    @Test
    void forksScoreAtTheSameTimeAndOutliveTheirOrigin() throws Exception {
        float[] images = images(TEST);
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        InferenceModel origin = InferenceModel.of(untrained("lenet5"));
        try {
            float[] expected = origin.scores(images, TEST);
            List<InferenceModel> forks = new ArrayList<>();
            List<Callable<float[]>> work = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                InferenceModel fork = origin.fork();
                forks.add(fork);
                work.add(() -> {
                    float[] last = new float[0];
                    for (int round = 0; round < 10; round++) {
                        last = fork.scores(images, TEST);
                    }
                    return last;
                });
            }
            origin.close();
            origin.close();
            for (Future<float[]> scores : executor.invokeAll(work)) {
                assertThat(scores.get()).containsExactly(expected);
            }
            forks.forEach(InferenceModel::close);
            String message = "Model strokes expects to be open, but it has been closed.";
            assertThatThrownBy(() -> origin.scores(images, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> forks.get(0).fork()).hasMessage(message);
        } finally {
            executor.shutdownNow();
            origin.close();
        }
    }
}
