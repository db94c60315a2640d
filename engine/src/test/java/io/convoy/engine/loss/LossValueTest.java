package io.convoy.engine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Values worked out by hand, what losses refuse, and a loss of somebody's own. */
class LossValueTest {
    private static final Offset<Double> EXACT = within(1e-12);
    private static final Shape NUMBER = Shape.of();

    private static Batch elements(float[] x, float[] t) {
        return LossProbe.batch(List.of(NUMBER), NUMBER, x.length, List.of(x), t);
    }

    private static double of(Loss loss, float x, float t) {
        return LossProbe.value(loss, elements(new float[] {x}, new float[] {t}), 1);
    }

    private static Batch vectors(Shape target, float[] targets, float[]... outputs) {
        Shape shape = Shape.of(outputs[0].length);
        return LossProbe.batch(
                List.of(outputs).stream().map(output -> shape).toList(), target, 1, List.of(outputs), targets);
    }

    private static void refusedAtConstruction(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void refused(Loss loss, List<Shape> outputs, Shape target, String message) {
        assertThatThrownBy(() -> loss.check(outputs, target))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    /** log cosh(x − t): a loss that Convoy doesn't have, as a user would write it. */
    private record LogCosh() implements ElementLoss {
        @Override
        public double value(double x, double t, int channel) {
            return Math.log(Math.cosh(x - t));
        }

        @Override
        public double slope(double x, double t, int channel) {
            return Math.tanh(x - t);
        }
    }

    @Test
    void aLossOfOnesOwnIsTwoFormulas() {
        Batch batch = elements(new float[] {1, -2}, new float[] {0.5f, -2});
        assertThat(LossProbe.value(new LogCosh(), batch, 1)).isCloseTo(Math.log(Math.cosh(0.5)) / 2, EXACT);
        assertThat(batch.gradient(0)).containsExactly((float) (Math.tanh(0.5) / 2), 0);
        refused(
                new LogCosh(),
                List.of(Shape.of(2)),
                Shape.of(3),
                "LogCosh expects targets of the output's shape [2], but a sample's target is [3].");
        refused(new LogCosh(), List.of(), NUMBER, "LogCosh expects a network with 1 output, but it has 0.");
    }

    @Test
    void reductionsDivideByElementsSamplesOrNothing() {
        Batch batch = LossProbe.batch(
                List.of(Shape.of(3)), Shape.of(3), 2, List.of(new float[] {1, 2, 3, 4, 5, 6}), new float[6]);
        assertThat(LossProbe.value(new L1(), batch, 1)).isEqualTo(21.0 / 6);
        assertThat(LossProbe.value(new L1(Reduction.BATCH_MEAN), batch, 1)).isEqualTo(21.0 / 2);
        assertThat(LossProbe.value(new L1(Reduction.SUM), batch, 1)).isEqualTo(21);
        assertThat(batch.gradient(0)).containsOnly(1);
        assertThat(LossProbe.value(new CrossEntropy().withReduction(Reduction.SUM), noSamples(), 1))
                .isZero();
        assertThat(LossProbe.value(new CrossEntropy(), noSamples(), 1)).isNaN();
    }

    private static Batch noSamples() {
        return Batch.of(List.of(Shape.of(3)), NUMBER, 2);
    }

    @Test
    void aNumberIsAsGoodATargetAsAVectorOfOne() {
        new L1().check(List.of(Shape.of(1)), NUMBER);
        new L1().check(List.of(NUMBER), Shape.of(1));
    }

    @Test
    void theTipOfSmoothL1IsAParabola() {
        SmoothL1 half = new SmoothL1(0.5, Reduction.MEAN);
        assertThat(of(half, 0.25f, 0)).isEqualTo(0.0625);
        assertThat(of(half, 0, 0.5f)).isEqualTo(0.25);
        assertThat(of(half, -3, 0)).isEqualTo(2.75);
        assertThat(of(new SmoothL1(0, Reduction.MEAN), -3, 0)).isEqualTo(3);
        assertThat(of(new Huber(0.5, Reduction.MEAN), -3, 0)).isEqualTo(2.75 * 0.5);
    }

    @Test
    void logarithmsOfProbabilitiesStopAtMinusHundred() {
        assertThat(of(new BinaryCrossEntropy(), 0, 1)).isEqualTo(100);
        assertThat(of(new BinaryCrossEntropy(), 1, 0)).isEqualTo(100);
        assertThat(of(new BinaryCrossEntropy(), 1, 1)).isZero();
        Batch batch = elements(new float[] {0, 1}, new float[] {1, 1});
        LossProbe.value(new BinaryCrossEntropy(Reduction.SUM), batch, 1);
        assertThat(batch.gradient(0)).containsExactly(-1e12f, 0);
        assertThatThrownBy(() -> of(new BinaryCrossEntropy(), 1.5f, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "BinaryCrossEntropy expects outputs from 0 to 1, but one is 1.5. Maybe a Sigmoid is missing,"
                                + " or BinaryCrossEntropyWithLogits is meant.");
    }

    @Test
    void logitsNeverOverflow() {
        Loss loss = new BinaryCrossEntropyWithLogits();
        assertThat(of(loss, 1e30f, 1)).isZero();
        assertThat(of(loss, -1e30f, 1)).isEqualTo((double) 1e30f);
        assertThat(of(loss, 0, 0.5f)).isCloseTo(Math.log(2), EXACT);
        assertThat(of(new BinaryCrossEntropyWithLogits(List.of(3.0), Reduction.MEAN), 0, 1))
                .isCloseTo(3 * Math.log(2), EXACT);
        assertThat(of(new Focal(), 1e30f, 1)).isZero();
        assertThat(of(new Focal(), -1e30f, 1)).isEqualTo(0.25 * (double) 1e30f);
    }

    @Test
    void positiveWeightsGoByChannel() {
        Loss loss = new BinaryCrossEntropyWithLogits(List.of(2.0, 5.0), Reduction.SUM);
        Shape maps = Shape.of(2, 1, 2);
        Batch batch = LossProbe.batch(List.of(maps), maps, 1, List.of(new float[4]), new float[] {1, 1, 1, 0});
        assertThat(LossProbe.value(loss, batch, 1)).isCloseTo((2 + 2 + 5 + 1) * Math.log(2), EXACT);
        assertThat(batch.gradient(0)).containsExactly(-1, -1, -2.5f, 0.5f);
        refused(
                loss,
                List.of(Shape.of(3)),
                Shape.of(3),
                "BinaryCrossEntropyWithLogits expects a positive weight for each of the 3 channels of its output [3], or"
                        + " one for all, but it has 2.");
        refusedAtConstruction(
                () -> new BinaryCrossEntropyWithLogits(List.of(-1.0), Reduction.MEAN),
                "BinaryCrossEntropyWithLogits expects finite positiveWeights of at least 0, but they are [-1.0].");
    }

    @Test
    void focalLossLooksAwayFromWhatIsEasy() {
        // σ(log 3) = 3/4: (1 − 3/4)² · 0.25 · log(4/3) for yes, (3/4)² · 0.75 · log 4 for no.
        float x = (float) Math.log(3);
        assertThat(of(new Focal(), x, 1)).isCloseTo(0.0625 * 0.25 * Math.log(4.0 / 3), within(1e-8));
        assertThat(of(new Focal(), x, 0)).isCloseTo(0.5625 * 0.75 * Math.log(4), within(1e-7));
        assertThat(of(new Focal(-1, 0, Reduction.MEAN), x, 0)).isEqualTo(of(new BinaryCrossEntropyWithLogits(), x, 0));
        // Two classes are a yes and a no.
        Batch batch = LossProbe.batch(List.of(Shape.of(2)), NUMBER, 1, List.of(new float[] {0, x}), new float[] {1});
        assertThat(LossProbe.value(new SoftmaxFocal(), batch, 1))
                .isCloseTo(of(new Focal(-1, 2, Reduction.MEAN), x, 1), EXACT);
        assertThat(LossProbe.value(new SoftmaxFocal(List.of(), 0, -100, Reduction.MEAN), batch, 1))
                .isCloseTo(LossProbe.value(new CrossEntropy(), batch, 1), EXACT);
    }

    @Test
    void anEventThatNeverHappensHasNoDivergence() {
        assertThat(of(new KlDivergence(), -3, 0)).isZero();
        assertThat(of(new KlDivergence(), (float) Math.log(0.5), 0.5f)).isCloseTo(0, within(1e-8));
        assertThat(of(new KlDivergence(true, Reduction.MEAN), -2, -1)).isCloseTo(Math.exp(-1), EXACT);
    }

    @Test
    void classesOfFeatureMapsAreIgnoredAndWeighedPositionByPosition() {
        Shape maps = Shape.of(2, 1, 2);
        // Scores of class 0 at both positions, then of class 1.
        float[] scores = {-1, -2, -3, -4};
        Batch batch = LossProbe.batch(List.of(maps), Shape.of(1, 2), 1, List.of(scores), new float[] {1, 0});
        Loss loss = new NegativeLogLikelihood(List.of(2.0, 8.0), -100, Reduction.MEAN);
        assertThat(LossProbe.value(loss, batch, 1)).isEqualTo((8 * 3 + 2 * 2) / 10.0);
        assertThat(batch.gradient(0)).containsExactly(0, -0.2f, -0.8f, 0);
        assertThat(LossProbe.value(new NegativeLogLikelihood(List.of(), 1, Reduction.MEAN), batch, 1))
                .isEqualTo(2);
        assertThat(LossProbe.value(new NegativeLogLikelihood(List.of(), 0, Reduction.MEAN), batch, 1))
                .isEqualTo(3);
        refused(
                loss,
                List.of(maps),
                maps,
                "NegativeLogLikelihood expects targets of [1, 2], a class for each position, for an output of [2, 1, 2],"
                        + " but a sample's target is [2, 1, 2].");
        batch.targets()[0] = 2;
        assertThatThrownBy(() -> LossProbe.value(loss, batch, 1))
                .hasMessage(
                        "NegativeLogLikelihood expects targets from 0 to 1, but a target is 2. Maybe the network has"
                                + " too few outputs.");
    }

    @Test
    void contrastiveLossDrawsTogetherAndPushesApart() {
        float[] a = {3, 0};
        float[] b = {0, 4};
        assertThat(LossProbe.value(new Contrastive(), vectors(NUMBER, new float[] {0}, a, b), 1))
                .isEqualTo(12.5);
        assertThat(LossProbe.value(new Contrastive(), vectors(NUMBER, new float[] {1}, a, b), 1))
                .isZero();
        Batch near = vectors(NUMBER, new float[] {1}, a, b);
        assertThat(LossProbe.value(new Contrastive(7, Reduction.MEAN), near, 1)).isEqualTo(2);
        assertThat(near.gradient(0)).containsExactly(-1.2f, 1.6f);
        assertThat(near.gradient(1)).containsExactly(1.2f, -1.6f);
        Batch same = vectors(NUMBER, new float[] {1}, a, a);
        assertThat(LossProbe.value(new Contrastive(), same, 1)).isEqualTo(0.5);
        assertThat(same.gradient(0)).containsExactly(0, 0);
    }

    @Test
    void aSwappedTripletTakesTheNearerNegative() {
        float[] a = {0, 0};
        float[] p = {3, 4};
        float[] n = {6, 0};
        Shape none = Shape.of(0);
        Loss plain = new TripletMargin(2, 2, 0, false, Reduction.MEAN);
        assertThat(LossProbe.value(plain, vectors(none, new float[0], a, p, n), 1))
                .isEqualTo(1);
        Batch swapped = vectors(none, new float[0], a, p, n);
        assertThat(LossProbe.value(new TripletMargin(2, 2, 0, true, Reduction.MEAN), swapped, 1))
                .isEqualTo(2);
        assertThat(swapped.gradient(0)).containsExactly(-0.6f, -0.8f);
        assertThat(swapped.gradient(2)).containsExactly(-0.6f, 0.8f);
        assertThat(LossProbe.value(
                        new TripletMargin(2, 1, 0, false, Reduction.MEAN), vectors(none, new float[0], a, p, n), 1))
                .isEqualTo(7 - 6 + 2);
    }

    @Test
    void quadrupletsCompareSquaresOfTwoPairs() {
        float[] a = {0};
        float[] p = {2};
        float[] k = {1};
        float[] l = {3};
        Batch batch = vectors(Shape.of(0), new float[0], a, p, k, l);
        assertThat(LossProbe.value(new Quadruplet(1, 0.25, Reduction.MEAN), batch, 1))
                .isEqualTo((4 - 1 + 1) + (4 - 4 + 0.25));
        // a: −2·2·2 + 2·1, p: 2·2·2, k: −2·1 + 2·2, l: −2·2
        assertThat(batch.gradient(0)).containsExactly(-8 + 2);
        assertThat(batch.gradient(1)).containsExactly(8);
        assertThat(batch.gradient(2)).containsExactly(-2 + 4);
        assertThat(batch.gradient(3)).containsExactly(-4);
    }

    @Test
    void cosinesKnowOnlyAlikeAndNotAlike() {
        float[] a = {3, 4};
        float[] b = {4, 3};
        assertThat(LossProbe.value(new CosineEmbedding(), vectors(NUMBER, new float[] {1}, a, b), 1))
                .isCloseTo(1 - 0.96, within(1e-11));
        assertThat(LossProbe.value(new CosineEmbedding(0.5, Reduction.SUM), vectors(NUMBER, new float[] {-1}, a, b), 1))
                .isCloseTo(0.96 - 0.5, within(1e-11));
        assertThatThrownBy(() -> LossProbe.value(new CosineEmbedding(), vectors(NUMBER, new float[] {0}, a, b), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CosineEmbedding expects targets of 1 or -1, but a target is 0.0. Maybe it was meant for"
                        + " Contrastive, whose targets are 0 and 1.");
    }

    @Test
    void vectorsThatDoNotFitAreRefused() {
        Shape two = Shape.of(2);
        refused(
                new TripletMargin(),
                List.of(two, two),
                Shape.of(0),
                "TripletMargin expects a network with 3 outputs, but it has 2.");
        refused(
                new Quadruplet(),
                List.of(two, two, two, Shape.of(3)),
                Shape.of(0),
                "Quadruplet expects 4 outputs of [N, D], but samples of its outputs are [[2], [2], [2], [3]].");
        refused(
                new Contrastive(),
                List.of(Shape.of(2, 2, 2), Shape.of(2, 2, 2)),
                NUMBER,
                "Contrastive expects 2 outputs of [N, D], but samples of its outputs are [[2, 2, 2], [2, 2, 2]]. Maybe a"
                        + " Flatten is missing.");
        refused(
                new TripletMargin(),
                List.of(two, two, two),
                NUMBER,
                "TripletMargin expects no targets, [0], but a sample's target is [].");
        refused(
                new CosineEmbedding(),
                List.of(two, two),
                two,
                "CosineEmbedding expects one number as target, but a sample's target is [2].");
    }

    @Test
    void argumentsThatMakeNoSenseAreRefused() {
        Reduction mean = Reduction.MEAN;
        refusedAtConstruction(
                () -> new SmoothL1(-1, mean), "SmoothL1 expects a finite beta of at least 0, but beta is -1.");
        refusedAtConstruction(() -> new Huber(0, mean), "Huber expects a finite delta above 0, but delta is 0.");
        refusedAtConstruction(() -> new Focal(2, 2, mean), "Focal expects alpha of at most 1, but alpha is 2.0.");
        refusedAtConstruction(
                () -> new Focal(0.5, Double.NaN, mean),
                "Focal expects a finite gamma of at least 0, but gamma is NaN.");
        refusedAtConstruction(
                () -> new SoftmaxFocal(List.of(), -1, 0, mean),
                "SoftmaxFocal expects a finite gamma of at least 0, but gamma is -1.");
        refusedAtConstruction(
                () -> new Contrastive(0, mean), "Contrastive expects a finite margin above 0, but margin is 0.");
        refusedAtConstruction(
                () -> new TripletMargin(1, 0.5, 0, false, mean),
                "TripletMargin expects a finite p of at least 1, but p is 0.5.");
        refusedAtConstruction(
                () -> new Quadruplet(1, Double.POSITIVE_INFINITY, mean),
                "Quadruplet expects a finite secondMargin above 0, but secondMargin is Infinity.");
        refusedAtConstruction(
                () -> new CosineEmbedding(2, mean), "CosineEmbedding expects margin from -1 to 1, but margin is 2.");
        refusedAtConstruction(
                () -> new NegativeLogLikelihood(List.of(-1.0), 0, mean),
                "NegativeLogLikelihood expects finite classWeights of at least 0, but they are [-1.0].");
        refusedAtConstruction(
                () -> new WeightedSum(List.of()), "WeightedSum expects at least 1 task, but it got none.");
        refusedAtConstruction(
                () -> Task.of(new L1(), -1, 0, NUMBER),
                "Task expects outputs and a begin of its target that are counted from 0, but outputs are [-1] and"
                        + " targetBegin is 0.");
        refusedAtConstruction(
                () -> Task.of(new L1(), 0, 0, NUMBER).withWeight(-1),
                "Task expects a finite weight of at least 0, but weight is -1.");
    }

    @Test
    void tasksThatDoNotFitAreRefused() {
        Task labels = Task.of(new CrossEntropy(), 0, 0, NUMBER);
        Task box = Task.of(new SmoothL1(), 1, 1, Shape.of(4));
        WeightedSum both = WeightedSum.of(labels, box);
        both.check(List.of(Shape.of(3), Shape.of(4)), Shape.of(5));
        refused(
                both,
                List.of(Shape.of(3)),
                Shape.of(5),
                "WeightedSum expects outputs of a network that has 1 for its tasks, but task 1 reads [1].");
        refused(
                both,
                List.of(Shape.of(3), Shape.of(4)),
                Shape.of(4),
                "WeightedSum expects targets of at least 5 numbers for task 1, but a sample's target is [4].");
        refused(
                both,
                List.of(Shape.of(3), Shape.of(5)),
                Shape.of(5),
                "SmoothL1 expects targets of the output's shape [5], but a sample's target is [4].");
        refused(
                UncertaintyWeighted.of(labels, box),
                List.of(Shape.of(3), Shape.of(4)),
                Shape.of(5),
                "UncertaintyWeighted expects a last output of [2], the logarithm of a variance for each task, but samples"
                        + " of the network's outputs are [[3], [4]]. Maybe a LearnedScalars[count=2] is missing.");
    }

    @Test
    void tasksKeepNormalizersOfTheirOwn() {
        Shape two = Shape.of(2);
        Task labels = Task.of(new CrossEntropy(), 0, 0, NUMBER);
        Task sizes = Task.of(new L1(), 1, 1, two).withWeight(3);
        // The label of the second sample is ignored.
        Batch batch = LossProbe.batch(
                List.of(two, two, two),
                Shape.of(3),
                2,
                List.of(new float[4], new float[] {1, 2, 3, 4}, new float[] {0, 1, 0, 1}),
                new float[] {1, 0, 0, -100, 0, 0});
        WeightedSum fixed = WeightedSum.of(labels, sizes);
        assertThat(fixed.weighsTargets()).isTrue();
        assertThat(LossProbe.normalizers(fixed, batch)).containsExactly(1, 4);
        assertThat(LossProbe.value(fixed, batch, 1)).isCloseTo(Math.log(2) + 3 * 10 / 4.0, EXACT);
        assertThat(batch.gradient(0)).containsExactly(0.5f, -0.5f, 0, 0);
        assertThat(batch.gradient(1)).containsOnly(0.75f);
        assertThat(batch.gradient(2)).containsOnly(0);
        UncertaintyWeighted learned = UncertaintyWeighted.of(labels, sizes);
        assertThat(LossProbe.normalizers(learned, batch)).containsExactly(1, 4, 2);
        double value = Math.log(2) + Math.exp(-1) * 3 * 10 / 4.0 + 1;
        assertThat(LossProbe.value(learned, batch, 1)).isCloseTo(value, EXACT);
        // Of s: 1 − exp(−s) · loss, over both samples.
        float[] ds = batch.gradient(2);
        assertThat((double) ds[0] + ds[2]).isCloseTo(1 - Math.log(2), within(1e-7));
        assertThat((double) ds[1] + ds[3]).isCloseTo(1 - Math.exp(-1) * 7.5, within(1e-6));
    }

    @Test
    void aBatchHasRoomForSoManySamples() {
        assertThatThrownBy(() -> Batch.of(List.of(NUMBER), NUMBER, 2).withSamples(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Batch expects 0 … 2 samples, but it got 3.");
    }
}
