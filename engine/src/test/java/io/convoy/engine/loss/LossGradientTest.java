package io.convoy.engine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every loss, over random shapes with batches of one, single classes and single numbers among them. */
class LossGradientTest {
    private static final float STEP = 0x1p-14f;
    private static final int ROUNDS = 40;

    /** What a round has drawn: a loss, and samples for it. */
    private record Case(Loss loss, Batch batch) {}

    /** A way of drawing cases. */
    private record Kind(String name, Function<RandomStream, Case> draw) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Shape shape(RandomStream random) {
        int rank = random.nextInt(4);
        int[] sizes = new int[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = 1 + random.nextInt(4);
        }
        return Shape.of(sizes);
    }

    private static Case draw(
            RandomStream random,
            Loss loss,
            List<Shape> outputs,
            Shape target,
            DoubleSupplier output,
            DoubleSupplier expected) {
        int samples = 1 + random.nextInt(5);
        Batch batch = Batch.of(outputs, target, samples).withSamples(samples);
        for (int i = 0; i < outputs.size(); i++) {
            for (int k = 0; k < batch.output(i).length; k++) {
                batch.output(i)[k] = (float) output.getAsDouble();
            }
        }
        for (int k = 0; k < batch.targets().length; k++) {
            batch.targets()[k] = (float) expected.getAsDouble();
        }
        loss.check(outputs, target);
        return new Case(loss, batch);
    }

    private static Kind elements(
            String name, Function<RandomStream, Loss> loss, double least, double most, double low, double high) {
        return new Kind(name, random -> {
            Shape shape = shape(random);
            return draw(
                    random,
                    loss.apply(random),
                    List.of(shape),
                    shape,
                    () -> random.nextDouble(least, most),
                    () -> random.nextDouble(low, high));
        });
    }

    private static List<Double> weights(RandomStream random, int count) {
        List<Double> weights = new ArrayList<>();
        for (int i = 0; i < count && count > 0; i++) {
            weights.add(random.nextDouble(0.1, 3));
        }
        return random.nextInt(2) == 0 ? List.of() : weights;
    }

    private interface OfClasses {
        Loss of(List<Double> weights, int ignored, RandomStream random);
    }

    private static Kind classes(String name, double least, double most, OfClasses loss) {
        return new Kind(name, random -> {
            int classes = 1 + random.nextInt(6);
            Shape positions = random.nextInt(2) == 0 ? Shape.of() : shape(random);
            return draw(
                    random,
                    loss.of(weights(random, classes), -1, random),
                    List.of(positions.batched(classes)),
                    positions,
                    () -> random.nextDouble(least, most),
                    () -> random.nextInt(classes + 1) - 1);
        });
    }

    private static Kind vectors(String name, int count, Shape target, Function<RandomStream, Loss> loss, double[] t) {
        return new Kind(name, random -> {
            Shape shape = Shape.of(1 + random.nextInt(6));
            return draw(
                    random,
                    loss.apply(random),
                    Arrays.asList(new Shape[count]).stream().map(none -> shape).toList(),
                    target,
                    () -> random.nextDouble(-1, 1),
                    () -> t[random.nextInt(t.length)]);
        });
    }

    private static Kind joint(boolean learned) {
        return new Kind(learned ? "uncertainty" : "weighted sum", random -> {
            int classes = 1 + random.nextInt(4);
            // The first output is read twice, one of the two others by nobody.
            Task labels = Task.of(new CrossEntropy().withIgnoreIndex(0), 0, 0, Shape.of());
            Task same = Task.of(new MeanSquaredError(), 0, 1, Shape.of(classes)).withWeight(random.nextDouble(0, 2));
            Task pair = new Task(
                    new Contrastive(1.5, Reduction.SUM), random.nextDouble(0.5, 2), List.of(2, 1), 1, Shape.of());
            Shape vector = Shape.of(3);
            List<Task> tasks = List.of(labels, same, pair);
            int[] drawn = {0};
            int stride = classes + 1;
            List<Shape> outputs = learned
                    ? List.of(Shape.of(classes), vector, vector, vector, Shape.of(3))
                    : List.of(Shape.of(classes), vector, vector, vector);
            Case one = draw(
                    random,
                    learned ? new UncertaintyWeighted(tasks) : new WeightedSum(tasks),
                    outputs,
                    Shape.of(stride),
                    () -> random.nextDouble(-1, 1),
                    () -> drawn[0]++ % stride == 0 ? random.nextInt(classes) : random.nextDouble(0, 1));
            if (learned) {
                float[] s = one.batch().output(4);
                for (int i = 3; i < s.length; i++) {
                    s[i] = s[i % 3];
                }
            }
            return one;
        });
    }

    static Stream<Kind> kinds() {
        Reduction[] reductions = Reduction.values();
        Function<RandomStream, Reduction> by = random -> reductions[random.nextInt(reductions.length)];
        return Stream.of(
                elements("L1", random -> new L1(by.apply(random)), -2, 2, -2, 2),
                elements("MSE", random -> new MeanSquaredError(by.apply(random)), -2, 2, -2, 2),
                elements("smooth L1", random -> new SmoothL1(random.nextDouble(0, 2), by.apply(random)), -2, 2, -2, 2),
                elements("Huber", random -> new Huber(random.nextDouble(0.1, 2), by.apply(random)), -2, 2, -2, 2),
                elements("BCE", random -> new BinaryCrossEntropy(by.apply(random)), 0.05, 0.95, 0, 1),
                elements("KL", random -> new KlDivergence(false, by.apply(random)), -3, 0, 0, 1),
                elements("KL of logarithms", random -> new KlDivergence(true, by.apply(random)), -3, 0, -3, 0),
                elements("focal", random -> new Focal(0.25, random.nextDouble(0, 4), by.apply(random)), -4, 4, 0, 1),
                elements("unweighed focal", random -> new Focal(-1, 1, by.apply(random)), -4, 4, 0, 1),
                new Kind("BCE with logits", random -> {
                    Shape shape = shape(random);
                    List<Double> weights = weights(random, shape.rank() == 0 ? 1 : shape.size(0));
                    return draw(
                            random,
                            new BinaryCrossEntropyWithLogits(weights, by.apply(random)),
                            List.of(shape),
                            shape,
                            () -> random.nextDouble(-5, 5),
                            () -> random.nextDouble(0, 1));
                }),
                classes("CE", -4, 4, (w, ignored, random) -> new CrossEntropy(w, ignored, 0, by.apply(random))),
                classes(
                        "smoothed CE",
                        -4,
                        4,
                        (w, ignored, random) ->
                                new CrossEntropy(w, ignored, random.nextDouble(0, 1), by.apply(random))),
                classes("NLL", -4, 0, (w, ignored, random) -> new NegativeLogLikelihood(w, ignored, by.apply(random))),
                classes(
                        "softmax focal",
                        -4,
                        4,
                        (w, ignored, random) ->
                                new SoftmaxFocal(w, random.nextDouble(0, 4), ignored, by.apply(random))),
                new Kind("CE of probabilities", random -> {
                    int classes = 1 + random.nextInt(6);
                    Shape shape = shape(random).batched(classes);
                    return draw(
                            random,
                            new CrossEntropy(weights(random, classes), -100, random.nextDouble(0, 1), by.apply(random)),
                            List.of(shape),
                            shape,
                            () -> random.nextDouble(-4, 4),
                            () -> random.nextDouble(0, 1));
                }),
                vectors(
                        "contrastive",
                        2,
                        Shape.of(),
                        random -> new Contrastive(random.nextDouble(0.5, 3), by.apply(random)),
                        new double[] {0, 1}),
                vectors(
                        "cosine",
                        2,
                        Shape.of(),
                        random -> new CosineEmbedding(random.nextDouble(-1, 1), by.apply(random)),
                        new double[] {-1, 1}),
                vectors(
                        "triplet",
                        3,
                        Shape.of(0),
                        random -> new TripletMargin(
                                random.nextDouble(0.1, 2),
                                1 + random.nextInt(3),
                                1e-6,
                                random.nextInt(2) == 0,
                                by.apply(random)),
                        new double[] {0}),
                vectors(
                        "quadruplet",
                        4,
                        Shape.of(0),
                        random -> new Quadruplet(random.nextDouble(0.1, 2), 0.4, by.apply(random)),
                        new double[] {0}),
                joint(false),
                joint(true));
    }

    private static double[] scales(Loss loss) {
        double[] scales = new double[loss.terms()];
        for (int term = 0; term < scales.length; term++) {
            scales[term] = 1 / (1.0 + term);
        }
        return scales;
    }

    private static double value(Case one) {
        double[] scales = scales(one.loss());
        double[] sums = new double[scales.length];
        one.loss().evaluate(one.batch(), scales, sums);
        double value = 0;
        for (int term = 0; term < scales.length; term++) {
            value += scales[term] * sums[term];
        }
        return value;
    }

    /** Kinks are where the slopes to both sides differ. */
    @ParameterizedTest
    @MethodSource("kinds")
    void gradientsAreThoseOfCentralDifferences(Kind kind) {
        RandomStream random = Property.seed(LossGradientTest.class).stream();
        int checked = 0;
        int kinks = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Case one = kind.draw().apply(random);
            Batch batch = one.batch();
            for (int output = 0; output < batch.outputs(); output++) {
                Arrays.fill(batch.gradient(output), Float.NaN);
            }
            double here = value(one);
            List<float[]> gradients = new ArrayList<>();
            for (int output = 0; output < batch.outputs(); output++) {
                gradients.add(batch.gradient(output).clone());
            }
            boolean learned = one.loss() instanceof UncertaintyWeighted;
            for (int output = 0; output < batch.outputs(); output++) {
                float[] x = batch.output(output);
                // Learned scalars move together, for all samples.
                boolean together = learned && output == batch.outputs() - 1;
                int count = together ? batch.count(output) : x.length;
                for (int i = 0; i < count; i++) {
                    double gradient = 0;
                    for (int k = i; k < x.length; k += together ? count : x.length) {
                        gradient += gradients.get(output)[k];
                    }
                    float kept = x[i];
                    double above = moved(one, x, i, together ? count : x.length, kept + STEP);
                    double up = (double) (kept + STEP) - kept;
                    double below = moved(one, x, i, together ? count : x.length, kept - STEP);
                    double down = kept - (double) (kept - STEP);
                    moved(one, x, i, together ? count : x.length, kept);
                    if (Math.abs((above - here) / up - (here - below) / down) > 0.05) {
                        kinks++;
                        continue;
                    }
                    checked++;
                    double slope = (above - below) / (up + down);
                    assertThat(gradient)
                            .as("%s, output %s, element %s", one.loss(), output, i)
                            .isCloseTo(slope, within(2e-5 * Math.max(1, Math.abs(slope))));
                }
            }
        }
        assertThat(checked).isGreaterThan(20 * kinks).isGreaterThan(ROUNDS);
    }

    private static double moved(Case one, float[] x, int from, int stride, float value) {
        for (int i = from; i < x.length; i += stride) {
            x[i] = value;
        }
        return value(one);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aBatchIsTheSumOfItsSamples(Kind kind) {
        RandomStream random = Property.seed(LossGradientTest.class).stream();
        for (int round = 0; round < ROUNDS; round++) {
            Case one = kind.draw().apply(random);
            Batch batch = one.batch();
            Loss loss = one.loss();
            double[] scales = scales(loss);
            double[] sums = new double[scales.length];
            loss.evaluate(batch, scales, sums);
            double[] weights = new double[scales.length];
            loss.weigh(batch, weights);
            double[] partSums = new double[scales.length];
            double[] partWeights = new double[scales.length];
            List<Shape> shapes = new ArrayList<>();
            for (int output = 0; output < batch.outputs(); output++) {
                shapes.add(batch.shape(output));
            }
            Batch part = Batch.of(shapes, batch.target(), 1).withSamples(1);
            int target = part.targets().length;
            for (int n = 0; n < batch.samples(); n++) {
                for (int output = 0; output < shapes.size(); output++) {
                    System.arraycopy(
                            batch.output(output), n * part.count(output), part.output(output), 0, part.count(output));
                }
                System.arraycopy(batch.targets(), n * target, part.targets(), 0, target);
                double[] own = new double[scales.length];
                loss.evaluate(part, scales, own);
                loss.weigh(part, partWeights);
                for (int term = 0; term < own.length; term++) {
                    partSums[term] += own[term];
                }
                for (int output = 0; output < shapes.size(); output++) {
                    if (loss instanceof UncertaintyWeighted && output == shapes.size() - 1) {
                        continue;
                    }
                    assertThat(part.gradient(output))
                            .as("%s, output %s", loss, output)
                            .containsExactly(Arrays.copyOfRange(
                                    batch.gradient(output), n * part.count(output), (n + 1) * part.count(output)));
                }
            }
            for (int term = 0; term < sums.length; term++) {
                assertThat(partSums[term])
                        .as("%s, term %s", loss, term)
                        .isCloseTo(sums[term], within(1e-13 * Math.max(1, Math.abs(sums[term]))));
            }
            // One after the other: not even a bit differs, however the targets are read.
            assertThat(partWeights).containsExactly(weights);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anOutputThatIsNotANumberMakesALossThatIsNone(Kind kind) {
        RandomStream random = Property.seed(LossGradientTest.class).stream();
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Case one = kind.draw().apply(random);
            Arrays.fill(one.batch().output(0), Float.NaN);
            found += Double.isNaN(value(one)) ? 1 : 0;
        }
        // Samples that are ignored hide it.
        assertThat(found).isGreaterThan(ROUNDS / 3);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingIsAllocatedOnceItIsWarm(Kind kind) {
        RandomStream random = Property.seed(LossGradientTest.class).stream();
        ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Case one = kind.draw().apply(random);
        double[] scales = scales(one.loss());
        double[] sums = new double[scales.length];
        for (int i = 0; i < 200; i++) {
            one.loss().evaluate(one.batch(), scales, sums);
            one.loss().weigh(one.batch(), sums);
        }
        long before = counter.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            one.loss().evaluate(one.batch(), scales, sums);
            one.loss().weigh(one.batch(), sums);
        }
        assertThat(counter.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }
}
