package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.Celu;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Elu;
import io.convoy.engine.layer.Gelu;
import io.convoy.engine.layer.Hardsigmoid;
import io.convoy.engine.layer.Hardswish;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LeakyRelu;
import io.convoy.engine.layer.LogSoftmax;
import io.convoy.engine.layer.Mish;
import io.convoy.engine.layer.Prelu;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Relu6;
import io.convoy.engine.layer.Scale;
import io.convoy.engine.layer.Selu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.layer.Silu;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Softplus;
import io.convoy.engine.layer.Swish;
import io.convoy.engine.layer.Tanh;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations against their formulas in float64: values, kinks, extremes, gradients. */
class ActivationTest {
    private static final double TOLERANCE = 1e-6;
    private static final float[] NOTABLE = {
        -100, -50, -30, -20.5f, -10, -6, -3.0001f, -3, -2.9999f, -1, -0.5f, -1e-6f, 0, 1e-6f, 0.5f, 1, 2.9999f, 3,
        3.0001f, 5.9999f, 6, 6.0001f, 10, 20.5f, 30, 50, 100
    };

    private record Function(Layer layer, DoubleUnaryOperator y, DoubleUnaryOperator slope) {
        /** What oneDNN's functions were measured to be off by; its logarithm is the worst of them, far below 0. */
        double tolerance() {
            return layer instanceof Softplus ? 8e-6 : layer instanceof Gelu ? 1.1e-6 : TOLERANCE;
        }

        @Override
        public String toString() {
            return layer.toString();
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double erf(double x) {
        // Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)) · 2/√π; beyond 5 float64 can't tell it from ±1.
        if (Math.abs(x) > 5) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return sum * 2 / Math.sqrt(Math.PI);
    }

    private static Function gated(Layer layer, double beta) {
        return new Function(
                layer, x -> x * sigmoid(beta * x), x -> sigmoid(beta * x) * (1 + beta * x * (1 - sigmoid(beta * x))));
    }

    private static Function exponential(Layer layer, double scale, double alpha, double inner) {
        return new Function(
                layer,
                x -> x > 0 ? scale * x : scale * alpha * Math.expm1(inner * x),
                x -> x > 0 ? scale : scale * alpha * inner * Math.exp(inner * x));
    }

    private static Function leaky(Layer layer, double slope) {
        return new Function(layer, x -> x > 0 ? x : slope * x, x -> x > 0 ? 1 : slope);
    }

    private static Function softplus(double beta, double threshold) {
        return new Function(
                new Softplus(beta, threshold),
                x -> beta * x > threshold
                        ? x
                        : (Math.max(beta * x, 0) + Math.log1p(Math.exp(-Math.abs(beta * x)))) / beta,
                x -> beta * x > threshold ? 1 : sigmoid(beta * x));
    }

    static Stream<Function> functions() {
        double bend = Math.sqrt(2 / Math.PI);
        return Stream.of(
                leaky(new Relu(), 0),
                new Function(new Relu6(), x -> Math.min(Math.max(x, 0), 6), x -> x > 0 && x < 6 ? 1 : 0),
                leaky(new LeakyRelu(), 0.01),
                leaky(new LeakyRelu(0), 0),
                leaky(new LeakyRelu(-0.5), -0.5),
                new Function(new Scale(0.17), x -> 0.17 * x, x -> 0.17),
                new Function(new Scale(-2), x -> -2 * x, x -> -2),
                leaky(new Prelu(), 0.25),
                leaky(Prelu.of(27), 0.25),
                exponential(new Elu(), 1, 1, 1),
                exponential(new Elu(-0.5), 1, -0.5, 1),
                exponential(new Selu(), 1.0507009873554805, 1.6732632423543772, 1),
                exponential(new Celu(), 1, 1, 1),
                exponential(new Celu(0.3), 1, 0.3, 1 / 0.3),
                new Function(
                        new Gelu(),
                        x -> x / 2 * (1 + erf(x / Math.sqrt(2))),
                        x -> (1 + erf(x / Math.sqrt(2))) / 2 + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)),
                new Function(
                        new Gelu(Gelu.Approximation.TANH),
                        x -> x / 2 * (1 + Math.tanh(bend * (x + 0.044715 * x * x * x))),
                        x -> {
                            double t = Math.tanh(bend * (x + 0.044715 * x * x * x));
                            return (1 + t) / 2 + x / 2 * (1 - t * t) * bend * (1 + 3 * 0.044715 * x * x);
                        }),
                gated(new Silu(), 1),
                gated(new Swish(2.5), 2.5),
                new Function(new Mish(), x -> x * Math.tanh(Math.log1p(Math.exp(x))), x -> {
                    double t = Math.tanh(Math.log1p(Math.exp(x)));
                    return t + x * (1 - t * t) * sigmoid(x);
                }),
                new Function(
                        new Hardswish(),
                        x -> x * Math.min(Math.max(x + 3, 0), 6) / 6,
                        x -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
                new Function(
                        new Hardsigmoid(),
                        x -> Math.min(Math.max(x + 3, 0), 6) / 6,
                        x -> x > -3 && x < 3 ? 1 / 6.0 : 0),
                new Function(new Sigmoid(), ActivationTest::sigmoid, x -> sigmoid(x) * (1 - sigmoid(x))),
                new Function(new Tanh(), Math::tanh, x -> 1 - Math.tanh(x) * Math.tanh(x)),
                softplus(1, 20),
                softplus(3, 20),
                softplus(0.5, 1),
                softplus(1, -2));
    }

    private static double[] each(float[] x, DoubleUnaryOperator function) {
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = function.applyAsDouble(x[i]);
        }
        return y;
    }

    private static double[] times(double[] a, float[] b) {
        double[] product = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            product[i] = a[i] * b[i];
        }
        return product;
    }

    private static float[] initial(Network network) {
        return Layouts.initialWeights(network, Layouts.parameters(network, 1), new Seed(1));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void valuesAndGradientsFollowTheFormulaAtKinksAndFarOut(Function function) {
        Shape shape = Shape.of(1, 27, 1, 1);
        Network network = LayerRun.network(function.layer(), shape);
        float[] dy = LayerRun.random(shape, 2);
        LayerRun run = LayerRun.of(network, 1, initial(network), List.of(NOTABLE), List.of(dy));
        LayerRun.same("y", run.outputs().get(0), each(NOTABLE, function.y()), function.tolerance());
        LayerRun.same("dx", run.inputGradients().get(0), times(each(NOTABLE, function.slope()), dy), TOLERANCE);
        assertThat(run.slow()).as(run.log()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void valuesAndGradientsFollowTheFormulaAllTheWay(Function function) {
        Shape shape = Shape.of(1, 27, 400, 1);
        float[] x = new float[Math.toIntExact(shape.count())];
        float[] dy = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            // Denser where the bends are, from −110 to 110.
            x[i] = (float) (Math.pow(2.0 * i / x.length - 1, 3) * 110);
            dy[i] = 1;
        }
        Network network = LayerRun.network(function.layer(), shape);
        LayerRun run = LayerRun.of(network, 1, initial(network), List.of(x), List.of(dy));
        LayerRun.same("y", run.outputs().get(0), each(x, function.y()), function.tolerance());
        LayerRun.same("dx", run.inputGradients().get(0), each(x, function.slope()), TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void aTensorThatTwoNodesReadKeepsItsValuesAndGetsBothGradients(Function function) {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(27, 3, 5));
        Port y = builder.add("layer", function.layer(), x);
        Network network =
                builder.output(builder.add("sum", new Add(), y, x)).output(y).build();
        Shape shape = Shape.of(2, 27, 3, 5);
        float[] values = LayerRun.random(shape, 3);
        float[] dy = LayerRun.random(shape, 4);
        LayerRun run = LayerRun.of(network, 2, initial(network), List.of(values), List.of(dy, dy));
        LayerRun.same(
                "sum",
                run.outputs().get(0),
                each(values, v -> function.y().applyAsDouble(v) + v),
                function.tolerance());
        LayerRun.same("y", run.outputs().get(1), each(values, function.y()), function.tolerance());
        LayerRun.same(
                "dx",
                run.inputGradients().get(0),
                times(each(values, v -> 2 * function.slope().applyAsDouble(v) + 1), dy),
                2 * TOLERANCE);
    }

    /** 27 channels leave a gap in the blocks of 16 in which the convolution's output lies. */
    @ParameterizedTest
    @MethodSource("functions")
    void behindAConvolutionOfAnyWidthNothingRunsOnTheSlowReference(Function function) {
        Network.Builder builder = Network.builder();
        Port x = builder.input("x", Shape.of(4, 5, 6));
        x = builder.add("before", Conv2d.of(4, 27, 3).withPadding(1), x);
        x = builder.add("layer", function.layer(), x);
        x = builder.add("behind", Conv2d.of(27, 4, 3).withPadding(1), x);
        Network network = builder.output(x).build();
        Shape shape = Shape.of(2, 4, 5, 6);
        LayerRun run = LayerRun.of(
                network, 2, initial(network), List.of(LayerRun.random(shape, 5)), List.of(LayerRun.random(shape, 6)));
        assertThat(run.slow()).as(run.log()).isFalse();
    }

    @Test
    void notANumberIsNeitherAboveNorBelowTheThresholdOfASoftplus() {
        float negative = Float.intBitsToFloat(0xffc00000);
        SingleLayer.Result result = SingleLayer.train(
                new Softplus(1, 1),
                List.of(Shape.of(1, 4)),
                List.of(new float[] {Float.NaN, negative, 1, Math.nextUp(1f)}),
                Map.of(),
                new float[] {1, 1, 1, 1});
        assertThat(result.outputs().get(0)[0]).isNaN();
        assertThat(result.outputs().get(0)[1]).isNaN();
        assertThat(result.outputs().get(0)[2]).isCloseTo(1.3132617f, within(1e-6f));
        assertThat(result.outputs().get(0)[3]).isEqualTo(Math.nextUp(1f));
        assertThat(result.inputGradients().get(0)[0]).isNaN();
        assertThat(result.inputGradients().get(0)[1]).isNaN();
        assertThat(result.inputGradients().get(0)[2]).isCloseTo(0.7310586f, within(1e-6f));
        assertThat(result.inputGradients().get(0)[3]).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void vectorsAndSequencesAreTaken(Function function) {
        for (Shape shape : List.of(Shape.of(3, 27), Shape.of(3, 27, 2))) {
            Network network = LayerRun.network(function.layer(), shape);
            float[] x = LayerRun.random(shape, 7);
            float[] dy = LayerRun.random(shape, 8);
            LayerRun run = LayerRun.of(network, 3, initial(network), List.of(x), List.of(dy));
            LayerRun.same("y", run.outputs().get(0), each(x, function.y()), function.tolerance());
            LayerRun.same("dx", run.inputGradients().get(0), times(each(x, function.slope()), dy), TOLERANCE);
        }
    }

    private static void checkSlopes(Prelu layer, Shape shape) {
        Network network = LayerRun.network(layer, shape);
        float[] slopes = LayerRun.random(Shape.of(layer.parameterCount()), 9);
        float[] x = LayerRun.random(shape, 10);
        float[] dy = LayerRun.random(shape, 11);
        LayerRun run = LayerRun.of(network, shape.size(0), slopes, List.of(x), List.of(dy));
        double[] expected = new double[slopes.length];
        double[] dx = new double[x.length];
        int plane = Math.toIntExact(shape.count() / shape.size(0) / shape.size(1));
        for (int i = 0; i < x.length; i++) {
            int c = layer.parameterCount() == 1 ? 0 : i / plane % shape.size(1);
            expected[c] += x[i] > 0 ? 0 : (double) x[i] * dy[i];
            dx[i] = (double) dy[i] * (x[i] > 0 ? 1 : slopes[c]);
        }
        LayerRun.same("dx of " + shape, run.inputGradients().get(0), dx, TOLERANCE);
        LayerRun.same(
                "dweight of " + shape, run.parameterGradients().get(0), expected, TOLERANCE * Math.sqrt(x.length));
        assertThat(run.slow()).as(run.log()).isFalse();
    }

    @Test
    void theGradientOfASlopeIsSummedOverTheBatchAndItsPixels() {
        checkSlopes(Prelu.of(5), Shape.of(4, 5, 7, 3));
        checkSlopes(Prelu.of(16), Shape.of(3, 16, 2, 2));
        checkSlopes(Prelu.of(5), Shape.of(1, 5, 1, 1));
        checkSlopes(new Prelu(), Shape.of(4, 5, 7, 3));
        checkSlopes(new Prelu(), Shape.of(3, 1, 5, 5));
        checkSlopes(new Prelu(), Shape.of(1, 1, 1, 1));
    }

    private static void checkSoftmax(Shape shape, int axis) {
        int dim = axis % 2 == 0 ? axis : axis - shape.rank();
        float[] x = LayerRun.random(shape, 12);
        float[] dy = LayerRun.random(shape, 13);
        int inner = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            inner *= shape.size(i);
        }
        int length = shape.size(axis);
        double[] shares = new double[x.length];
        double[] logarithms = new double[x.length];
        double[] dx = new double[x.length];
        double[] dxOfLogarithm = new double[x.length];
        for (int row = 0; row < x.length / length; row++) {
            int from = row / inner * inner * length + row % inner;
            double sum = 0;
            for (int j = 0; j < length; j++) {
                sum += Math.exp(x[from + j * inner]);
            }
            double weighted = 0;
            double total = 0;
            for (int j = 0; j < length; j++) {
                int at = from + j * inner;
                shares[at] = Math.exp(x[at]) / sum;
                logarithms[at] = x[at] - Math.log(sum);
                weighted += shares[at] * dy[at];
                total += dy[at];
            }
            for (int j = 0; j < length; j++) {
                int at = from + j * inner;
                dx[at] = shares[at] * (dy[at] - weighted);
                dxOfLogarithm[at] = dy[at] - shares[at] * total;
            }
        }
        String what = " along " + dim + " of " + shape;
        LayerRun run = LayerRun.of(
                LayerRun.network(new Softmax(dim), shape), shape.size(0), new float[0], List.of(x), List.of(dy));
        LayerRun.same("shares" + what, run.outputs().get(0), shares, TOLERANCE);
        LayerRun.same("dx" + what, run.inputGradients().get(0), dx, TOLERANCE);
        // Along a dimension of one value all is 1, whatever it runs on.
        assertThat(run.slow() && length > 1).as(what + run.log()).isFalse();
        run = LayerRun.of(
                LayerRun.network(new LogSoftmax(dim), shape), shape.size(0), new float[0], List.of(x), List.of(dy));
        LayerRun.same("logarithms" + what, run.outputs().get(0), logarithms, TOLERANCE);
        LayerRun.same("dx of logarithms" + what, run.inputGradients().get(0), dxOfLogarithm, 2 * TOLERANCE);
        assertThat(run.slow() && length > 1).as(what + run.log()).isFalse();
    }

    @Test
    void sharesAreTakenAlongAnyDimension() {
        for (Shape shape : List.of(
                Shape.of(7),
                Shape.of(3, 10),
                Shape.of(2, 5, 7),
                Shape.of(3, 20, 5, 3),
                Shape.of(1, 1, 1, 1),
                Shape.of(1, 33, 1, 1))) {
            for (int axis = 0; axis < shape.rank(); axis++) {
                checkSoftmax(shape, axis);
            }
        }
    }

    /** Along rows and down columns. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void oneThatIsNotANumberLeavesNoLogarithmOfAnyShare(int dim) {
        float nan = Float.NaN;
        float[] x = {1, 2, nan, 3, 4, 5, 6, 7, 8};
        float[] y = SingleLayer.train(new LogSoftmax(dim), List.of(Shape.of(3, 3)), List.of(x), Map.of(), new float[9])
                .outputs()
                .get(0);
        for (int i = 0; i < y.length; i++) {
            boolean beside = dim == 1 ? i < 3 : i % 3 == 2;
            assertThat(Float.isNaN(y[i])).as("%s at %d", y[i], i).isEqualTo(beside);
        }
    }

    @Test
    void logarithmsOfSharesStayFiniteForHugeInputs() {
        Shape shape = Shape.of(1, 3);
        LayerRun run = LayerRun.of(
                LayerRun.network(new LogSoftmax(-1), shape),
                1,
                new float[0],
                List.of(new float[] {1e4f, -1e4f, 1e4f}),
                List.of(new float[] {1, 1, 1}));
        LayerRun.same(
                "y", run.outputs().get(0), new double[] {-Math.log(2), -20_000 - Math.log(2), -Math.log(2)}, 1e-6);
        LayerRun.same("dx", run.inputGradients().get(0), new double[] {-0.5, 1, -0.5}, 1e-6);
    }
}
