package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

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

    /** The number of inputs; 1 for most. */
    default int arity() {
        return 1;
    }
}
