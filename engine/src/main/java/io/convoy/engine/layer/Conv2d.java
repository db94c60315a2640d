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
 * @param border zeros on each side, or {@link Padding#SAME}, which needs a stride of 1; default 0
 * @param dilation distance between the window's taps (Yu and Koltun 2016); default 1
 * @param groups independent groups of channels (Krizhevsky et al. 2012); {@code groups = in} is depthwise; default 1
 * @param bias whether a bias is added; default true
 */
public record Conv2d(int in, int out, Pair kernel, Pair stride, Padding border, Pair dilation, int groups, boolean bias)
        implements Layer {
    public Conv2d {
        Expect.atLeast(1, "Conv2d", "in", in);
        Expect.atLeast(1, "Conv2d", "out", out);
        Expect.atLeast(1, "Conv2d", "kernel", kernel);
        Expect.atLeast(1, "Conv2d", "stride", stride);
        Expect.atLeast(1, "Conv2d", "dilation", dilation);
        Expect.atLeast(0, "Conv2d", "padding", border.before(kernel, dilation));
        Expect.atLeast(0, "Conv2d", "padding", border.after(kernel, dilation));
        if (border instanceof Padding.Same && !stride.equals(Pair.of(1))) {
            throw new IllegalArgumentException(
                    "Conv2d expects a stride of 1 where its padding is the same, but stride is " + stride + ".");
        }
        Expect.atLeast(1, "Conv2d", "groups", groups);
        if (in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException("Conv2d expects in and out to be multiples of groups, but in is " + in
                    + ", out is " + out + " and groups is " + groups + ".");
        }
    }

    /** With the same zeros on both sides. */
    public Conv2d(int in, int out, Pair kernel, Pair stride, Pair padding, Pair dilation, int groups, boolean bias) {
        this(in, out, kernel, stride, Padding.of(padding), dilation, groups, bias);
    }

    /** A square window with stride 1, no padding and a bias. */
    public static Conv2d of(int in, int out, int kernel) {
        return of(in, out, Pair.of(kernel));
    }

    /** A window with stride 1, no padding and a bias. */
    public static Conv2d of(int in, int out, Pair kernel) {
        return new Conv2d(in, out, kernel, Pair.of(1), Pair.of(0), Pair.of(1), 1, true);
    }

    public Conv2d withStride(int stride) {
        return withStride(Pair.of(stride));
    }

    public Conv2d withStride(Pair stride) {
        return new Conv2d(in, out, kernel, stride, border, dilation, groups, bias);
    }

    public Conv2d withPadding(int padding) {
        return withPadding(Pair.of(padding));
    }

    public Conv2d withPadding(Pair padding) {
        return withPadding(Padding.of(padding));
    }

    public Conv2d withPadding(Padding padding) {
        return new Conv2d(in, out, kernel, stride, padding, dilation, groups, bias);
    }

    public Conv2d withDilation(int dilation) {
        return withDilation(Pair.of(dilation));
    }

    public Conv2d withDilation(Pair dilation) {
        return new Conv2d(in, out, kernel, stride, border, dilation, groups, bias);
    }

    public Conv2d withGroups(int groups) {
        return new Conv2d(in, out, kernel, stride, border, dilation, groups, bias);
    }

    /** Zeros above and on the left. */
    public Pair padding() {
        return border.before(kernel, dilation);
    }

    /** Zeros below and on the right. */
    public Pair paddingAfter() {
        return border.after(kernel, dilation);
    }

    public Conv2d withoutBias() {
        return new Conv2d(in, out, kernel, stride, border, dilation, groups, false);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (x.size(1) != in) {
            throw new ShapeException(this + " expects " + in + " channels, but its input is " + x + ".");
        }
        Pair before = padding();
        Pair after = paddingAfter();
        int height = Expect.slide(
                this,
                x,
                2,
                kernel.height(),
                stride.height(),
                (long) before.height() + after.height(),
                dilation.height());
        int width = Expect.slide(
                this, x, 3, kernel.width(), stride.width(), (long) before.width() + after.width(), dilation.width());
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
    public long macs(List<Shape> inputs) {
        return outputs(inputs).get(0).count() * (in / groups) * kernel.height() * kernel.width();
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.window(kernel, stride, padding(), dilation);
    }

    @Override
    public String toString() {
        return "Conv2d[in=" + in + ", out=" + out + ", kernel=" + kernel + "]";
    }
}
