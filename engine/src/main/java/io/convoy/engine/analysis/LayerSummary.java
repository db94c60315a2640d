package io.convoy.engine.analysis;

import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.layer.Pair;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a network is and costs, for one sample.
 *
 * @param name the node's
 * @param layer what it does
 * @param outputs the shapes of its outputs for one sample, without the batch
 * @param parameters trainable values; 0 where it shares those of an earlier node
 * @param macs multiply-accumulates
 * @param outputBytes of its outputs in float32
 * @param receptiveField what its places see of the image; none where it sees no image
 */
public record LayerSummary(
        String name,
        Layer layer,
        List<Shape> outputs,
        long parameters,
        long macs,
        long outputBytes,
        @Nullable ReceptiveField receptiveField) {
    public LayerSummary {
        outputs = List.copyOf(outputs);
    }

    /** Floating-point operations: a multiply-accumulate is two. */
    public long flops() {
        return 2 * macs;
    }

    /** What sort of layer it is: its class and, of a convolution, its window and whether it works in groups. */
    public String kind() {
        if (!(layer instanceof Conv2d convolution)) {
            return layer.getClass().getSimpleName();
        }
        Pair kernel = convolution.kernel();
        String groups = convolution.groups() == 1
                ? ""
                : convolution.groups() == convolution.in() ? ", depthwise" : ", in groups";
        return "Conv2d " + kernel.height() + "×" + kernel.width() + groups;
    }
}
