package io.convoy.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.Property;
import io.convoy.engine.kernel.KernelException;
import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.AdaptiveMaxPool2d;
import io.convoy.engine.layer.AvgPool2d;
import io.convoy.engine.layer.Interpolation;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.MaxUnpool2d;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.layer.Upsample.Coordinates;
import io.convoy.engine.layer.Window;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pooling and interpolation against their formulas in float64, pixel by pixel, over seeded shapes. */
class SamplingTest {
    /** Sizes with one pixel, odd ones, and planes that share a tile with others or have one of their own. */
    private static final int[] LENGTHS = {1, 2, 3, 5, 8, 13, 31};

    /** The weight that input pixel (h, w) has in an output pixel (p, q) of a linear layer. */
    private interface Weight {
        double of(int p, int q, int h, int w);
    }

    private static int one(int[] of, RandomStream random) {
        return of[random.nextInt(of.length)];
    }

    private static Shape shape(RandomStream random) {
        return Shape.of(1 + random.nextInt(3), 1 + random.nextInt(5), one(LENGTHS, random), one(LENGTHS, random));
    }

    private static SingleLayer.Result train(Layer layer, Shape shape, float[] x, float[] dy) {
        return SingleLayer.train(layer, List.of(shape), List.of(x), Map.of(), dy);
    }

    private static void same(String what, float[] actual, double[] expected) {
        assertThat(actual).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("%s[%s]", what, i)
                    .isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static void checkLinear(Layer layer, Shape shape, RandomStream random, Weight weight) {
        Shape y = layer.outputs(List.of(shape)).get(0);
        float[] x = SingleLayer.values(shape, random);
        float[] dy = SingleLayer.values(y, random);
        SingleLayer.Result result = train(layer, shape, x, dy);
        double[] expected = new double[dy.length];
        double[] gradient = new double[x.length];
        int plane = shape.size(2) * shape.size(3);
        int yPlane = y.size(2) * y.size(3);
        for (int o = 0; o < yPlane; o++) {
            for (int i = 0; i < plane; i++) {
                double by = weight.of(o / y.size(3), o % y.size(3), i / shape.size(3), i % shape.size(3));
                for (int c = 0; c < shape.size(0) * shape.size(1); c++) {
                    expected[c * yPlane + o] += by * x[c * plane + i];
                    gradient[c * plane + i] += by * dy[c * yPlane + o];
                }
            }
        }
        same(layer + " of " + shape, result.outputs().get(0), expected);
        same(layer + " gradient of " + shape, result.inputGradients().get(0), gradient);
        assertThat(inferred(layer, shape, x)).isEqualTo(result.outputs().get(0));
    }

    private static double cubic(double distance, double a) {
        double d = Math.abs(distance);
        if (d <= 1) {
            return (a + 2) * d * d * d - (a + 3) * d * d + 1;
        }
        return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
    }

    /** What PyTorch's mode gives a pixel, its exceptions for whole factors aside; what neighbour {@code at} − 1 … + 2 beyond the border gives goes to the border. */
    private static double weight(
            Upsample.Mode mode, boolean corners, boolean antialias, int p, int h, int in, int out, double factor) {
        double scale = corners ? (out > 1 ? (in - 1.0) / (out - 1) : 0) : 1 / factor;
        double at = corners && !antialias ? p * scale : (p + 0.5) * scale - 0.5;
        if (mode == Upsample.Mode.NEAREST) {
            return Math.min((int) (p * (float) scale), in - 1) == h ? 1 : 0;
        }
        if (mode == Upsample.Mode.NEAREST_EXACT) {
            return Math.min((int) ((float) (p + 0.5) * (float) scale), in - 1) == h ? 1 : 0;
        }
        if (antialias) {
            // aten/src/ATen/native/cpu/UpSampleKernel.cpp, _compute_indices_min_size_weights_aa
            double all = 0;
            for (int i = 0; i < in; i++) {
                all += filter(mode, (i - at) / Math.max(1, scale));
            }
            return filter(mode, (h - at) / Math.max(1, scale)) / all;
        }
        if (mode == Upsample.Mode.BILINEAR) {
            at = Math.min(Math.max(at, 0), in - 1);
            return Math.max(0, 1 - Math.abs(at - h));
        }
        double sum = 0;
        int floor = Math.min((int) Math.floor(at), in - 1);
        double fraction = Math.min(at - floor, 1);
        for (int i = floor - 1; i <= floor + 2; i++) {
            if (Math.max(0, Math.min(i, in - 1)) == h) {
                sum += cubic(floor + fraction - i, -0.75);
            }
        }
        return sum;
    }

    private static double filter(Upsample.Mode mode, double distance) {
        return mode == Upsample.Mode.BILINEAR ? Math.max(0, 1 - Math.abs(distance)) : cubic(distance, -0.5);
    }

    @Test
    void interpolationIsItsFormula() {
        RandomStream random = Property.seed(SamplingTest.class).stream();
        for (int round = 0; round < 120; round++) {
            Shape shape = shape(random);
            Upsample.Mode mode = List.of(Upsample.Mode.values()).get(round % 4);
            boolean weighs = mode == Upsample.Mode.BILINEAR || mode == Upsample.Mode.BICUBIC;
            boolean corners = weighs && random.nextInt(2) == 0;
            boolean antialias = weighs && random.nextInt(2) == 0;
            Upsample layer = random.nextInt(2) == 0
                    ? Upsample.toSize(mode, 1 + random.nextInt(20), 1 + random.nextInt(20))
                    : Upsample.by(
                            mode,
                            (1 + random.nextDouble()) * (shape.size(2) == 1 ? 1 : random.nextDouble(0.5, 2)),
                            1 + random.nextDouble());
            layer = corners ? layer.withAlignedCorners() : layer;
            layer = antialias ? layer.withAntialias() : layer;
            Shape y = layer.outputs(List.of(shape)).get(0);
            double height = layer.along(2, shape, y).factor();
            double width = layer.along(3, shape, y).factor();
            checkLinear(
                    layer,
                    shape,
                    random,
                    (p, q, h, w) -> weight(mode, corners, antialias, p, h, shape.size(2), y.size(2), height)
                            * weight(mode, corners, antialias, q, w, shape.size(3), y.size(3), width));
        }
    }

    /**
     * The numbers 1 to 16 in a square, as ONNX's documentation of Resize has them resampled (its tests
     * resize_downsample_scales_cubic, …_align_corners, …_A_n0p5_exclude_outside, …_antialias, and
     * resize_downsample_sizes_linear_antialias).
     */
    @Test
    void interpolationGivesOnnxsPublishedNumbers() {
        Upsample.Scale tight = new Upsample.Scale(0.8, 0.8);
        square(new Upsample(Interpolation.CUBIC, Coordinates.HALF_PIXEL, null, tight), new double[] {
            1.47119141, 2.78125, 4.08251953, 6.71142578, 8.02148438, 9.32275391, 11.91650391, 13.2265625, 14.52783203
        });
        square(new Upsample(Interpolation.CUBIC, Coordinates.ALIGNED_UNROUNDED, null, tight), new double[] {
            1, 2.39519159, 3.79038317, 6.58076634, 7.97595793, 9.37114951, 12.16153268, 13.55672427, 14.95191585
        });
        square(
                new Upsample(
                        new Interpolation.Cubic(-0.5, false, Interpolation.Border.LEFT_OUT),
                        Coordinates.HALF_PIXEL,
                        null,
                        tight),
                new double[] {
                    1.36812675,
                    2.6695014,
                    4.0133367,
                    6.57362535,
                    7.875,
                    9.2188353,
                    11.94896657,
                    13.25034122,
                    14.59417652
                });
        square(
                new Upsample(
                        new Interpolation.Cubic(-0.75, true, Interpolation.Border.REPEATED),
                        Coordinates.HALF_PIXEL,
                        null,
                        new Upsample.Scale(0.6, 0.6)),
                new double[] {2.5180721, 4.2858863, 9.589329, 11.357142});
        square(
                new Upsample(
                        new Interpolation.Linear(true, Interpolation.Border.REPEATED),
                        Coordinates.HALF_PIXEL,
                        Pair.of(3),
                        null),
                new double[] {2.3636363, 3.590909, 4.818182, 7.2727275, 8.5, 9.727273, 12.181818, 13.409091, 14.636364
                });
    }

    private static void square(Upsample layer, double[] expected) {
        float[] x = new float[16];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
        }
        same(layer.toString(), inferred(layer, Shape.of(1, 1, 4, 4), x), expected);
    }

    private static float[] inferred(Layer layer, Shape shape, float... x) {
        return SingleLayer.run(
                        layer,
                        Purpose.inference(shape.size(0)),
                        new Seed(1),
                        List.of(shape),
                        List.of(x),
                        Map.of(),
                        new float[0])
                .outputs()
                .get(0);
    }

    /** Numbers that libtorch 2.10 gave. */
    @Test
    void interpolationGivesPyTorchsNumbers() {
        torch(Upsample.toSize(Upsample.Mode.NEAREST_EXACT, 2, 7), 3, 5, new double[] {
            0, 7, 7, 3, 10, 10, 6, 4, 0, 0, 7, 3, 3, 10
        });
        torch(Upsample.toSize(Upsample.Mode.BICUBIC, 4, 3), 3, 5, new double[] {
            2.282372, 2.8564453, 7.79702, 3.9330883, 4.0595703, 6.1017413, 3.8982582, 5.9404297, 6.066909, 2.2029817,
            7.1435547, 7.717625
        });
        torch(Upsample.toSize(Upsample.Mode.BILINEAR, 2, 3).withAntialias(), 5, 7, new double[] {
            4.392857, 5.352942, 4.6071434, 4.642857, 5.2941175, 4.4642854
        });
        torch(Upsample.toSize(Upsample.Mode.BICUBIC, 2, 3).withAntialias(), 5, 7, new double[] {
            4.408134, 5.369139, 4.6702776, 4.7221565, 5.271947, 4.4355607
        });
        torch(Upsample.by(Upsample.Mode.BICUBIC, 0.45, 1.3).withAntialias(), 5, 7, new double[] {
            3.786204, 4.066109, 4.511668, 5.487454, 7.3072143, 4.0341926, 3.1826684, 4.6638007, 6.320543, 7.4301457,
            4.2416973, 3.0361755, 4.5518928, 5.827428, 6.697318, 4.847067, 3.4055963, 4.903459
        });
        torch(Upsample.toSize(Upsample.Mode.BILINEAR, 2, 3).withAntialias().withAlignedCorners(), 5, 7, new double[] {
            4.7546296, 4.975309, 4.9629626, 4.736111, 4.8888893, 4.333334
        });
    }

    /** Of pixels (7i) mod 11. */
    private static void torch(Upsample layer, int height, int width, double[] expected) {
        float[] x = new float[height * width];
        for (int i = 0; i < x.length; i++) {
            x[i] = i * 7 % 11;
        }
        same(layer.toString(), inferred(layer, Shape.of(1, 1, height, width), x), expected);
    }

    /** Without exceptions 1.2 would move the pixels of 2, and 2.4 would repeat the first of 3 a third time. */
    @Test
    void aFactorAloneCountsAsTheLengthsWhereTheyStayOrDouble() {
        Shape two = Shape.of(1, 1, 1, 2);
        assertThat(inferred(Upsample.by(Upsample.Mode.BILINEAR, 1, 1.2), two, 1, 2))
                .containsExactly(1, 2);
        assertThat(inferred(Upsample.by(Upsample.Mode.NEAREST, 1, 1.2), two, 1, 2))
                .containsExactly(1, 2);
        assertThat(inferred(Upsample.by(Upsample.Mode.BICUBIC, 1, 1.2).withAntialias(), two, 1, 2))
                .containsExactly(1, 2);
        assertThat(inferred(Upsample.by(Upsample.Mode.BICUBIC, 1, 1.2), two, 1, 2)[1])
                .isNotEqualTo(2);
        assertThat(inferred(Upsample.by(Upsample.Mode.NEAREST, 1, 2.2), Shape.of(1, 1, 1, 4), 1, 2, 3, 4))
                .containsExactly(1, 1, 2, 2, 3, 3, 4, 4);
        Upsample exact =
                new Upsample(Interpolation.NEAREST, Coordinates.ASYMMETRIC, new Pair(1, 8), new Upsample.Scale(1, 2.2));
        assertThat(inferred(exact, Shape.of(1, 1, 1, 4), 1, 2, 3, 4)).containsExactly(1, 1, 1, 2, 2, 3, 3, 4);
        Upsample moved =
                new Upsample(Interpolation.LINEAR, Coordinates.HALF_PIXEL, new Pair(1, 2), new Upsample.Scale(1, 1.25));
        assertThat(inferred(moved, two, 1, 2)).containsExactly(1, 1.7f);
    }

    private static boolean adapts(int p, int h, int in, int out) {
        return h >= Math.floor((double) p * in / out) && h < Math.ceil((p + 1.0) * in / out);
    }

    private static int count(int p, int in, int out) {
        int count = 0;
        for (int h = 0; h < in; h++) {
            count += adapts(p, h, in, out) ? 1 : 0;
        }
        return count;
    }

    @Test
    void anAdaptiveMeanIsItsFormula() {
        RandomStream random = Property.seed(SamplingTest.class).stream();
        for (int round = 0; round < 40; round++) {
            Shape x = shape(random);
            Pair out = new Pair(one(LENGTHS, random), one(LENGTHS, random));
            checkLinear(
                    new AdaptiveAvgPool2d(out),
                    x,
                    random,
                    (p, q, h, w) -> adapts(p, h, x.size(2), out.height()) && adapts(q, w, x.size(3), out.width())
                            ? 1.0 / (count(p, x.size(2), out.height()) * count(q, x.size(3), out.width()))
                            : 0);
        }
    }

    private static Window window(RandomStream random, boolean dilated) {
        Pair kernel = new Pair(1 + random.nextInt(4), 1 + random.nextInt(4));
        return new Window(
                kernel,
                new Pair(1 + random.nextInt(3), 1 + random.nextInt(3)),
                new Pair(random.nextInt(kernel.height() / 2 + 1), random.nextInt(kernel.width() / 2 + 1)),
                dilated ? new Pair(1 + random.nextInt(3), 1 + random.nextInt(3)) : Pair.of(1),
                random.nextInt(2) == 0);
    }

    private static boolean fits(Layer layer, Shape shape) {
        try {
            layer.outputs(List.of(shape));
            return true;
        } catch (ShapeException e) {
            return false;
        }
    }

    /** aten/src/ATen/native/cpu/AvgPoolKernel.cpp: the divisor counts the border, but nothing beyond it. */
    private static double share(AvgPool2d layer, int p, int q, int h, int w, Shape x) {
        Window window = layer.window();
        int top = p * window.stride().height() - window.padding().height();
        int left = q * window.stride().width() - window.padding().width();
        int bottom = Math.min(
                top + window.kernel().height(), x.size(2) + window.padding().height());
        int right = Math.min(
                left + window.kernel().width(), x.size(3) + window.padding().width());
        if (h < top || h >= bottom || w < left || w >= right) {
            return 0;
        }
        Integer divisor = layer.divisorOverride();
        if (divisor != null) {
            return 1.0 / divisor;
        }
        int count = layer.countIncludePad()
                ? (bottom - top) * (right - left)
                : (Math.min(bottom, x.size(2)) - Math.max(top, 0)) * (Math.min(right, x.size(3)) - Math.max(left, 0));
        return 1.0 / count;
    }

    @Test
    void aMeanOverWindowsIsItsFormula() {
        RandomStream random = Property.seed(SamplingTest.class).stream();
        for (int round = 0; round < 60; round++) {
            Shape x = shape(random);
            AvgPool2d layer = new AvgPool2d(
                    window(random, false),
                    random.nextInt(2) == 0,
                    random.nextInt(3) == 0 ? (Integer) (1 + random.nextInt(9)) : null);
            if (fits(layer, x)) {
                checkLinear(layer, x, random, (p, q, h, w) -> share(layer, p, q, h, w, x));
            }
        }
    }

    /** Whether output position p sees input position h. */
    private interface Sees {
        boolean at(int p, int h);
    }

    private static void checkMaximum(
            Layer layer, Shape shape, boolean indices, RandomStream random, Sees rows, Sees columns) {
        Shape y = layer.outputs(List.of(shape)).get(0);
        float[] x = SingleLayer.values(shape, random);
        for (int i = 0; i < x.length; i++) {
            // Halves, so that there are equal ones.
            x[i] = Math.round(2 * x[i]) / 2f;
        }
        float[] dy = SingleLayer.values(y, random);
        SingleLayer.Result result = train(layer, shape, x, dy);
        int plane = shape.size(2) * shape.size(3);
        int yPlane = y.size(2) * y.size(3);
        double[] expected = new double[dy.length];
        double[] places = new double[dy.length];
        double[] gradient = new double[x.length];
        Arrays.fill(expected, Double.NEGATIVE_INFINITY);
        Arrays.fill(places, -1);
        for (int o = 0; o < dy.length; o++) {
            int c = o / yPlane;
            for (int i = 0; i < plane; i++) {
                if (rows.at(o % yPlane / y.size(3), i / shape.size(3))
                        && columns.at(o % y.size(3), i % shape.size(3))
                        && x[c * plane + i] > expected[o]) {
                    expected[o] = x[c * plane + i];
                    places[o] = i;
                }
            }
            if (places[o] >= 0) {
                gradient[c * plane + (int) places[o]] += dy[o];
            }
        }
        assertThat(result.outputs()).hasSize(indices ? 2 : 1);
        same(layer + " of " + shape, result.outputs().get(0), expected);
        if (indices) {
            same(layer + " places of " + shape, result.outputs().get(1), places);
        }
        same(layer + " gradient of " + shape, result.inputGradients().get(0), gradient);
    }

    private static Sees sliding(int kernel, int stride, int padding, int dilation) {
        return (p, h) -> {
            int beyond = h - (p * stride - padding);
            return beyond >= 0 && beyond % dilation == 0 && beyond / dilation < kernel;
        };
    }

    @Test
    void aMaximumOverWindowsIsItsFormula() {
        RandomStream random = Property.seed(SamplingTest.class).stream();
        for (int round = 0; round < 80; round++) {
            Shape x = shape(random);
            Window window = window(random, true);
            boolean indices = round % 2 == 0;
            MaxPool2d layer = new MaxPool2d(window, indices);
            if (fits(layer, x)) {
                checkMaximum(
                        layer,
                        x,
                        indices,
                        random,
                        sliding(
                                window.kernel().height(),
                                window.stride().height(),
                                window.padding().height(),
                                window.dilation().height()),
                        sliding(
                                window.kernel().width(),
                                window.stride().width(),
                                window.padding().width(),
                                window.dilation().width()));
            }
        }
    }

    @Test
    void anAdaptiveMaximumIsItsFormula() {
        RandomStream random = Property.seed(SamplingTest.class).stream();
        for (int round = 0; round < 40; round++) {
            Shape x = shape(random);
            Pair out = new Pair(one(LENGTHS, random), one(LENGTHS, random));
            boolean indices = round % 2 == 0;
            checkMaximum(
                    new AdaptiveMaxPool2d(out, indices),
                    x,
                    indices,
                    random,
                    (p, h) -> adapts(p, h, x.size(2), out.height()),
                    (q, w) -> adapts(q, w, x.size(3), out.width()));
        }
    }

    @Test
    void notANumberIsTheMaximum() {
        MaxPool2d pool = MaxPool2d.of(2, 2).withIndices();
        Shape shape = Shape.of(1, 1, 2, 4);
        float[] x = {1, Float.NaN, Float.NaN, 2, 3, 0, 5, Float.NaN};
        SingleLayer.Result result = train(pool, shape, x, new float[] {1, 1});
        assertThat(result.outputs().get(0)).containsExactly(Float.NaN, Float.NaN);
        // torch.max_pool2d_with_indices tells the last one.
        assertThat(result.outputs().get(1)).containsExactly(1, 7);
    }

    /** Windows that see equal infinities, an infinity and NaN, or numbers that differ by the least that floats can. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16})
    void extremeValuesHaveTheirPlaces(int channels) {
        float infinity = Float.POSITIVE_INFINITY;
        float[][] windows = {
            {infinity, 1, infinity, 2},
            {-infinity, -infinity, -infinity, -infinity},
            {-infinity, -infinity, -infinity, -1},
            {infinity, Float.NaN, 5, infinity},
            {0, 0, Float.MIN_VALUE, 0},
            {-Float.MAX_VALUE, 0, -0f, Float.MAX_VALUE},
            {-0f, 0, 0, 0},
        };
        int[] places = {0, 0, 3, 1, 2, 3, 0};
        Shape shape = Shape.of(windows.length, channels, 2, 2);
        float[] x = new float[Math.toIntExact(shape.count())];
        for (int i = 0; i < x.length; i++) {
            x[i] = windows[i / (4 * channels)][i % 4];
        }
        SingleLayer.Result result =
                train(MaxPool2d.of(2, 2).withIndices(), shape, x, new float[windows.length * channels]);
        for (int i = 0; i < windows.length * channels; i++) {
            float[] window = windows[i / channels];
            int place = places[i / channels];
            assertThat(result.outputs().get(1)[i]).as(Arrays.toString(window)).isEqualTo(place);
            // −0 is 0 here.
            assertThat(Float.valueOf(result.outputs().get(0)[i] + 0f))
                    .as(Arrays.toString(window))
                    .isEqualTo(Float.valueOf(window[place] + 0f));
        }
    }

    @Test
    void blocksOfChannelsHaveMaximaOfTheirOwn() {
        RandomStream random = Property.seed(SamplingTest.class).stream();
        Shape x = Shape.of(2, 32, 9, 11);
        checkMaximum(MaxPool2d.of(3, 2, 1).withIndices(), x, true, random, sliding(3, 2, 1, 1), sliding(3, 2, 1, 1));
    }

    @Test
    void unpoolingPutsEachValueWhereItCameFrom() {
        MaxUnpool2d layer = MaxUnpool2d.of(2, 2).withOutputSize(3, 4);
        Shape shape = Shape.of(2, 1, 1, 2);
        float[] x = {1, 2, 3, 4};
        float[] places = {5, 2, 0, 11};
        float[] dy = new float[24];
        for (int i = 0; i < dy.length; i++) {
            dy[i] = i;
        }
        SingleLayer.Result result = SingleLayer.train(layer, List.of(shape, shape), List.of(x, places), Map.of(), dy);
        float[] expected = new float[24];
        expected[5] = 1;
        expected[2] = 2;
        expected[12] = 3;
        expected[23] = 4;
        assertThat(result.outputs().get(0)).isEqualTo(expected);
        assertThat(result.inputGradients().get(0)).containsExactly(5, 2, 12, 23);
        assertThat(result.inputGradients().get(1)).containsExactly(0, 0, 0, 0);
    }

    @Test
    void unpoolingIsTheWayBackOfPooling() {
        RandomStream random = new Seed(4).stream();
        Shape shape = Shape.of(2, 3, 6, 8);
        float[] x = SingleLayer.values(shape, random);
        MaxPool2d pool = MaxPool2d.of(2, 2).withIndices();
        SingleLayer.Result pooled = train(pool, shape, x, new float[2 * 3 * 12]);
        Shape small = Shape.of(2, 3, 3, 4);
        float[] back = SingleLayer.train(
                        MaxUnpool2d.of(2, 2), List.of(small, small), pooled.outputs(), Map.of(), new float[x.length])
                .outputs()
                .get(0);
        int kept = 0;
        for (int i = 0; i < x.length; i++) {
            assertThat(back[i]).isIn(0f, x[i]);
            kept += back[i] == x[i] ? 1 : 0;
        }
        assertThat(kept).isEqualTo(x.length / 4);
    }

    @Test
    void indicesThatAreNoneAreRefused() {
        Shape shape = Shape.of(1, 1, 1, 2);
        for (float wrong : new float[] {8, -1, 0.5f, Float.NaN}) {
            assertThatThrownBy(() -> SingleLayer.train(
                            MaxUnpool2d.of(2, 2),
                            List.of(shape, shape),
                            List.of(new float[2], new float[] {0, wrong}),
                            Map.of(),
                            new float[8]))
                    .isInstanceOf(KernelException.class)
                    .hasMessage("MaxUnpool2d[kernel=2, stride=2] expects whole indices from 0 to 7, but one is " + wrong
                            + ". Maybe they come from a pool of larger feature maps.");
        }
    }
}
