package io.convoy.engine.program;

import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory outside the Java heap that some programs of one network have, in bytes: planned as for a run, but not taken.
 *
 * @param weights of the weights that the programs share, with running statistics and the copies in other layouts
 * @param programs of each program
 */
public record Footprint(long weights, List<OfProgram> programs) {
    /**
     * The memory of one program, in bytes.
     *
     * @param purpose what it is compiled for
     * @param slab activations, gradients on their way and scratchpads, placed by the memory plan: {@link Program#slabBytes}
     * @param outside what lies outside the plan: inputs, gradients of outputs and parameters, statistics, constants
     */
    public record OfProgram(Purpose purpose, long slab, long outside) {
        public long bytes() {
            return slab + outside;
        }
    }

    public Footprint {
        programs = List.copyOf(programs);
    }

    /** Plans a program for each of {@code purposes}. */
    public static Footprint of(Network network, List<Purpose> purposes) {
        try (Weights weights = Weights.planned(Layouts.parameters(network, 1), Layouts.statistics(network))) {
            List<OfProgram> programs = new ArrayList<>();
            for (Purpose purpose : purposes) {
                programs.add(Compiler.plan(network, weights, purpose));
            }
            return new Footprint(weights.bytes(), programs);
        }
    }
}
