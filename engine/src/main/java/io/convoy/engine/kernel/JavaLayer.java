package io.convoy.engine.kernel;

import io.convoy.engine.layer.Layer;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;

/**
 * A layer that brings its own arithmetic in Java, on whole row-major tensors. This is how a program gets a layer that Convoy
 * doesn't have: implement it in a record. It may be called by several threads at once, each with a {@link Pass} of its own, so
 * it keeps nothing between calls.
 */
public interface JavaLayer extends Layer {
    /** Overwrites every output from the inputs and parameters. */
    void forward(Pass pass);

    /**
     * Overwrites the gradient of every input and every parameter from the gradients of the outputs. Inputs and outputs are as they
     * were.
     */
    void backward(Pass pass);

    /** One call's tensors. Arrays hold just the tensor, row-major, and belong to the call. */
    interface Pass {
        /** The shape of input {@code index}, batch in front. */
        Shape inputShape(int index);

        /** The shape of output {@code index}, batch in front. */
        Shape outputShape(int index);

        /** Input {@code index}, to be read. */
        float[] x(int index);

        /** Output {@code index}: overwritten by forward, read by backward. */
        float[] y(int index);

        /** The gradient of output {@code index}, to be read; in backward only. */
        float[] dy(int index);

        /** The gradient of input {@code index}, to be overwritten; in backward only. */
        float[] dx(int index);

        /** The parameter called {@code name}, to be read. */
        float[] parameter(String name);

        /** The gradient of the parameter called {@code name}, to be overwritten; in backward only. */
        float[] gradient(String name);

        /** Whether the network trains, or scores. */
        boolean training();

        /** This node's random numbers from their begin: the same in forward and backward, and for any number of workers. */
        RandomStream random();
    }
}
