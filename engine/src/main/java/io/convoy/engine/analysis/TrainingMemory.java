package io.convoy.engine.analysis;

import io.convoy.engine.exchange.CanonicalTree;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.program.Footprint;
import io.convoy.engine.program.Inference;
import io.convoy.engine.program.Purpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The memory that training in one process takes, in bytes, known before it starts: the programs are planned as for the run, and
 * the rest is counted. It leaves out the data set, what its readers hold, and the JVM itself.
 *
 * @param cores replicas that share one copy of the weights
 * @param weights outside the heap: parameters, running statistics, and the copies that kernels like better
 * @param training outside the heap: the training programs of all replicas, with the gradients of the leaf that each is at
 * @param evaluation outside the heap: the programs that score the test set, of all replicas
 * @param samples on the heap: images, outputs and gradients of the loss
 * @param sums on the heap: gradients that wait for their siblings in the canonical tree, at most (log₂(leaves per replica) + 2) ·
 *     parameters per replica
 * @param owner on the heap: the weights that a run starts from, those that the rule is applied to, and the state of the optimiser
 * @param snapshot on the heap: the copy of weights and state that a checkpoint, or the end of the run, takes
 */
public record TrainingMemory(
        int cores, long weights, long training, long evaluation, long samples, long sums, long owner, long snapshot) {
    /**
     * Predicts the memory of a {@link io.convoy.engine.train.LocalTrainer}; on a cluster, {@code owner} is spread over the slots.
     *
     * @param batch samples a step
     * @param microBatch samples a leaf, at most {@code batch}
     * @param cores replicas
     * @param rule whose state the owner keeps
     * @param precision of the training programs
     */
    public static TrainingMemory of(
            Network network, int batch, int microBatch, int cores, UpdateRule rule, Precision precision) {
        if (batch < 1 || microBatch < 1 || microBatch > batch || cores < 1) {
            throw new IllegalArgumentException(
                    "TrainingMemory expects 1 ≤ microBatch ≤ batch and a core, but microBatch" + " is " + microBatch
                            + ", batch is " + batch + " and there are " + cores + " cores.");
        }
        List<Purpose> purposes = new ArrayList<>();
        purposes.add(Purpose.inference(Inference.batch(network)));
        purposes.add(Purpose.training(microBatch, precision));
        if (batch % microBatch != 0) {
            purposes.add(Purpose.training(batch % microBatch, precision));
        }
        Footprint footprint = Footprint.of(network, purposes);
        long training = footprint.programs().stream()
                .skip(1)
                .mapToLong(Footprint.OfProgram::bytes)
                .sum();
        ParameterLayout layout = Layouts.parameters(network, 1);
        long parameters = (long) layout.length() * Float.BYTES;
        return new TrainingMemory(
                cores,
                footprint.weights(),
                cores * training,
                cores * footprint.programs().get(0).bytes(),
                cores * samples(network, microBatch),
                sums(layout, (batch - 1) / microBatch + 1, cores, rule),
                (2L + rule.stateSpans()) * parameters,
                (1L + rule.stateSpans()) * parameters);
    }

    private static long samples(Network network, int microBatch) {
        long outputs = 0;
        for (int i = 0; i < network.outputs().size(); i++) {
            outputs += network.outputSample(i).count();
        }
        long image = network.inputs().get(0).sample().count();
        return (2 * outputs * microBatch + image) * Float.BYTES;
    }

    /**
     * What the pools of buffers grow to. A replica goes through its leaves in order, and the nodes of the tree that cover those
     * that are done wait; a bucket is added part by part, so that of each length one more is in use. The exchange copies a
     * part's sum, one at a time unless its rule needs norms of whole tensors first.
     */
    private static long sums(ParameterLayout layout, int leaves, int cores, UpdateRule rule) {
        CanonicalTree tree = new CanonicalTree(leaves);
        long waiting = 0;
        for (LeafRange run : tree.deal(Collections.nCopies(cores, 1))) {
            int most = 0;
            for (int end = run.begin() + 1; end < run.end(); end++) {
                most = Math.max(
                        most, tree.cover(new LeafRange(run.begin(), end)).size());
            }
            // A run that is done waits as a whole for the others.
            waiting += run.isEmpty() ? 0 : Math.max(most, run.end() < leaves ? 1 : 0);
        }
        long parameters = (long) layout.length() * Float.BYTES;
        long lengths =
                layout.parts().stream().mapToLong(Part::length).distinct().sum() * Float.BYTES;
        return waiting * parameters + cores * lengths + (rule.rounds() > 0 ? parameters : lengths);
    }

    /** Outside the Java heap. */
    public long outside() {
        return weights + training + evaluation;
    }

    /** On the Java heap. */
    public long heap() {
        return samples + sums + owner + snapshot;
    }

    /** All of it. */
    public long bytes() {
        return outside() + heap();
    }

    /** A core's share. */
    public long perCore() {
        return bytes() / cores;
    }
}
