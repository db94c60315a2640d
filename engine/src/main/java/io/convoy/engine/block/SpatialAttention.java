package io.convoy.engine.block;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Reduce;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/**
 * CBAM's attention to positions (Woo et al. 2018): weighs each position by mean and maximum over the channels around it.
 *
 * <pre>
 * y[n,c,h,w] = x[n,c,h,w] · sigmoid(bn(conv([mean over c of x; maximum over c of x])))[n,0,h,w], or without bn
 * x: [N, C, H, W] → y: [N, C, H, W]
 * </pre>
 *
 * Parameters: {@code conv.weight} [1, 2, kernel, kernel], the mean's channel first as in the paper, without a bias; and of
 * {@code bn}, a BatchNorm of one channel, if there is one.
 *
 * @param kernel window of the convolution, odd; default 7
 * @param batchNorm whether a BatchNorm follows the convolution; default false
 */
public record SpatialAttention(int kernel, boolean batchNorm) implements Block {
    public SpatialAttention {
        Expect.atLeast(1, "SpatialAttention", "kernel", kernel);
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("SpatialAttention expects an odd kernel, but kernel is " + kernel + ".");
        }
    }

    /** Without BatchNorm. */
    public SpatialAttention(int kernel) {
        this(kernel, false);
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Shape sample = builder.sample(x);
        if (sample.rank() != 3) {
            throw Expect.unfit(name, this, "[N, C, H, W]", sample);
        }
        Port mean = builder.add(name + ".mean", Reduce.mean(1), x);
        Port greatest = builder.add(name + ".max", Reduce.max(1), x);
        Port weights = builder.add(name + ".cat", new Concat(2, 1), mean, greatest);
        Conv2d conv = Conv2d.of(2, 1, kernel).withPadding(kernel / 2).withoutBias();
        weights = builder.add(name + ".conv", conv, weights);
        if (batchNorm) {
            weights = builder.add(name + ".bn", BatchNorm2d.of(1), weights);
        }
        weights = builder.add(name + ".sigmoid", new Sigmoid(), weights);
        return builder.add(name + ".scale", new Multiply(), x, weights);
    }
}
