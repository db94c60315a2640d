package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Deformable convolution: each tap of the window is moved by an offset of its own (Dai et al. 2017) and, where {@code masked},
 * weighted (version 2, Zhu et al. 2019). Between pixels values are interpolated bilinearly; outside the input they are 0.
 *
 * <pre>
 * y[n,k,p,q] = bias[k] + Σ_{c,i,j} weight[k,c,i,j] · mask[n,t,p,q] · x(n, c, p·stride + i·dilation − padding + offset[n,2t,p,q],
 *                                                                     q·stride + j·dilation − padding + offset[n,2t+1,p,q])
 * t = o · kernel height · kernel width + i · kernel width + j, o = c's offset group
 * x: [N, in, H, W], offset: [N, 2 · offsetGroups · kernel height · kernel width, P, Q],
 * mask: [N, offsetGroups · kernel height · kernel width, P, Q] → y: [N, out, P, Q], P and Q as {@link Conv2d}'s
 * </pre>
 *
 * The layout is torchvision's; the mask is multiplied as it is. Usually another convolution computes offsets and mask. Parameters
 * and their first values are {@link Conv2d}'s: {@code weight} [out, in/groups, kernel height, kernel width], {@code bias} [out].
 *
 * @param in input channels, a multiple of {@code groups} and of {@code offsetGroups}
 * @param out output channels, a multiple of {@code groups}
 * @param kernel window
 * @param stride step; default 1
 * @param padding zeros on each side; default 0
 * @param dilation distance between the window's taps; default 1
 * @param groups independent groups of channels; default 1
 * @param offsetGroups groups of input channels that have offsets and mask of their own; default 1
 * @param masked whether the mask is a third input; default false
 * @param bias whether a bias is added; default true
 */
public record DeformConv2d(
        int in,
        int out,
        Pair kernel,
        Pair stride,
        Pair padding,
        Pair dilation,
        int groups,
        int offsetGroups,
        boolean masked,
        boolean bias)
        implements Layer {
    public DeformConv2d {
        Expect.atLeast(1, "DeformConv2d", "in", in);
        Expect.atLeast(1, "DeformConv2d", "out", out);
        Expect.atLeast(1, "DeformConv2d", "kernel", kernel);
        Expect.atLeast(1, "DeformConv2d", "stride", stride);
        Expect.atLeast(0, "DeformConv2d", "padding", padding);
        Expect.atLeast(1, "DeformConv2d", "dilation", dilation);
        Expect.atLeast(1, "DeformConv2d", "groups", groups);
        Expect.atLeast(1, "DeformConv2d", "offsetGroups", offsetGroups);
        if (in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException("DeformConv2d expects in and out to be multiples of groups, but in is "
                    + in + ", out is " + out + " and groups is " + groups + ".");
        }
        if (in % offsetGroups != 0) {
            throw new IllegalArgumentException("DeformConv2d expects in to be a multiple of offsetGroups, but in is "
                    + in + " and offsetGroups is " + offsetGroups + ".");
        }
    }

    /** A square window with stride 1, no padding and a bias, without a mask. */
    public static DeformConv2d of(int in, int out, int kernel) {
        return new DeformConv2d(in, out, Pair.of(kernel), Pair.of(1), Pair.of(0), Pair.of(1), 1, 1, false, true);
    }

    public DeformConv2d withStride(int stride) {
        return new DeformConv2d(
                in, out, kernel, Pair.of(stride), padding, dilation, groups, offsetGroups, masked, bias);
    }

    public DeformConv2d withPadding(int padding) {
        return new DeformConv2d(
                in, out, kernel, stride, Pair.of(padding), dilation, groups, offsetGroups, masked, bias);
    }

    public DeformConv2d withDilation(int dilation) {
        return new DeformConv2d(
                in, out, kernel, stride, padding, Pair.of(dilation), groups, offsetGroups, masked, bias);
    }

    public DeformConv2d withGroups(int groups) {
        return new DeformConv2d(in, out, kernel, stride, padding, dilation, groups, offsetGroups, masked, bias);
    }

    public DeformConv2d withOffsetGroups(int offsetGroups) {
        return new DeformConv2d(in, out, kernel, stride, padding, dilation, groups, offsetGroups, masked, bias);
    }

    /** Version 2. */
    public DeformConv2d withMask() {
        return new DeformConv2d(in, out, kernel, stride, padding, dilation, groups, offsetGroups, true, bias);
    }

    public DeformConv2d withoutBias() {
        return new DeformConv2d(in, out, kernel, stride, padding, dilation, groups, offsetGroups, masked, false);
    }

    @Override
    public int arity() {
        return masked ? 3 : 2;
    }

    /** Taps that have an offset. */
    public int taps() {
        return offsetGroups * kernel.height() * kernel.width();
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        if (inputs.size() != arity()) {
            throw new ShapeException(this + " expects " + arity() + " inputs, but it got " + inputs.size() + ".");
        }
        Shape x = Expect.featureMaps(this, inputs.subList(0, 1));
        if (x.size(1) != in) {
            throw new ShapeException(this + " expects " + in + " channels, but its input is " + x + ".");
        }
        int height = Expect.slide(
                this, x, x.size(2), kernel.height(), stride.height(), padding.height(), dilation.height(), false);
        int width = Expect.slide(
                this, x, x.size(3), kernel.width(), stride.width(), padding.width(), dilation.width(), false);
        requireShape("offsets", Shape.of(x.size(0), 2 * taps(), height, width), inputs.get(1));
        if (masked) {
            requireShape("a mask", Shape.of(x.size(0), taps(), height, width), inputs.get(2));
        }
        return List.of(Shape.of(x.size(0), out, height, width));
    }

    private void requireShape(String what, Shape expected, Shape actual) {
        if (!actual.equals(expected)) {
            throw new ShapeException(this + " expects " + what + " of " + expected + ", but got " + actual + ".");
        }
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

    /** Of the weights; interpolation counts nothing. */
    @Override
    public long macs(List<Shape> inputs) {
        return outputs(inputs).get(0).count() * (in / groups) * kernel.height() * kernel.width();
    }

    /** Offsets may point anywhere. */
    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return input == 0 ? Reach.WHOLE : Reach.SAME;
    }

    @Override
    public String toString() {
        return "DeformConv2d[in=" + in + ", out=" + out + ", kernel=" + kernel + "]";
    }
}
