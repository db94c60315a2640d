package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.layer.GroupNorm;
import io.convoy.engine.layer.InstanceNorm2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.LayerNorm;
import io.convoy.engine.layer.ParameterSpec;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Group, layer and instance normalisation against their formula in float64. */
class RowNormalizationTest {
    private static void same(String what, float[] actual, double[] expected) {
        assertThat(actual).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("%s[%s]", what, i)
                    .isCloseTo(expected[i], within(2e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** Rows of {@code length} values; {@code weightOf} tells which weight belongs to a value of the tensor. */
    private static void check(
            Layer layer, Shape shape, int length, double epsilon, RandomStream random, IntUnaryOperator weightOf) {
        float[] x = SingleLayer.values(shape, random);
        for (int i = 0; i < x.length; i++) {
            x[i] = 2 * x[i] + 5;
        }
        float[] dy = SingleLayer.values(shape, random);
        Map<String, float[]> parameters = new LinkedHashMap<>();
        for (ParameterSpec spec : layer.parameters()) {
            parameters.put(spec.name(), SingleLayer.values(spec.shape(), random));
        }
        double[] y = new double[x.length];
        // Times the deviation: where a row's values hardly differ, its gradient is a small difference of large terms.
        double[] scaledDx = new double[x.length];
        double[] deviation = new double[x.length];
        float[] weight = parameters.get("weight");
        float[] bias = parameters.get("bias");
        double[] dw = new double[weight == null ? 0 : weight.length];
        double[] db = new double[bias == null ? 0 : bias.length];
        for (int begin = 0; begin < x.length; begin += length) {
            double mean = 0;
            double variance = 0;
            for (int i = begin; i < begin + length; i++) {
                mean += x[i] / (double) length;
            }
            for (int i = begin; i < begin + length; i++) {
                variance += (x[i] - mean) * (x[i] - mean) / length;
            }
            double inverse = 1 / Math.sqrt(variance + epsilon);
            double ones = 0;
            double products = 0;
            for (int i = begin; i < begin + length; i++) {
                int at = weightOf.applyAsInt(i);
                double normal = (x[i] - mean) * inverse;
                double w = weight == null ? 1 : weight[at];
                y[i] = normal * w + (bias == null ? 0 : bias[at]);
                ones += dy[i] * w / length;
                products += dy[i] * w * normal / length;
                if (weight != null) {
                    dw[at] += dy[i] * normal;
                }
                if (bias != null) {
                    db[at] += dy[i];
                }
            }
            for (int i = begin; i < begin + length; i++) {
                double w = weight == null ? 1 : weight[weightOf.applyAsInt(i)];
                scaledDx[i] = dy[i] * w - ones - (x[i] - mean) * inverse * products;
                deviation[i] = 1 / inverse;
            }
        }
        SingleLayer.Result result = SingleLayer.train(layer, List.of(shape), List.of(x), parameters, dy);
        String what = layer + " of " + shape;
        same(what, result.outputs().get(0), y);
        float[] dx = result.inputGradients().get(0).clone();
        for (int i = 0; i < dx.length; i++) {
            dx[i] = (float) (dx[i] * deviation[i]);
        }
        same(what + " dx", dx, scaledDx);
        assertThat(result.parameterGradients()).containsOnlyKeys(parameters.keySet());
        if (weight != null) {
            same(what + " dw", result.parameterGradients().getOrDefault("weight", new float[0]), dw);
        }
        if (bias != null) {
            same(what + " db", result.parameterGradients().getOrDefault("bias", new float[0]), db);
        }
        float[] inferred = SingleLayer.run(
                        layer,
                        Purpose.inference(shape.size(0)),
                        new Seed(1),
                        List.of(shape),
                        List.of(x),
                        parameters,
                        new float[0])
                .outputs()
                .get(0);
        assertThat(inferred).isEqualTo(result.outputs().get(0));
    }

    @Test
    void groupNormIsItsFormula() {
        RandomStream random = Property.seed(RowNormalizationTest.class).stream();
        for (int round = 0; round < 30; round++) {
            int groups = 1 + random.nextInt(3);
            int channels = groups * (1 + random.nextInt(3));
            int n = 1 + random.nextInt(3);
            Shape shape = round % 5 == 0
                    ? Shape.of(n, channels)
                    : Shape.of(n, channels, 1 + random.nextInt(9), 1 + random.nextInt(40));
            int plane = Math.toIntExact(shape.sample().count()) / channels;
            check(
                    new GroupNorm(groups, channels, 1e-3, round % 3 != 0),
                    shape,
                    plane * channels / groups,
                    1e-3,
                    random,
                    i -> i / plane % channels);
        }
    }

    @Test
    void instanceNormIsItsFormula() {
        RandomStream random = Property.seed(RowNormalizationTest.class).stream();
        for (int round = 0; round < 20; round++) {
            int channels = 1 + random.nextInt(5);
            Shape shape = Shape.of(1 + random.nextInt(3), channels, 1 + random.nextInt(90), 1 + random.nextInt(90));
            int plane = shape.size(2) * shape.size(3);
            check(
                    new InstanceNorm2d(channels, 1e-3, round % 2 == 0),
                    shape,
                    plane,
                    1e-3,
                    random,
                    i -> i / plane % channels);
        }
    }

    @Test
    void layerNormIsItsFormula() {
        RandomStream random = Property.seed(RowNormalizationTest.class).stream();
        for (int round = 0; round < 30; round++) {
            Shape shape = Shape.of(
                    1 + random.nextInt(3), 1 + random.nextInt(5), 1 + random.nextInt(9), 1 + random.nextInt(40));
            Shape last = switch (round % 3) {
                case 0 -> Shape.of(shape.size(3));
                case 1 -> Shape.of(shape.size(2), shape.size(3));
                default -> shape.sample();
            };
            int length = Math.toIntExact(last.count());
            boolean affine = random.nextInt(3) > 0;
            boolean bias = affine && random.nextInt(2) == 0;
            check(new LayerNorm(last, 1e-3, affine, bias), shape, length, 1e-3, random, i -> i % length);
        }
    }

    @Test
    void valuesThatAreAllEqualBecomeTheBias() {
        SingleLayer.Result result = SingleLayer.train(
                GroupNorm.of(1, 2),
                List.of(Shape.of(1, 2, 1, 1)),
                List.of(new float[] {7, 7}),
                Map.of("weight", new float[] {3, 3}, "bias", new float[] {1, 2}),
                new float[] {1, 1});
        assertThat(result.outputs().get(0)).containsExactly(1, 2);
        assertThat(result.inputGradients().get(0)).containsExactly(0, 0);
    }
}
