package io.convoy.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolingTest {
    private static final Window PLAIN = new Window(Pair.of(3), Pair.of(2), Pair.of(1), Pair.of(1), false);

    private static Shape output(Layer layer, int... input) {
        return layer.outputs(List.of(Shape.of(input))).get(0);
    }

    private static Window window(int kernel, int stride, int padding, int dilation, boolean ceil) {
        return new Window(Pair.of(kernel), Pair.of(stride), Pair.of(padding), Pair.of(dilation), ceil);
    }

    private static void refused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void poolsHaveTheirDefaults() {
        assertThat(MaxPool2d.of(2, 2)).isEqualTo(new MaxPool2d(window(2, 2, 0, 1, false)));
        assertThat(MaxPool2d.of(3, 2, 1)).isEqualTo(new MaxPool2d(PLAIN)).hasToString("MaxPool2d[kernel=3, stride=2]");
        assertThat(AvgPool2d.of(7, 1))
                .isEqualTo(new AvgPool2d(window(7, 1, 0, 1, false), true))
                .hasToString("AvgPool2d[kernel=7, stride=1]");
        assertThat(MaxPool2d.of(2, 2).parameters()).isEmpty();
        assertThat(AvgPool2d.of(2, 2).arity()).isOne();
    }

    @Test
    void impossibleWindowsAreRefused() {
        refused(() -> MaxPool2d.of(0, 2), "MaxPool2d expects kernel of at least 1, but kernel is 0.");
        refused(() -> MaxPool2d.of(2, 0), "MaxPool2d expects stride of at least 1, but stride is 0.");
        refused(() -> MaxPool2d.of(2, 2, -1), "MaxPool2d expects padding of at least 0, but padding is -1.");
        refused(
                () -> new MaxPool2d(window(2, 2, 0, 0, false)),
                "MaxPool2d expects dilation of at least 1, but dilation is 0.");
        refused(
                () -> MaxPool2d.of(3, 2, 2),
                "MaxPool2d expects padding of at most half the kernel, but padding is 2 and kernel is 3.");
        refused(
                () -> new AvgPool2d(new Window(new Pair(4, 2), Pair.of(1), new Pair(2, 2), Pair.of(1), false), true),
                "AvgPool2d expects padding of at most half the kernel, but padding is 2 and kernel is 4×2.");
        refused(
                () -> new AvgPool2d(window(2, 2, 0, 2, false), true),
                "AvgPool2d expects no dilation, but dilation is 2.");
        refused(() -> AvgPool2d.of(-2, 2), "AvgPool2d expects kernel of at least 1, but kernel is -2.");
    }

    @Test
    void poolsSayWhatDoesNotFit() {
        assertThatThrownBy(() -> output(MaxPool2d.of(2, 2), 32, 84))
                .isInstanceOf(ShapeException.class)
                .hasMessage("MaxPool2d[kernel=2, stride=2] expects [N, C, H, W], but its input is [32, 84]."
                        + " Maybe a Flatten comes too early.");
        assertThatThrownBy(() -> output(AvgPool2d.of(8, 8), 1, 64, 8, 7))
                .isInstanceOf(ShapeException.class)
                .hasMessage("AvgPool2d[kernel=8, stride=8] expects an input that its window of 8 fits into, but its"
                        + " input is [1, 64, 8, 7]. Maybe the network is too deep for so small an input, or a padding"
                        + " is missing.");
        assertThatThrownBy(() -> AvgPool2d.of(2, 2).outputs(List.of()))
                .hasMessage("AvgPool2d[kernel=2, stride=2] expects 1 input, but it got 0.");
    }

    @Test
    void outputsOfPoolsFollowPyTorchsFormula() {
        RandomStream random = Property.seed(PoolingTest.class).stream();
        int beyond = 0;
        for (int round = 0; round < 3000; round++) {
            Pair kernel = new Pair(1 + random.nextInt(5), 1 + random.nextInt(5));
            Pair stride = new Pair(1 + random.nextInt(5), 1 + random.nextInt(5));
            Pair padding = new Pair(random.nextInt(kernel.height() / 2 + 1), random.nextInt(kernel.width() / 2 + 1));
            Pair dilation = new Pair(1 + random.nextInt(3), 1 + random.nextInt(3));
            boolean ceil = random.nextInt(2) == 0;
            MaxPool2d layer = new MaxPool2d(new Window(kernel, stride, padding, dilation, ceil));
            int height = 1 + random.nextInt(16);
            int width = 1 + random.nextInt(16);
            int p = formula(height, kernel.height(), stride.height(), padding.height(), dilation.height(), ceil);
            int q = formula(width, kernel.width(), stride.width(), padding.width(), dilation.width(), ceil);
            String what = layer.window() + " on " + height + " × " + width;
            if (p < 1 || q < 1) {
                assertThatThrownBy(() -> output(layer, 2, 3, height, width))
                        .as(what)
                        .isInstanceOf(ShapeException.class);
            } else {
                assertThat(output(layer, 2, 3, height, width)).as(what).isEqualTo(Shape.of(2, 3, p, q));
                beyond += ceil && height + 2 * padding.height() < dilation.height() * (kernel.height() - 1) + 1 ? 1 : 0;
                if (dilation.equals(Pair.of(1))) {
                    assertThat(output(new AvgPool2d(layer.window(), false), 2, 3, height, width))
                            .isEqualTo(Shape.of(2, 3, p, q));
                }
            }
        }
        assertThat(beyond).as("windows larger than their inputs").isPositive();
    }

    /**
     * torch.nn.MaxPool2d's documentation: H_out = ⌊(H_in + 2·padding − dilation·(kernel − 1) − 1) / stride + 1⌋, ⌈…⌉ in ceil
     * mode, where windows that would start in the right border are ignored.
     */
    private static int formula(int length, int kernel, int stride, int padding, int dilation, boolean ceil) {
        double positions = (length + 2.0 * padding - dilation * (kernel - 1.0) - 1) / stride + 1;
        int whole = (int) (ceil ? Math.ceil(positions) : Math.floor(positions));
        return ceil && (whole - 1) * stride >= length + padding ? whole - 1 : whole;
    }

    @Test
    void inCeilModeAWindowMayBeLargerThanItsInput() {
        // torch.nn.MaxPool2d(3, 2, ceil_mode=True)(torch.zeros(1, 1, 2, 2)).shape is [1, 1, 1, 1].
        assertThat(output(new MaxPool2d(window(3, 2, 0, 1, true)), 1, 1, 2, 2)).isEqualTo(Shape.of(1, 1, 1, 1));
        assertThatThrownBy(() -> output(new MaxPool2d(window(3, 2, 0, 1, false)), 1, 1, 2, 2))
                .isInstanceOf(ShapeException.class);
    }
}
