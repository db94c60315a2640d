package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Two-dimensional convolution (LeCun et al. 1989), as a cross-correlation like PyTorch's.
 *
 * <pre>
 * y[n,k,p,q] = bias[k] + Σ_{c,i,j} weight[k,c,i,j] · x[n, g·C/groups + c, p·stride + i·dilation − padding, …]
 * x: [N, in, H, W] → y: [N, out, ⌊(H + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, …], g = k's group
 * </pre>
 *
 * Parameters, uniform over ±1/√(in/groups · kernel height · kernel width) at first: {@code weight} [out, in/groups, kernel
 * height, kernel width], {@code bias} [out].
 *
 * @param in input channels, a multiple of {@code groups}
 * @param out output channels, a multiple of {@code groups}
 * @param kernel window
 * @param stride step; default 1
 * @param padding zeros on each side; default 0
 * @param dilation distance between the window's taps (Yu and Koltun 2016); default 1
 * @param groups independent groups of channels (Krizhevsky et al. 2012); {@code groups = in} is depthwise; default 1
 * @param bias whether a bias is added; default true
 */
public record Conv2d(int in, int out, Pair kernel, Pair stride, Pair padding, Pair dilation, int groups, boolean bias)
        implements Layer {
    public Conv2d {
        Expect.atLeast(1, "Conv2d", "in", in);
        Expect.atLeast(1, "Conv2d", "out", out);
        Expect.atLeast(1, "Conv2d", "kernel", kernel);
        Expect.atLeast(1, "Conv2d", "stride", stride);
        Expect.atLeast(0, "Conv2d", "padding", padding);
        Expect.atLeast(1, "Conv2d", "dilation", dilation);
        Expect.atLeast(1, "Conv2d", "groups", groups);
        if (in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException("Conv2d expects in and out to be multiples of groups, but in is " + in
                    + ", out is " + out + " and groups is " + groups + ".");
        }
    }

    /** A square window with stride 1, no padding and a bias. */
    public static Conv2d of(int in, int out, int kernel) {
        return new Conv2d(in, out, Pair.of(kernel), Pair.of(1), Pair.of(0), Pair.of(1), 1, true);
    }

    public Conv2d withStride(int stride) {
        return new Conv2d(in, out, kernel, Pair.of(stride), padding, dilation, groups, bias);
    }

    public Conv2d withPadding(int padding) {
        return new Conv2d(in, out, kernel, stride, Pair.of(padding), dilation, groups, bias);
    }

    public Conv2d withDilation(int dilation) {
        return new Conv2d(in, out, kernel, stride, padding, Pair.of(dilation), groups, bias);
    }

    public Conv2d withGroups(int groups) {
        return new Conv2d(in, out, kernel, stride, padding, dilation, groups, bias);
    }

    public Conv2d withoutBias() {
        return new Conv2d(in, out, kernel, stride, padding, dilation, groups, false);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (x.size(1) != in) {
            throw new ShapeException(this + " expects " + in + " channels, but its input is " + x + ".");
        }
        int height = Expect.slide(
                this, x, x.size(2), kernel.height(), stride.height(), padding.height(), dilation.height(), false);
        int width = Expect.slide(
                this, x, x.size(3), kernel.width(), stride.width(), padding.width(), dilation.width(), false);
        return List.of(Shape.of(x.size(0), out, height, width));
    }

    @Override
    public List<ParameterSpec> parameters() {
        long fanIn = (long) in / groups * kernel.height() * kernel.width();
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(new ParameterSpec(
                "weight",
                Shape.of(out, in / groups, kernel.height(), kernel.width()),
                Initializer.Uniform.fanIn(fanIn)));
        if (bias) {
            parameters.add(new ParameterSpec("bias", Shape.of(out), Initializer.Uniform.fanIn(fanIn)));
        }
        return parameters;
    }

    @Override
    public String toString() {
        return "Conv2d[in=" + in + ", out=" + out + ", kernel=" + kernel + "]";
    }
}
