package io.convoy.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.convoy.engine.Property;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.BinaryCrossEntropy;
import io.convoy.engine.loss.BinaryCrossEntropyWithLogits;
import io.convoy.engine.loss.Contrastive;
import io.convoy.engine.loss.CosineEmbedding;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.loss.Focal;
import io.convoy.engine.loss.Huber;
import io.convoy.engine.loss.KlDivergence;
import io.convoy.engine.loss.L1;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.loss.MeanSquaredError;
import io.convoy.engine.loss.NegativeLogLikelihood;
import io.convoy.engine.loss.Quadruplet;
import io.convoy.engine.loss.Reduction;
import io.convoy.engine.loss.SmoothL1;
import io.convoy.engine.loss.SoftmaxFocal;
import io.convoy.engine.loss.Task;
import io.convoy.engine.loss.TripletMargin;
import io.convoy.engine.loss.UncertaintyWeighted;
import io.convoy.engine.loss.WeightedSum;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss beside its float64 reference, and the references beside central differences of themselves, over drawn shapes. */
class LossReferenceTest {
    private static final int CASES = Integer.getInteger("convoy.test.sweep", 60);
    private static final double STEP = 1e-4;
    private static final Seed SEED = Property.seed(LossReferenceTest.class);

    /** A loss and samples for it. */
    private record Case(Loss loss, Batch batch) {}

    static Stream<Class<? extends Loss>> losses() {
        return LossReferences.losses().stream();
    }

    @Test
    void everyLossHasAReference() {
        TreeSet<String> records = new TreeSet<>();
        for (JavaClass one : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.convoy.engine")) {
            if (one.isRecord() && one.isAssignableTo(Loss.class)) {
                records.add(one.getName());
            }
        }
        assertThat(losses().map(Class::getName)).containsExactlyInAnyOrderElementsOf(records);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void lossesAndTheirGradientsAreTheReferences(Class<? extends Loss> kind) {
        for (int i = 0; i < CASES; i++) {
            Draw draw = new Draw(SEED.child(kind.getSimpleName()).child(i).stream());
            boolean compared = false;
            for (int attempt = 0; attempt < 100 && !compared; attempt++) {
                compared = compare(draw(kind, draw), draw);
            }
            assertThat(compared).as("a case of %s far from kinks", kind).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void anEmptyBatchCostsNothing(Class<? extends Loss> kind) {
        Case one = draw(kind, new Draw(SEED.child(kind.getSimpleName()).stream()));
        Batch batch = one.batch().withSamples(0);
        double[] weights = new double[one.loss().terms()];
        one.loss().weigh(batch, weights);
        assertThat(weights).containsOnly(0);
        double[] sums = new double[weights.length];
        Arrays.fill(sums, Double.NaN);
        double[] scales = new double[weights.length];
        Arrays.fill(scales, 1);
        one.loss().evaluate(batch, scales, sums);
        assertThat(sums).containsOnly(0);
    }

    /** Compares; false if the numbers lie too near to a kink, or weigh nothing. */
    private static boolean compare(Case one, Draw draw) {
        Loss loss = one.loss();
        Batch batch = one.batch();
        double[] scales = new double[loss.terms()];
        loss.weigh(batch, scales);
        for (int term = 0; term < scales.length; term++) {
            scales[term] = 1 / loss.reduction(term).normalizer(scales[term]);
            if (Double.isInfinite(scales[term])) {
                return false;
            }
        }
        List<double[]> outputs = new ArrayList<>();
        for (int i = 0; i < batch.outputs(); i++) {
            outputs.add(LossReferences.list(batch.output(i)).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray());
            Arrays.fill(batch.gradient(i), Float.NaN);
        }
        Tape tape = new Tape();
        List<Scalars> scalars = scalars(tape, batch, outputs);
        Scalar expected = value(loss, batch, tape, scalars);
        if (tape.nearestKink() < 10 * STEP) {
            return false;
        }
        tape.backward(List.of(expected), new double[] {1});
        double[] sums = new double[scales.length];
        loss.evaluate(batch, scales, sums);
        double actual = 0;
        for (int term = 0; term < sums.length; term++) {
            actual += scales[term] * sums[term];
        }
        String what = loss + " of " + scalars.stream().map(Scalars::shape).toList();
        assertThat(actual)
                .as(what)
                .isCloseTo(expected.value(), within(expected.rounded().tolerance()));
        for (int i = 0; i < batch.outputs(); i++) {
            if (loss instanceof UncertaintyWeighted && i == batch.outputs() - 1) {
                // Only the sum over the samples has a meaning, which are all the same.
                assertColumns(what, scalars.get(i), batch.gradient(i));
            } else {
                assertThat(Comparison.ofGradients(scalars.get(i), batch.gradient(i)))
                        .as("%s, output %d", what, i)
                        .isEmpty();
            }
            int k = draw.from(0, outputs.get(i).length - 1);
            double[] x = outputs.get(i);
            double before = x[k];
            double[] at = new double[4];
            for (int step = 0; step < 4; step++) {
                x[k] = before + STEP * List.of(-2, -1, 1, 2).get(step);
                Tape other = new Tape();
                at[step] = value(loss, batch, other, scalars(other, batch, outputs))
                        .value();
            }
            x[k] = before;
            double numeric = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * STEP);
            assertThat(scalars.get(i).values().get(k).gradient().value())
                    .as("the reference of %s, output %d, number %d", what, i, k)
                    .isCloseTo(numeric, within(1e-6 * (1 + Math.abs(numeric))));
        }
        return true;
    }

    private static void assertColumns(String what, Scalars expected, float[] actual) {
        int columns = expected.size(1);
        for (int k = 0; k < columns; k++) {
            double sum = 0;
            double wanted = 0;
            double tolerance = 0;
            for (int n = 0; n < expected.size(0); n++) {
                sum += actual[n * columns + k];
                wanted += expected.at(n, k).gradient().value();
                tolerance += expected.at(n, k).gradient().tolerance();
            }
            assertThat(sum).as("%s, column %d", what, k).isCloseTo(wanted, within(tolerance));
        }
    }

    private static List<Scalars> scalars(Tape tape, Batch batch, List<double[]> outputs) {
        List<Scalars> scalars = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            scalars.add(Scalars.of(tape, batch.shape(i).batched(batch.samples()), outputs.get(i)));
        }
        return scalars;
    }

    private static Scalar value(Loss loss, Batch batch, Tape tape, List<Scalars> outputs) {
        return LossReferences.value(
                loss,
                new LossReferences.Samples(
                        tape, batch.samples(), outputs, batch.target(), LossReferences.list(batch.targets())));
    }

    private static Case fill(
            Draw draw, Loss loss, List<Shape> outputs, Shape target, DoubleSupplier x, DoubleSupplier t) {
        int samples = draw.oneOf(1, 1, 2, 3, 5);
        Batch batch = Batch.of(outputs, target, samples).withSamples(samples);
        for (int i = 0; i < outputs.size(); i++) {
            for (int k = 0; k < batch.output(i).length; k++) {
                batch.output(i)[k] = (float) x.getAsDouble();
            }
        }
        for (int k = 0; k < batch.targets().length; k++) {
            batch.targets()[k] = (float) t.getAsDouble();
        }
        loss.check(outputs, target);
        return new Case(loss, batch);
    }

    private static Case elements(Draw draw, Loss loss, Shape shape, double low, double high, DoubleSupplier t) {
        return fill(draw, loss, List.of(shape), shape, () -> draw.random().nextDouble(low, high), t);
    }

    private static Case vectors(Draw draw, int count, Loss loss, double... targets) {
        return fill(
                draw,
                loss,
                Collections.nCopies(count, Shape.of(draw.oneOf(1, 2, 5, 17))),
                targets.length == 0 ? Shape.of(0) : Shape.of(),
                () -> draw.random().nextGaussian(),
                () -> targets[draw.from(0, targets.length - 1)]);
    }

    private static List<Double> weights(Draw draw, int count) {
        return draw.chance(0.5)
                ? List.of()
                : Stream.generate(() -> draw.real(0.1, 3)).limit(count).toList();
    }

    private static Case draw(Class<? extends Loss> kind, Draw draw) {
        Reduction reduction = draw.among(Reduction.values());
        Shape shape = Shape.of(
                draw.among(new int[] {1}, new int[] {5}, new int[] {3, 2}, new int[] {2, 1, 1}, new int[] {2, 3, 5}));
        DoubleSupplier probability = () -> draw.random().nextDouble(0.01, 0.99);
        int classes = draw.oneOf(1, 2, 3, 10);
        Shape positions = draw.among(Shape.of(), Shape.of(), Shape.of(3), Shape.of(2, 3), Shape.of(1, 1));
        Shape logits = positions.batched(classes);
        DoubleSupplier normal = () -> draw.random().nextGaussian();
        DoubleSupplier label = () -> draw.chance(0.2) ? -7 : draw.from(0, classes - 1);
        if (kind == CrossEntropy.class) {
            double smoothing = draw.among(0.0, 0.1, 0.5);
            Loss loss = new CrossEntropy(weights(draw, classes), -7, smoothing, reduction);
            return draw.chance(0.3)
                    ? fill(draw, loss, List.of(logits), logits, normal, probability)
                    : fill(draw, loss, List.of(logits), positions, normal, label);
        } else if (kind == NegativeLogLikelihood.class) {
            Loss loss = new NegativeLogLikelihood(weights(draw, classes), -7, reduction);
            return fill(draw, loss, List.of(logits), positions, normal, label);
        } else if (kind == SoftmaxFocal.class) {
            Shape several = positions.batched(classes + 1);
            Loss loss = new SoftmaxFocal(weights(draw, classes + 1), draw.among(0.0, 1.0, 2.0, 1.5), -7, reduction);
            return fill(draw, loss, List.of(several), positions, normal, label);
        } else if (kind == BinaryCrossEntropy.class) {
            return elements(draw, new BinaryCrossEntropy(reduction), shape, 0.01, 0.99, probability);
        } else if (kind == BinaryCrossEntropyWithLogits.class) {
            List<Double> positive = weights(draw, draw.chance(0.5) ? 1 : shape.size(0));
            return elements(draw, new BinaryCrossEntropyWithLogits(positive, reduction), shape, -4, 4, probability);
        } else if (kind == Focal.class) {
            Loss loss = new Focal(draw.among(0.25, -1.0, 0.9), draw.among(0.0, 1.0, 2.0, 1.5), reduction);
            return elements(draw, loss, shape, -4, 4, draw.chance(0.5) ? probability : () -> draw.from(0, 1));
        } else if (kind == L1.class) {
            return elements(draw, new L1(reduction), shape, -3, 3, normal);
        } else if (kind == MeanSquaredError.class) {
            return elements(draw, new MeanSquaredError(reduction), shape, -3, 3, normal);
        } else if (kind == SmoothL1.class) {
            return elements(draw, new SmoothL1(draw.among(0.0, 1.0, 0.3), reduction), shape, -3, 3, normal);
        } else if (kind == Huber.class) {
            return elements(draw, new Huber(draw.among(1.0, 0.3, 2.0), reduction), shape, -3, 3, normal);
        } else if (kind == KlDivergence.class) {
            boolean logarithms = draw.chance(0.5);
            DoubleSupplier target = logarithms ? () -> draw.real(-3, 0) : () -> draw.chance(0.2) ? 0 : draw.real(0, 1);
            return elements(draw, new KlDivergence(logarithms, reduction), shape, -3, 0, target);
        } else if (kind == Contrastive.class) {
            return vectors(draw, 2, new Contrastive(draw.among(1.0, 3.0), reduction), 0, 1);
        } else if (kind == CosineEmbedding.class) {
            return vectors(draw, 2, new CosineEmbedding(draw.among(0.0, 0.3, -0.3), reduction), -1, 1);
        } else if (kind == TripletMargin.class) {
            double p = draw.among(2.0, 1.0, 3.0);
            return vectors(draw, 3, new TripletMargin(draw.among(1.0, 3.0), p, 1e-6, draw.chance(0.5), reduction));
        } else if (kind == Quadruplet.class) {
            return vectors(draw, 4, new Quadruplet(draw.among(1.0, 3.0), 0.5, reduction));
        }
        // One output for labels and numbers, one for nobody, two for pairs; targets are a label, the numbers, and a
        // pair's.
        List<Task> tasks = List.of(
                Task.of(new CrossEntropy(weights(draw, 3), -7, 0.1, reduction), 0, 0, Shape.of())
                        .withWeight(draw.real(0.1, 2)),
                Task.of(new MeanSquaredError(), 0, 1, Shape.of(3)),
                new Task(new Contrastive(2, Reduction.SUM), draw.real(0.1, 2), List.of(3, 2), 4, Shape.of()));
        Shape vector = Shape.of(draw.oneOf(1, 4));
        List<Shape> outputs = new ArrayList<>(List.of(Shape.of(3), vector, vector, vector));
        int[] next = {0};
        DoubleSupplier targets = () -> switch (next[0]++ % 5) {
            case 0 -> draw.from(0, 2);
            case 4 -> draw.from(0, 1);
            default -> draw.real(-1, 1);
        };
        if (kind == WeightedSum.class) {
            return fill(draw, new WeightedSum(tasks), outputs, Shape.of(5), normal, targets);
        }
        if (kind != UncertaintyWeighted.class) {
            throw new IllegalStateException("no cases for " + kind);
        }
        outputs.add(Shape.of(3));
        Case one = fill(draw, new UncertaintyWeighted(tasks), outputs, Shape.of(5), normal, targets);
        float[] variances = one.batch().output(4);
        for (int i = 3; i < variances.length; i++) {
            variances[i] = variances[i - 3];
        }
        return one;
    }
}
