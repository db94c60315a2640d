package io.convoy.engine.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer's arithmetic: adds the operations of one node to a program. */
public interface Kernel {
    /**
     * Adds the forward operations and returns the outputs, and how to go back. Inputs come in whatever layout and precision those
     * in front have chosen; {@link Emitter#in} and {@link Emitter#plain} give others.
     */
    Forward forward(Emitter emit, List<Value> inputs);

    /** Outputs of a node, and its way back. */
    record Forward(List<Value> outputs, Backward backward) {
        /** A node with one output. */
        public static Forward of(Value output, Backward backward) {
            return new Forward(List.of(output), backward);
        }
    }

    /** A node's way back. */
    @FunctionalInterface
    interface Backward {
        /**
         * Adds the operations that overwrite the gradients of the parameters and of those inputs that are needed.
         *
         * @param gradients of the outputs, in whatever precision; zeros for one that nobody reads
         * @param needed for each input, whether its gradient is wanted
         * @return for each input its gradient, in whatever precision; null where it is not needed
         */
        List<@Nullable Gradient> backward(Emitter emit, List<Gradient> gradients, List<Boolean> needed);
    }
}
