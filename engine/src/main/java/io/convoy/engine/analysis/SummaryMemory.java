package io.convoy.engine.analysis;

import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.program.Footprint;
import io.convoy.engine.program.Purpose;
import java.util.List;

/**
 * What a network takes of memory, in bytes, for one choice of batches.
 *
 * @param batch samples a step
 * @param microBatch samples a leaf: what a core computes at once
 * @param trainingActivations activations, gradients on their way and scratchpads of one leaf: the slab of a training program
 * @param inferenceActivations the same for scoring as many samples
 * @param training everything that a training run takes
 */
public record SummaryMemory(
        int batch, int microBatch, long trainingActivations, long inferenceActivations, TrainingMemory training) {
    /** Plans the programs, and takes no memory for them. */
    public static SummaryMemory of(
            Network network, int batch, int microBatch, int cores, UpdateRule rule, Precision precision) {
        TrainingMemory training = TrainingMemory.of(network, batch, microBatch, cores, rule, precision);
        List<Footprint.OfProgram> programs = Footprint.of(
                        network, List.of(Purpose.training(microBatch, precision), Purpose.inference(microBatch)))
                .programs();
        return new SummaryMemory(
                batch, microBatch, programs.get(0).slab(), programs.get(1).slab(), training);
    }
}
