package io.convoy.engine.block;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;

/** The checks that blocks share, with messages in one form. */
final class Expect {
    private Expect() {}

    static void atLeast(int least, String block, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    block + " expects " + name + " of at least " + least + ", but " + name + " is " + value + ".");
        }
    }

    /** The shape of one sample of {@code x}, which must be feature maps of {@code channels} channels: [C, H, W]. */
    static Shape featureMaps(Network.Builder builder, String name, Block block, int channels, Port x) {
        Shape sample = builder.sample(x);
        if (sample.rank() != 3 || sample.size(0) != channels) {
            throw unfit(name, block, "[N, " + channels + ", H, W]", sample);
        }
        return sample;
    }

    static ShapeException unfit(String name, Block block, String expected, Shape sample) {
        return new ShapeException("Block " + name + ": " + block + " expects " + expected + ", but its input is "
                + sample.batched(1) + ".");
    }
}
