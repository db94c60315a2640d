package io.convoy.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Formula;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MatMul;
import io.convoy.engine.layer.Permute;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.program.Program;
import io.convoy.engine.program.Purpose;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** MatMul, Permute and Reduce, for any rank, against their formulas. */
class TensorLayersTest {
    /** Always the same: random values would meet two equal maxima one day. */
    private static final Seed SEED = new Seed(5);

    private static Network network(Layer layer, Shape... samples) {
        Network.Builder builder = Network.builder();
        Port[] ports = new Port[samples.length];
        for (int i = 0; i < samples.length; i++) {
            ports[i] = builder.input("x" + i, samples[i]);
        }
        return builder.output(builder.add("layer", layer, ports)).build();
    }

    /** The offset of {@code index} in a row-major tensor. */
    private static int offset(int[] sizes, int... index) {
        int offset = 0;
        for (int i = 0; i < sizes.length; i++) {
            offset = offset * sizes[i] + index[i];
        }
        return offset;
    }

    private static int[] index(int[] sizes, int offset) {
        int[] index = new int[sizes.length];
        int rest = offset;
        for (int i = sizes.length - 1; i >= 0; i--) {
            index[i] = rest % sizes[i];
            rest /= sizes[i];
        }
        return index;
    }

    private static double[] product(MatMul layer, int matrices, int m, int k, int p, double[] a, double[] b) {
        double[] y = new double[matrices * m * p];
        for (int matrix = 0; matrix < matrices; matrix++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < p; j++) {
                    for (int l = 0; l < k; l++) {
                        double left = a[matrix * m * k + (layer.transposeA() ? l * m + i : i * k + l)];
                        double right = b[matrix * k * p + (layer.transposeB() ? j * k + l : l * p + j)];
                        y[matrix * m * p + i * p + j] += layer.scale() * left * right;
                    }
                }
            }
        }
        return y;
    }

    @RepeatedTest(12)
    void productsOfMatricesFollowTheirFormula(RepetitionInfo repetition) {
        Seed seed = SEED.child("product").child(repetition.getCurrentRepetition());
        RandomStream random = seed.stream();
        MatMul layer = new MatMul(random.nextInt(2) == 0, random.nextInt(2) == 0, 1 + random.nextInt(2) * 0.5);
        int batch = 1 + random.nextInt(3);
        int heads = 1 + random.nextInt(3);
        int m = 1 + random.nextInt(6);
        int k = 1 + random.nextInt(6);
        int p = 1 + random.nextInt(6);
        Shape a = layer.transposeA() ? Shape.of(heads, k, m) : Shape.of(heads, m, k);
        Shape b = layer.transposeB() ? Shape.of(heads, p, k) : Shape.of(heads, k, p);
        Formula formula =
                (inputs, parameters) -> List.of(product(layer, batch * heads, m, k, p, inputs.get(0), inputs.get(1)));
        formula.holdsFor(network(layer, a, b), batch, seed);
    }

    @Test
    void theProductOfATensorWithItselfGetsBothGradients() {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(3, 4));
        MatMul gram = MatMul.of().transposingB();
        Network network = builder.output(builder.add("gram", gram, x, x)).build();
        Formula formula = (inputs, parameters) -> List.of(product(gram, 2, 3, 4, 3, inputs.get(0), inputs.get(0)));
        formula.holdsFor(network, 2, SEED);
    }

    private static Shape sample(RandomStream random) {
        int[] sizes = new int[1 + random.nextInt(4)];
        Arrays.setAll(sizes, i -> 1 + random.nextInt(i == 0 ? 19 : 4));
        return Shape.of(sizes);
    }

    @RepeatedTest(10)
    void permutedDimensionsFollowTheirFormula(RepetitionInfo repetition) {
        Seed seed = SEED.child("permute").child(repetition.getCurrentRepetition());
        RandomStream random = seed.stream();
        Shape sample = sample(random);
        int batch = 1 + random.nextInt(3);
        int[] axes = new int[sample.rank()];
        Arrays.setAll(axes, i -> i + 1);
        random.shuffle(axes);
        List<Integer> dims = new ArrayList<>(List.of(0));
        Arrays.stream(axes).forEach(dims::add);
        int[] before = sample.batched(batch).toArray();
        Permute layer = new Permute(dims);
        int[] after = layer.outputs(List.of(sample.batched(batch))).get(0).toArray();
        Formula formula = (inputs, parameters) -> {
            double[] y = new double[inputs.get(0).length];
            for (int i = 0; i < y.length; i++) {
                int[] from = index(before, i);
                int[] to = dims.stream().mapToInt(dim -> from[dim]).toArray();
                y[offset(after, to)] = inputs.get(0)[i];
            }
            return List.of(y);
        };
        formula.holdsFor(network(layer, sample), batch, seed);
    }

    private static double[] reduced(Reduce layer, int[] before, double[] x) {
        int[] kept = before.clone();
        layer.dims().forEach(dim -> kept[dim] = 1);
        double[] y = new double[(int) Shape.of(kept).count()];
        Arrays.fill(y, layer.by() == Reduce.By.MAX ? Double.NEGATIVE_INFINITY : 0);
        for (int i = 0; i < x.length; i++) {
            int[] at = index(before, i);
            layer.dims().forEach(dim -> at[dim] = 0);
            int to = offset(kept, at);
            y[to] = layer.by() == Reduce.By.MAX ? Math.max(y[to], x[i]) : y[to] + x[i];
        }
        for (int i = 0; i < y.length && layer.by() == Reduce.By.MEAN; i++) {
            y[i] /= (double) x.length / y.length;
        }
        return y;
    }

    @RepeatedTest(30)
    void reductionsFollowTheirFormula(RepetitionInfo repetition) {
        Seed seed = SEED.child("reduce").child(repetition.getCurrentRepetition());
        RandomStream random = seed.stream();
        Shape sample = sample(random);
        int batch = 1 + random.nextInt(3);
        List<Integer> dims = new ArrayList<>();
        for (int dim = 1; dim <= sample.rank(); dim++) {
            if (random.nextInt(2) == 0) {
                dims.add(dim);
            }
        }
        Reduce layer = new Reduce(
                List.of(Reduce.By.MEAN, Reduce.By.MAX, Reduce.By.SUM).get(random.nextInt(3)),
                dims.isEmpty() ? List.of(1) : dims,
                random.nextInt(2) == 0);
        int[] before = sample.batched(batch).toArray();
        Formula formula = (inputs, parameters) -> List.of(reduced(layer, before, inputs.get(0)));
        formula.holdsFor(network(layer, sample), batch, seed);
    }

    @Test
    void rowsThatGoToOnePlaceOnlyNowAndThenAreNotAddedTogether() {
        // Rows go to 0, 0, 0, 5, 5, 5, 0, 0, 0, 5 …: the first and the eighth to the same place, others between them
        // not.
        Shape sample = Shape.of(4, 2, 3, 5);
        Reduce layer = Reduce.sum(1, 3);
        Formula formula =
                (inputs, parameters) -> List.of(reduced(layer, sample.batched(2).toArray(), inputs.get(0)));
        formula.holdsFor(network(layer, sample), 2, SEED);
    }

    @Test
    void theGradientOfAMaximumGoesToTheFirstOfTheGreatest() {
        float[] dx = gradient(Reduce.max(1), Shape.of(3, 2), new float[] {5, 1, 5, 7, 4, 7}, new float[] {10, 20});
        assertThat(dx).containsExactly(10, 0, 0, 20, 0, 0);
        assertThat(gradient(Reduce.max(2), Shape.of(2, 3), new float[] {1, 5, 5, 7, 7, 4}, new float[] {10, 20}))
                .containsExactly(0, 10, 0, 20, 0, 0);
    }

    private static float[] gradient(Layer layer, Shape sample, float[] x, float[] dy) {
        Network network = network(layer, sample);
        try (var weights = new Weights(Layouts.parameters(network, 1), Layouts.statistics(network));
                var program = Program.compile(network, weights, new Purpose(1, true, true, true))) {
            program.inputs().get(0).span().write(0, x, 0, x.length);
            program.forward();
            program.outputGradients().get(0).span().write(0, dy, 0, dy.length);
            program.backward(bucket -> {});
            return program.inputGradients().get(0).span().toArray();
        }
    }
}
