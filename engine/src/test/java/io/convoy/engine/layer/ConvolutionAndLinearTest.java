package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionAndLinearTest {
    private static Shape output(Layer layer, int... input) {
        return layer.outputs(List.of(Shape.of(input))).get(0);
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void doesNotFit(Layer layer, List<Shape> inputs, String message) {
        assertThatThrownBy(() -> layer.outputs(inputs))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
    }

    @Test
    void convolutionsHaveTheirDefaults() {
        Conv2d layer = Conv2d.of(3, 8, 5);
        assertThat(layer)
                .isEqualTo(new Conv2d(3, 8, Pair.of(5), Pair.of(1), Pair.of(0), Pair.of(1), 1, true))
                .hasToString("Conv2d[in=3, out=8, kernel=5]");
        assertThat(layer.withStride(2).withPadding(1).withDilation(3).withoutBias())
                .isEqualTo(new Conv2d(3, 8, Pair.of(5), Pair.of(2), Pair.of(1), Pair.of(3), 1, false));
        assertThat(Conv2d.of(4, 8, 3).withGroups(4).groups()).isEqualTo(4);
        assertThat(layer.arity()).isOne();
    }

    @Test
    void impossibleConvolutionsAreRefused() {
        refused(() -> Conv2d.of(0, 8, 3), "Conv2d expects in of at least 1, but in is 0.");
        refused(() -> Conv2d.of(3, 0, 3), "Conv2d expects out of at least 1, but out is 0.");
        refused(() -> Conv2d.of(3, 8, 0), "Conv2d expects kernel of at least 1, but kernel is 0.");
        refused(
                () -> new Conv2d(3, 8, new Pair(3, 0), Pair.of(1), Pair.of(0), Pair.of(1), 1, true),
                "Conv2d expects kernel of at least 1, but kernel is 3×0.");
        refused(() -> Conv2d.of(3, 8, 3).withStride(0), "Conv2d expects stride of at least 1, but stride is 0.");
        refused(() -> Conv2d.of(3, 8, 3).withPadding(-1), "Conv2d expects padding of at least 0, but padding is -1.");
        refused(() -> Conv2d.of(3, 8, 3).withDilation(0), "Conv2d expects dilation of at least 1, but dilation is 0.");
        refused(() -> Conv2d.of(3, 8, 3).withGroups(0), "Conv2d expects groups of at least 1, but groups is 0.");
        refused(
                () -> Conv2d.of(3, 8, 3).withGroups(2),
                "Conv2d expects in and out to be multiples of groups, but in is 3, out is 8 and groups is 2.");
        refused(
                () -> Conv2d.of(4, 9, 3).withGroups(2),
                "Conv2d expects in and out to be multiples of groups, but in is 4, out is 9 and groups is 2.");
    }

    @Test
    void convolutionsSayWhatDoesNotFit() {
        Conv2d layer = Conv2d.of(3, 8, 3);
        doesNotFit(
                layer,
                List.of(Shape.of(32, 784)),
                "Conv2d[in=3, out=8, kernel=3] expects [N, C, H, W], but its input is [32, 784]."
                        + " Maybe a Flatten comes too early.");
        doesNotFit(
                layer,
                List.of(Shape.of(3, 8, 8)),
                "Conv2d[in=3, out=8, kernel=3] expects [N, C, H, W], but its input is [3, 8, 8].");
        doesNotFit(
                layer,
                List.of(Shape.of(32, 1, 8, 8)),
                "Conv2d[in=3, out=8, kernel=3] expects 3 channels, but its input is [32, 1, 8, 8].");
        doesNotFit(
                layer,
                List.of(Shape.of(32, 3, 8, 2)),
                "Conv2d[in=3, out=8, kernel=3] expects an input that its window of 3 fits into, but its input is"
                        + " [32, 3, 8, 2]. Maybe the network is too deep for so small an input, or a padding is missing.");
        doesNotFit(
                layer.withDilation(4),
                List.of(Shape.of(32, 3, 8, 8)),
                "Conv2d[in=3, out=8, kernel=3] expects an input that its window of 9 fits into, but its input is"
                        + " [32, 3, 8, 8]. Maybe the network is too deep for so small an input, or a padding is missing.");
        doesNotFit(layer, List.of(), "Conv2d[in=3, out=8, kernel=3] expects 1 input, but it got 0.");
        // 2 · padding is beyond an int.
        assertThatThrownBy(() -> output(layer.withPadding(Integer.MAX_VALUE), 1, 3, 8, 8))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void outputsOfConvolutionsFollowPyTorchsFormula() {
        RandomStream random = Property.seed(ConvolutionAndLinearTest.class).stream();
        int fitting = 0;
        for (int round = 0; round < 2000; round++) {
            int groups = 1 + random.nextInt(3);
            int in = groups * (1 + random.nextInt(3));
            int out = groups * (1 + random.nextInt(3));
            Pair kernel = pair(random, 1, 5);
            Pair stride = pair(random, 1, 4);
            Pair padding = pair(random, 0, 4);
            Pair dilation = pair(random, 1, 3);
            Conv2d layer = new Conv2d(in, out, kernel, stride, padding, dilation, groups, random.nextInt(2) == 0);
            int height = 1 + random.nextInt(20);
            int width = 1 + random.nextInt(20);
            int p = formula(height, kernel.height(), stride.height(), padding.height(), dilation.height());
            int q = formula(width, kernel.width(), stride.width(), padding.width(), dilation.width());
            if (p < 1 || q < 1) {
                assertThatThrownBy(() -> output(layer, 2, in, height, width)).isInstanceOf(ShapeException.class);
            } else {
                assertThat(output(layer, 2, in, height, width))
                        .as("%s on %s × %s", layer, height, width)
                        .isEqualTo(Shape.of(2, out, p, q));
                fitting++;
            }
            ParameterSpec weight = layer.parameters().get(0);
            assertThat(weight.shape()).isEqualTo(Shape.of(out, in / groups, kernel.height(), kernel.width()));
        }
        assertThat(fitting).isBetween(500, 1990);
    }

    private static Pair pair(RandomStream random, int least, int most) {
        return new Pair(least + random.nextInt(most - least + 1), least + random.nextInt(most - least + 1));
    }

    /** torch.nn.Conv2d's documentation: H_out = ⌊(H_in + 2·padding − dilation·(kernel − 1) − 1) / stride + 1⌋. */
    private static int formula(int length, int kernel, int stride, int padding, int dilation) {
        return (int) Math.floor((length + 2.0 * padding - dilation * (kernel - 1.0) - 1) / stride + 1);
    }

    @Test
    void parametersOfAConvolutionAreWeightAndBiasWithinOneOverTheRootOfTheFanIn() {
        Conv2d layer = new Conv2d(8, 6, new Pair(3, 5), Pair.of(1), Pair.of(0), Pair.of(1), 2, true);
        Initializer expected = new Initializer.Uniform(1 / Math.sqrt(8 / 2 * 3 * 5));
        assertThat(layer.parameters())
                .containsExactly(
                        new ParameterSpec("weight", Shape.of(6, 4, 3, 5), expected),
                        new ParameterSpec("bias", Shape.of(6), expected));
        assertThat(layer.withoutBias().parameters())
                .containsExactly(new ParameterSpec("weight", Shape.of(6, 4, 3, 5), expected));
    }

    @Test
    void fullyConnectedLayersAreTheirSizes() {
        Linear layer = Linear.of(784, 10);
        assertThat(layer).isEqualTo(new Linear(784, 10, true)).hasToString("Linear[in=784, out=10]");
        assertThat(output(layer, 32, 784)).isEqualTo(Shape.of(32, 10));
        Initializer expected = new Initializer.Uniform(1 / 28.0);
        assertThat(layer.parameters())
                .containsExactly(
                        new ParameterSpec("weight", Shape.of(10, 784), expected),
                        new ParameterSpec("bias", Shape.of(10), expected));
        assertThat(new Linear(784, 10, false).parameters())
                .containsExactly(new ParameterSpec("weight", Shape.of(10, 784), expected));
    }

    @Test
    void fullyConnectedLayersSayWhatDoesNotFit() {
        refused(() -> Linear.of(0, 10), "Linear expects in of at least 1, but in is 0.");
        refused(() -> Linear.of(10, -1), "Linear expects out of at least 1, but out is -1.");
        Linear layer = Linear.of(784, 10);
        doesNotFit(
                layer,
                List.of(Shape.of(32, 1, 28, 28)),
                "Linear[in=784, out=10] expects [N, 784], but its input is [32, 1, 28, 28]. Maybe a Flatten is missing.");
        doesNotFit(
                layer,
                List.of(Shape.of(32, 400)),
                "Linear[in=784, out=10] expects [N, 784], but its input is [32, 400].");
        doesNotFit(
                layer,
                List.of(Shape.of(1, 784), Shape.of(1, 784)),
                "Linear[in=784, out=10] expects 1 input, but it got 2.");
    }
}
