package io.convoy.engine.zoo;

import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Concat;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.ConvTranspose2d;
import io.convoy.engine.layer.MaxPool2d;
import io.convoy.engine.layer.Relu;
import io.convoy.engine.layer.Upsample;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that says something of each pixel, after U-Net (Ronneberger, Fischer and Brox, "U-Net: convolutional networks for
 * biomedical image segmentation", MICCAI 2015, figure 1): down by pooling with twice the channels each time, up again, with what
 * was seen on the way down beside it.
 *
 * <pre>
 * image [C, H, W]
 * down.0    two 3×3, width                          ──────────► up.0   two 3×3, width → out 1×1: [classes, H, W]
 * down.1    pool 2, two 3×3, 2·width            ──────► up.1   two 3×3, 2·width
 * …                                                …
 * down.n    pool 2, two 3×3, 2ⁿ·width           each up begins with twice the height and width
 * </pre>
 *
 * Other than in the paper, convolutions have borders of 1, so that the output is as large as the image, and BatchNorm2d. {@code
 * unet} has 64 channels and n = 4 as the paper, {@code unet_small} 16 and n = 3; both go up by transposed convolution. Parameters:
 * {@code down.i} and {@code up.i} with {@code 0} and {@code 3} (convolutions), {@code 1} and {@code 4} (BatchNorm2d); {@code
 * up.i.up}; {@code out}.
 */
public final class UNet {
    /** How a decoder makes feature maps twice as high and wide, with half the channels. */
    public enum Up {
        /** A transposed convolution of 2×2 with stride 2, as the paper's. */
        TRANSPOSED_CONVOLUTION,

        /** Bilinear, and a 1×1 convolution. */
        BILINEAR
    }

    private final Network.Builder network = Network.builder();

    private UNet() {}

    static void enter(Zoo.Members zoo) {
        zoo.add(
                "unet",
                Shape.of(1, 512, 512),
                (image, classes) -> of(image, classes, 64, 4, Up.TRANSPOSED_CONVOLUTION));
        zoo.add(
                "unet_small",
                Shape.of(3, 64, 64),
                (image, classes) -> of(image, classes, 16, 3, Up.TRANSPOSED_CONVOLUTION));
    }

    /**
     * The network.
     *
     * @param image [C, H, W], H and W multiples of 2ⁿ
     * @param classes scores of each pixel
     * @param width channels of the first two convolutions
     * @param steps n, how often height and width are halved, at least 1
     * @param up how they are doubled
     */
    public static Network of(Shape image, int classes, int width, int steps, Up up) {
        if (width < 1 || steps < 1 || steps > 20) {
            throw new IllegalArgumentException("UNet expects a width of at least 1 and 1 to 20 steps, but width is "
                    + width + " and steps is " + steps + ".");
        }
        int multiple = 1 << steps;
        Expect.image("UNet", multiple, image);
        if (image.size(1) % multiple != 0 || image.size(2) % multiple != 0) {
            throw new IllegalArgumentException("UNet expects images of [C, H, W] whose H and W are multiples of "
                    + multiple + ", but they are " + image + ".");
        }
        return new UNet().build(image, classes, width, steps, up);
    }

    private Network build(Shape image, int classes, int width, int steps, Up up) {
        Port x = pair("down.0", width, network.input("image", image));
        List<Port> seen = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            seen.add(x);
            x = pair("down." + step, width << step, network.add("down." + step + ".pool", MaxPool2d.of(2, 2), x));
        }
        for (int step = steps - 1; step >= 0; step--) {
            String name = "up." + step;
            Port larger = doubled(name, width << step, up, x);
            x = pair(name, width << step, network.add(name + ".concat", Concat.of(2), seen.get(step), larger));
        }
        network.output(network.add("out", Conv2d.of(width, classes, 1), x));
        // "Drawn with deviation √(2 / fan-in)", §3.
        FirstWeights.draw(network, Conv2d.class, "weight", FirstWeights::fanIn);
        return network.build();
    }

    private Port doubled(String name, int out, Up up, Port x) {
        int in = network.sample(x).size(0);
        if (up == Up.TRANSPOSED_CONVOLUTION) {
            return network.add(name + ".up", ConvTranspose2d.of(in, out, 2, 2), x);
        }
        Port larger = network.add(name + ".upsample", Upsample.by(Upsample.Mode.BILINEAR, 2), x);
        return network.add(name + ".up", Conv2d.of(in, out, 1), larger);
    }

    private Port pair(String name, int out, Port x) {
        Sequence sequence = new Sequence(network, name, x);
        int in = network.sample(x).size(0);
        for (int from : new int[] {in, out}) {
            sequence.add(Conv2d.of(from, out, 3).withPadding(1).withoutBias())
                    .add(BatchNorm2d.of(out))
                    .add(new Relu());
        }
        return sequence.end();
    }
}
