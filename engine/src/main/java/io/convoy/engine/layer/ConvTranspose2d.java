package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Transposed convolution (Zeiler et al. 2010), the gradient of {@link Conv2d} with respect to its input: each value of x is laid
 * over the output as a multiple of the window.
 *
 * <pre>
 * y[n,k,p,q] = bias[k] + Σ weight[c, k mod out/groups, i, j] · x[n,c,h,w],  over p = h·stride + i·dilation − padding, …, c in k's group
 * x: [N, in, H, W] → y: [N, out, (H − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1, …]
 * </pre>
 *
 * Parameters, uniform over ±1/√(out/groups · kernel height · kernel width) at first: {@code weight} [in, out/groups, kernel
 * height, kernel width], {@code bias} [out].
 *
 * @param in input channels, a multiple of {@code groups}
 * @param out output channels, a multiple of {@code groups}
 * @param kernel window
 * @param stride step in the output; default 1
 * @param padding what is cut off on each side; default 0
 * @param outputPadding what is added below and on the right, less than the stride or the dilation; default 0
 * @param dilation distance between the window's taps; default 1
 * @param groups independent groups of channels; default 1
 * @param bias whether a bias is added; default true
 */
public record ConvTranspose2d(
        int in,
        int out,
        Pair kernel,
        Pair stride,
        Pair padding,
        Pair outputPadding,
        Pair dilation,
        int groups,
        boolean bias)
        implements Layer {
    public ConvTranspose2d {
        Expect.atLeast(1, "ConvTranspose2d", "in", in);
        Expect.atLeast(1, "ConvTranspose2d", "out", out);
        Expect.atLeast(1, "ConvTranspose2d", "kernel", kernel);
        Expect.atLeast(1, "ConvTranspose2d", "stride", stride);
        Expect.atLeast(0, "ConvTranspose2d", "padding", padding);
        Expect.atLeast(0, "ConvTranspose2d", "outputPadding", outputPadding);
        Expect.atLeast(1, "ConvTranspose2d", "dilation", dilation);
        Expect.atLeast(1, "ConvTranspose2d", "groups", groups);
        if (in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException(
                    "ConvTranspose2d expects in and out to be multiples of groups, but in is " + in + ", out is " + out
                            + " and groups is " + groups + ".");
        }
        if (outputPadding.height() >= Math.max(stride.height(), dilation.height())
                || outputPadding.width() >= Math.max(stride.width(), dilation.width())) {
            throw new IllegalArgumentException("ConvTranspose2d expects outputPadding below stride or dilation, but"
                    + " outputPadding is " + outputPadding + ", stride is " + stride + " and dilation is " + dilation
                    + ".");
        }
    }

    /** A square window that moves by {@code stride}. */
    public static ConvTranspose2d of(int in, int out, int kernel, int stride) {
        return new ConvTranspose2d(
                in, out, Pair.of(kernel), Pair.of(stride), Pair.of(0), Pair.of(0), Pair.of(1), 1, true);
    }

    public ConvTranspose2d withPadding(int padding) {
        return new ConvTranspose2d(in, out, kernel, stride, Pair.of(padding), outputPadding, dilation, groups, bias);
    }

    public ConvTranspose2d withOutputPadding(int outputPadding) {
        return new ConvTranspose2d(in, out, kernel, stride, padding, Pair.of(outputPadding), dilation, groups, bias);
    }

    public ConvTranspose2d withDilation(int dilation) {
        return new ConvTranspose2d(in, out, kernel, stride, padding, outputPadding, Pair.of(dilation), groups, bias);
    }

    public ConvTranspose2d withGroups(int groups) {
        return new ConvTranspose2d(in, out, kernel, stride, padding, outputPadding, dilation, groups, bias);
    }

    public ConvTranspose2d withoutBias() {
        return new ConvTranspose2d(in, out, kernel, stride, padding, outputPadding, dilation, groups, false);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.featureMaps(this, inputs);
        if (x.size(1) != in) {
            throw new ShapeException(this + " expects " + in + " channels, but its input is " + x + ".");
        }
        long height = length(
                x.size(2),
                kernel.height(),
                stride.height(),
                padding.height(),
                outputPadding.height(),
                dilation.height());
        long width = length(
                x.size(3), kernel.width(), stride.width(), padding.width(), outputPadding.width(), dilation.width());
        if (height < 1 || width < 1) {
            throw new ShapeException(this + " expects an input that its padding of " + padding
                    + " leaves something of, but its input is " + x + ".");
        }
        return List.of(Shape.of(x.size(0), out, Math.toIntExact(height), Math.toIntExact(width)));
    }

    private static long length(int size, int window, int step, int cut, int added, int gap) {
        return (size - 1L) * step - 2L * cut + (long) gap * (window - 1) + added + 1;
    }

    @Override
    public List<ParameterSpec> parameters() {
        long fanIn = (long) out / groups * kernel.height() * kernel.width();
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(new ParameterSpec(
                "weight",
                Shape.of(in, out / groups, kernel.height(), kernel.width()),
                Initializer.Uniform.fanIn(fanIn)));
        if (bias) {
            parameters.add(new ParameterSpec("bias", Shape.of(out), Initializer.Uniform.fanIn(fanIn)));
        }
        return parameters;
    }

    @Override
    public long macs(List<Shape> inputs) {
        return inputs.get(0).count() * (out / groups) * kernel.height() * kernel.width();
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.transposed(kernel, stride, padding, dilation);
    }

    @Override
    public String toString() {
        return "ConvTranspose2d[in=" + in + ", out=" + out + ", kernel=" + kernel + "]";
    }
}
