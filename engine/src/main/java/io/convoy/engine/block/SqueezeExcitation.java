package io.convoy.engine.block;

import io.convoy.engine.layer.AdaptiveAvgPool2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Multiply;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Sigmoid;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;

/**
 * Squeeze-and-excitation (Hu et al. 2018): weighs each channel by what all channels hold on average.
 *
 * <pre>
 * y[n,c,h,w] = x[n,c,h,w] · gate(fc2(activation(fc1(s))))[n,c],  s[n,c] = mean of x[n,c,·,·]
 * x: [N, C, H, W] → y: [N, C, H, W]
 * </pre>
 *
 * Nodes and parameters have torchvision's names: {@code avgpool}, {@code fc1} [squeezed, C, 1, 1], {@code activation},
 * {@code fc2} [C, squeezed, 1, 1], {@code scale_activation}, and {@code scale}, the result.
 *
 * @param channels C
 * @param squeezed channels between fc1 and fc2; C / 16 in the paper
 * @param activation behind fc1; default ReLU
 * @param gate behind fc2; default sigmoid
 */
public record SqueezeExcitation(int channels, int squeezed, Layer activation, Layer gate) implements Block {
    public SqueezeExcitation {
        Expect.atLeast(1, "SqueezeExcitation", "channels", channels);
        Expect.atLeast(1, "SqueezeExcitation", "squeezed", squeezed);
    }

    /** With ReLU and sigmoid. */
    public static SqueezeExcitation of(int channels, int squeezed) {
        return new SqueezeExcitation(channels, squeezed, new Relu(), new Sigmoid());
    }

    @Override
    public Port addTo(Network.Builder builder, String name, Port x) {
        Expect.featureMaps(builder, name, this, channels, x);
        Port s = builder.add(name + ".avgpool", AdaptiveAvgPool2d.of(1), x);
        s = builder.add(name + ".fc1", Conv2d.of(channels, squeezed, 1), s);
        s = builder.add(name + ".activation", activation, s);
        s = builder.add(name + ".fc2", Conv2d.of(squeezed, channels, 1), s);
        s = builder.add(name + ".scale_activation", gate, s);
        return builder.add(name + ".scale", new Multiply(), x, s);
    }

    @Override
    public String toString() {
        return "SqueezeExcitation[channels=" + channels + ", squeezed=" + squeezed + "]";
    }
}
