package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.DeformConv2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deformable convolution against its formula in float64. */
class DeformationTest {
    /** The value of a feature map between its pixels. */
    private static double between(float[] x, int map, int height, int width, double y, double z) {
        double sum = 0;
        for (int h = (int) Math.floor(y); h <= Math.floor(y) + 1; h++) {
            for (int w = (int) Math.floor(z); w <= Math.floor(z) + 1; w++) {
                if (h >= 0 && h < height && w >= 0 && w < width) {
                    sum += x[(map * height + h) * width + w] * (1 - Math.abs(y - h)) * (1 - Math.abs(z - w));
                }
            }
        }
        return sum;
    }

    private static void same(String what, float[] actual, double[] expected) {
        assertThat(actual).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("%s[%s]", what, i)
                    .isCloseTo(expected[i], within(5e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static void check(DeformConv2d layer, Shape shape, float far, RandomStream random) {
        // The plain convolution slides over as many places.
        Shape y = new Conv2d(
                        layer.in(),
                        layer.out(),
                        layer.kernel(),
                        layer.stride(),
                        layer.padding(),
                        layer.dilation(),
                        1,
                        false)
                .outputs(List.of(shape))
                .get(0);
        int pixels = y.size(2) * y.size(3);
        List<Shape> shapes = new ArrayList<>();
        shapes.add(shape);
        shapes.add(Shape.of(shape.size(0), 2 * layer.taps(), y.size(2), y.size(3)));
        if (layer.masked()) {
            shapes.add(Shape.of(shape.size(0), layer.taps(), y.size(2), y.size(3)));
        }
        List<float[]> inputs = new ArrayList<>();
        shapes.forEach(one -> inputs.add(SingleLayer.values(one, random)));
        for (int i = 0; i < inputs.get(1).length; i++) {
            float moved = inputs.get(1)[i] * far;
            // Not within the step of the difference below of a whole number, where the gradient jumps.
            inputs.get(1)[i] = Math.abs(moved - Math.rint(moved)) < 1e-3 ? moved + 0.01f : moved;
        }
        Map<String, float[]> parameters = new LinkedHashMap<>();
        layer.parameters().forEach(spec -> parameters.put(spec.name(), SingleLayer.values(spec.shape(), random)));
        float[] dy = SingleLayer.values(y, random);
        float[] x = inputs.get(0);
        float[] weight = parameters.getOrDefault("weight", new float[0]);
        double[] expected = new double[dy.length];
        double[] dx = new double[x.length];
        double[] dOffset = new double[inputs.get(1).length];
        double[] dMask = new double[layer.masked() ? inputs.get(2).length : 0];
        double[] dw = new double[weight.length];
        double[] db = new double[layer.out()];
        int taps = layer.kernel().height() * layer.kernel().width();
        int perGroup = layer.in() / layer.groups();
        int height = shape.size(2);
        int width = shape.size(3);
        double step = 1e-5;
        for (int o = 0; o < dy.length; o++) {
            int k = o / pixels % layer.out();
            int n = o / pixels / layer.out();
            int pixel = o % pixels;
            int p = pixel / y.size(3);
            int q = pixel % y.size(3);
            expected[o] += layer.bias() ? parameters.getOrDefault("bias", new float[0])[k] : 0;
            db[k] += dy[o];
            for (int ct = 0; ct < perGroup * taps; ct++) {
                int c = k / (layer.out() / layer.groups()) * perGroup + ct / taps;
                int tap = c / (layer.in() / layer.offsetGroups()) * taps + ct % taps;
                int i = ct % taps / layer.kernel().width();
                int j = ct % taps % layer.kernel().width();
                int place = (n * 2 * layer.taps() + 2 * tap) * pixels + pixel;
                int maskPlace = (n * layer.taps() + tap) * pixels + pixel;
                double h = p * layer.stride().height()
                        - layer.padding().height()
                        + i * layer.dilation().height()
                        + (double) inputs.get(1)[place];
                double w = q * layer.stride().width()
                        - layer.padding().width()
                        + j * layer.dilation().width()
                        + (double) inputs.get(1)[place + pixels];
                double mask = layer.masked() ? inputs.get(2)[maskPlace] : 1;
                int map = n * layer.in() + c;
                double value = between(x, map, height, width, h, w);
                double by = weight[k * perGroup * taps + ct];
                expected[o] += by * mask * value;
                dw[k * perGroup * taps + ct] += dy[o] * mask * value;
                if (layer.masked()) {
                    dMask[maskPlace] += dy[o] * by * value;
                }
                double share = dy[o] * by * mask;
                dOffset[place] += share * (between(x, map, height, width, h + step, w) - value) / step;
                dOffset[place + pixels] += share * (between(x, map, height, width, h, w + step) - value) / step;
                for (int r = 0; r < height; r++) {
                    for (int s = 0; s < width; s++) {
                        dx[(map * height + r) * width + s] +=
                                share * Math.max(0, 1 - Math.abs(h - r)) * Math.max(0, 1 - Math.abs(w - s));
                    }
                }
            }
        }
        SingleLayer.Result result = SingleLayer.train(layer, shapes, inputs, parameters, dy);
        String what = layer + " of " + shape;
        same(what, result.outputs().get(0), expected);
        same(what + " dx", result.inputGradients().get(0), dx);
        same(what + " doffset", result.inputGradients().get(1), dOffset);
        if (layer.masked()) {
            same(what + " dmask", result.inputGradients().get(2), dMask);
        }
        same(what + " dweight", result.parameterGradients().getOrDefault("weight", new float[0]), dw);
        if (layer.bias()) {
            same(what + " dbias", result.parameterGradients().getOrDefault("bias", new float[0]), db);
        }
    }

    @Test
    void itIsItsFormula() {
        RandomStream random = Property.seed(DeformationTest.class).stream();
        for (int round = 0; round < 25; round++) {
            int groups = 1 + random.nextInt(2);
            int offsetGroups = 1 + random.nextInt(2);
            Pair kernel = new Pair(1 + random.nextInt(3), 1 + random.nextInt(3));
            DeformConv2d layer = new DeformConv2d(
                    groups * offsetGroups * (1 + random.nextInt(3)),
                    groups * (1 + random.nextInt(3)),
                    kernel,
                    new Pair(1 + random.nextInt(2), 1 + random.nextInt(2)),
                    new Pair(2, 2),
                    new Pair(1 + random.nextInt(2), 1 + random.nextInt(2)),
                    groups,
                    offsetGroups,
                    random.nextInt(2) == 0,
                    random.nextInt(2) == 0);
            Shape shape = Shape.of(1 + random.nextInt(2), layer.in(), 1 + random.nextInt(5), 1 + random.nextInt(6));
            check(layer, shape, round % 3 == 0 ? 4 : 1, random);
        }
    }

    @Test
    void withoutOffsetsItIsAConvolution() {
        RandomStream random = new Seed(9).stream();
        Shape shape = Shape.of(2, 3, 6, 5);
        float[] x = SingleLayer.values(shape, random);
        Conv2d plain = Conv2d.of(3, 4, 3).withPadding(1);
        Map<String, float[]> parameters = new LinkedHashMap<>();
        plain.parameters().forEach(spec -> parameters.put(spec.name(), SingleLayer.values(spec.shape(), random)));
        float[] dy = SingleLayer.values(Shape.of(2, 4, 6, 5), random);
        SingleLayer.Result expected = SingleLayer.train(plain, List.of(shape), List.of(x), parameters, dy);
        SingleLayer.Result result = SingleLayer.train(
                DeformConv2d.of(3, 4, 3).withPadding(1),
                List.of(shape, Shape.of(2, 18, 6, 5)),
                List.of(x, new float[2 * 18 * 30]),
                parameters,
                dy);
        for (int i = 0; i < dy.length; i++) {
            assertThat(result.outputs().get(0)[i]).isCloseTo(expected.outputs().get(0)[i], within(1e-5f));
        }
        for (int i = 0; i < x.length; i++) {
            assertThat(result.inputGradients().get(0)[i])
                    .isCloseTo(expected.inputGradients().get(0)[i], within(1e-5f));
        }
    }

    @Test
    void aTapFarAwaySeesNothing() {
        DeformConv2d layer = DeformConv2d.of(1, 1, 1).withoutBias();
        Shape shape = Shape.of(1, 1, 2, 2);
        for (float far : new float[] {1e30f, -1e30f, 2.5f, -2.5f, Float.MAX_VALUE}) {
            SingleLayer.Result result = SingleLayer.train(
                    layer,
                    List.of(shape, Shape.of(1, 2, 2, 2)),
                    List.of(new float[] {1, 2, 3, 4}, new float[] {far, far, far, far, 0, 0, 0, 0}),
                    Map.of("weight", new float[] {1}),
                    new float[] {1, 1, 1, 1});
            assertThat(result.outputs().get(0)).containsExactly(0, 0, 0, 0);
            assertThat(result.inputGradients().get(0)).containsExactly(0, 0, 0, 0);
            assertThat(result.inputGradients().get(1)).containsOnly(0);
        }
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void itSaysWhatDoesNotFit() {
        DeformConv2d layer = DeformConv2d.of(4, 2, 3).withMask();
        Shape x = Shape.of(2, 4, 5, 5);
        Shape offset = Shape.of(2, 18, 3, 3);
        assertThat(layer.outputs(List.of(x, offset, Shape.of(2, 9, 3, 3)))).containsExactly(Shape.of(2, 2, 3, 3));
        assertThat(layer).hasToString("DeformConv2d[in=4, out=2, kernel=3]");
        refused(
                () -> layer.outputs(List.of(x, offset)),
                "DeformConv2d[in=4, out=2, kernel=3] expects 3 inputs, but it got 2.");
        refused(
                () -> layer.outputs(List.of(x, offset, offset)),
                "DeformConv2d[in=4, out=2, kernel=3] expects a mask of [2, 9, 3, 3], but got [2, 18, 3, 3].");
        refused(
                () -> layer.outputs(List.of(x, x, x)),
                "DeformConv2d[in=4, out=2, kernel=3] expects offsets of [2, 18, 3, 3], but got [2, 4, 5, 5].");
        assertThatThrownBy(() -> layer.outputs(List.of(Shape.of(2, 3, 5, 5), offset, offset)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("DeformConv2d[in=4, out=2, kernel=3] expects 4 channels, but its input is [2, 3, 5, 5].");
        refused(
                () -> layer.withOffsetGroups(3),
                "DeformConv2d expects in to be a multiple of offsetGroups, but in is 4 and offsetGroups is 3.");
        refused(
                () -> layer.withGroups(4),
                "DeformConv2d expects in and out to be multiples of groups, but in is 4, out is 2 and groups is 4.");
        refused(() -> DeformConv2d.of(1, 1, 0), "DeformConv2d expects kernel of at least 1, but kernel is 0.");
        assertThat(layer.withStride(2).withDilation(2).withPadding(1).parameters())
                .isEqualTo(Conv2d.of(4, 2, 3).parameters());
    }
}
