package io.convoy.engine.block;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Add;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Reshape;
import io.convoy.engine.layer.Softmax;
import io.convoy.engine.layer.Split;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Selective kernel convolution (Li et al. 2019): several receptive fields, of which each channel takes the mixture that suits
 * the image's scale.
 *
 * <pre>
 * u[b] = relu(bn(conv[b](x))): 3 × 3, dilation b + 1, b = 0 … branches − 1
 * z = relu(bn(fc(mean over positions of Σ_b u[b]))): [N, max(C / reduction, least)]
 * y[n,c] = Σ_b a[b,n,c] · u[b,n,c],  a = softmax over b of fcs[b](z)
 * x: [N, C, H, W] → y: [N, C, ⌊(H − 1) / stride⌋ + 1, …]
 * </pre>
 *
 * Parameters: {@code convs.b.conv} and {@code fc.conv} without biases, {@code convs.b.bn}, {@code fc.bn}, {@code fcs.b} with a bias if
 * {@code bias} says so.
 *
 * @param channels C, a multiple of {@code groups}
 * @param branches receptive fields: 3, 5, 7 …; 2 to 32; default 2
 * @param groups of each branch's convolution; default 32
 * @param reduction how many times fewer channels z has; default 16
 * @param least channels that z has at least; default 32
 * @param stride of each branch's convolution; default 1
 * @param bias whether fcs, the scores, have biases, which the paper's don't; default true
 */
public record SelectiveKernel(
        int channels, int branches, int groups, int reduction, int least, int stride, boolean bias) implements Block {
    /** The last one's taps are 32 pixels apart; a file that asks for a billion doesn't get them. */
    private static final int MOST_BRANCHES = 32;

    public SelectiveKernel {
        Expect.atLeast(1, "SelectiveKernel", "channels", channels);
        Expect.atLeast(2, "SelectiveKernel", "branches", branches);
        if (branches > MOST_BRANCHES) {
            throw new IllegalArgumentException("SelectiveKernel expects branches of at most " + MOST_BRANCHES
                    + ", but branches is " + branches + ".");
        }
        Expect.atLeast(1, "SelectiveKernel", "groups", groups);
        Expect.atLeast(1, "SelectiveKernel", "reduction", reduction);
        Expect.atLeast(1, "SelectiveKernel", "least", least);
        Expect.atLeast(1, "SelectiveKernel", "stride", stride);
        if (channels % groups != 0) {
            throw new IllegalArgumentException(
                    "SelectiveKernel expects channels to be a multiple of groups, but channels" + " is " + channels
                            + " and groups is " + groups + ".");
        }
    }

    /** With biases. */
    public SelectiveKernel(int channels, int branches, int groups, int reduction, int least, int stride) {
        this(channels, branches, groups, reduction, least, stride, true);
    }

    /** The paper's defaults, and biases. */
    public static SelectiveKernel of(int channels) {
        return new SelectiveKernel(channels, 2, 32, 16, 32, 1);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Expect.featureMaps(builder, name, this, channels, x);
        List<Port> fields = new ArrayList<>();
        Port sum = x;
        for (int b = 0; b < branches; b++) {
            Port u = branch(builder, name + ".convs." + b, b + 1, x);
            fields.add(u);
            sum = b == 0 ? u : builder.add(name + ".sum." + b, new Add(), sum, u);
        }
        Port z = builder.add(name + ".gap", AdaptiveAvgPool2d.of(1), sum);
        int squeezed = Math.max(channels / reduction, least);
        z = builder.add(name + ".fc.conv", Conv2d.of(channels, squeezed, 1).withoutBias(), z);
        z = builder.add(name + ".fc.bn", BatchNorm2d.of(squeezed), z);
        z = builder.add(name + ".fc.relu", new Relu(), z);
        List<Port> scores = new ArrayList<>();
        for (int b = 0; b < branches; b++) {
            Conv2d score = Conv2d.of(squeezed, channels, 1);
            scores.add(builder.add(name + ".fcs." + b, bias ? score : score.withoutBias(), z));
        }
        Port a = builder.add(name + ".scores", new Concat(branches, 1), scores.toArray(new Port[0]));
        a = builder.add(name + ".by_branch", Reshape.of(branches, channels), a);
        a = builder.add(name + ".softmax", new Softmax(1), a);
        builder.add(name + ".split", new Split(Collections.nCopies(branches, 1), 1), a);
        Port y = x;
        for (int b = 0; b < branches; b++) {
            Port weights = new Port(name + ".split", b);
            weights = builder.add(name + ".weights." + b, Reshape.of(channels, 1, 1), weights);
            Port weighed = builder.add(name + ".scale." + b, new Multiply(), fields.get(b), weights);
            y = b == 0 ? weighed : builder.add(name + ".add." + b, new Add(), y, weighed);
        }
        return y;
    }

    private Port branch(Network.Builder builder, String name, int dilation, Port x) {
        Conv2d conv = Conv2d.of(channels, channels, 3)
                .withStride(stride)
                .withPadding(dilation)
                .withDilation(dilation)
                .withGroups(groups)
                .withoutBias();
        Port u = builder.add(name + ".conv", conv, x);
        u = builder.add(name + ".bn", BatchNorm2d.of(channels), u);
        return builder.add(name + ".relu", new Relu(), u);
    }
}
