package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a network, as a value: an immutable record whose components are the layer's configuration. Everything else
 * follows from it and from the shapes of its inputs. Shapes have the batch in front: [N, C, H, W] or [N, F].
 */
public interface Layer {
    /**
     * The shapes of the outputs, in order; most layers have one.
     *
     * @throws ShapeException if the layer can't take these inputs; the message says what it expects
     */
    List<Shape> outputs(List<Shape> inputs);

    /** The trainable parameters, in PyTorch's order; none for most. */
    default List<ParameterSpec> parameters() {
        return List.of();
    }

    /** Whether its parameters scale and shift what it has normalised, as BatchNorm's do: many recipes don't let them decay. */
    default boolean normalizes() {
        return false;
    }

    /** The statistics that it keeps for inference, and writes in training; none for most. */
    default @Nullable RunningStatistics runningStatistics() {
        return null;
    }

    /** The number of inputs; 1 for most. */
    default int arity() {
        return 1;
    }

    /**
     * Multiply-accumulates for these inputs: those of convolutions and matrix products, as papers count them. Biases,
     * normalisation, activations, pooling and interpolation count nothing. A FLOP count is twice as much.
     *
     * @param inputs that the layer can take; of a batch of 1 for the cost of a sample
     */
    default long macs(List<Shape> inputs) {
        return 0;
    }

    /**
     * Which places of an input each place of the outputs looks at in inference, from which receptive fields follow. All
     * channels are taken together. Unless a layer says otherwise it works {@linkplain Reach#pointwise place by place}.
     *
     * @param input which of the inputs, from 0
     * @param inputs that the layer can take
     */
    default Reach reach(int input, List<Shape> inputs) {
        return Reach.pointwise(inputs.get(input), outputs(inputs).get(0));
    }
}
