package io.convoy.engine.train;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Measurement;
import io.convoy.engine.schedule.Progress;
import io.convoy.engine.schedule.Schedule;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Everything that decides the bits of a training run, but the data. How many workers and cores take part is not in it.
 *
 * @param network one input, at least one output
 * @param loss of the outputs
 * @param rule what makes new weights of a gradient: the optimiser, and what is around it
 * @param schedule its learning rate and, if it likes, its momentum
 * @param batch samples a step, at least 1; the last step of an epoch may have fewer
 * @param microBatch samples a leaf of the canonical sum, 1 to {@code batch}
 * @param epochs passes over the training set, at least 0
 * @param shards virtual shards of the parameters, at least 1
 * @param seed root of every random choice
 * @param precision what feature maps and their gradients are kept and weights read in; evaluation is in float32 always
 */
public record TrainingPlan(
        Network network,
        Loss loss,
        UpdateRule rule,
        Schedule schedule,
        int batch,
        int microBatch,
        int epochs,
        int shards,
        Seed seed,
        Precision precision) {
    public TrainingPlan {
        if (batch < 1 || microBatch < 1 || microBatch > batch) {
            throw new IllegalArgumentException("TrainingPlan expects 1 ≤ microBatch ≤ batch, but microBatch is "
                    + microBatch + " and batch is " + batch + ".");
        }
        if (epochs < 0 || shards < 1) {
            throw new IllegalArgumentException("TrainingPlan expects epochs ≥ 0 and shards ≥ 1, but epochs is " + epochs
                    + " and shards is " + shards + ".");
        }
        if (network.inputs().size() != 1 || network.outputs().isEmpty()) {
            throw new IllegalArgumentException(
                    "TrainingPlan expects a network with 1 input and at least 1 output, but it has "
                            + network.inputs().size() + " and "
                            + network.outputs().size() + ".");
        }
        rule.requireNames(
                network.parameters().stream().map(Network.Parameter::name).toList());
        requireTaken(rule, schedule.momentum(Progress.of(0, 1)));
    }

    private static void requireTaken(UpdateRule rule, double momentum) {
        if (!Double.isNaN(momentum) && !rule.optimizer().takesMomentum()) {
            throw new IllegalArgumentException("TrainingPlan expects an optimiser with a momentum, which its schedule"
                    + " sets, but " + rule.optimizer() + " has none. Maybe give it one, or let the schedule leave it"
                    + " alone.");
        }
    }

    /** A plan in float32. */
    public TrainingPlan(
            Network network,
            Loss loss,
            UpdateRule rule,
            Schedule schedule,
            int batch,
            int microBatch,
            int epochs,
            int shards,
            Seed seed) {
        this(network, loss, rule, schedule, batch, microBatch, epochs, shards, seed, Precision.FLOAT32);
    }

    /** A plan in float32, with an optimiser and nothing around it. */
    public TrainingPlan(
            Network network,
            Loss loss,
            Optimizer optimizer,
            Schedule schedule,
            int batch,
            int microBatch,
            int epochs,
            int shards,
            Seed seed) {
        this(network, loss, UpdateRule.of(optimizer), schedule, batch, microBatch, epochs, shards, seed);
    }

    /**
     * Checks that the network can read a data set's samples and the loss its targets.
     *
     * @throws TrainingException if its images are others
     * @throws io.convoy.engine.layer.ShapeException if the loss can't follow the network with these targets
     */
    public void requireFits(Dataset data) {
        requireFits(data, data.sampleShape(), data.targetShape());
    }

    /** As above, with inputs and targets as training sees them. */
    public void requireFits(InputPipeline data) {
        requireFits(data.dataset(), data.sampleShape(), data.targetShape());
    }

    /** As above, with inputs and targets as evaluation sees them. */
    public void requireFitsEvaluation(InputPipeline data) {
        requireFits(data.dataset(), data.sampleShape(), data.plainTargetShape());
    }

    private void requireFits(Dataset data, Shape sample, Shape target) {
        Shape image = network.inputs().get(0).sample();
        if (!sample.equals(image)) {
            throw new TrainingException("The network expects images of " + image + ", but those of " + data.name()
                    + " are " + sample + ". Maybe the data set or the network is another.");
        }
        loss.check(Replica.outputs(network), target);
    }

    /** Steps in a pass over {@code samples} samples. */
    public long stepsPerEpoch(int samples) {
        return (samples + batch - 1L) / batch;
    }

    /** Steps of the whole run. */
    public long steps(int samples) {
        return epochs * stepsPerEpoch(samples);
    }

    /** The epoch that {@code step} belongs to. */
    public long epoch(long step, int samples) {
        return step / stepsPerEpoch(samples);
    }

    /** The position in the epoch of a step's first sample. */
    public int firstPosition(long step, int samples) {
        return Math.toIntExact(step % stepsPerEpoch(samples) * batch);
    }

    /** One step over a training set of {@code samples} samples, of a run that has measured nothing. */
    public StepPlan step(long step, int samples) {
        return step(step, samples, List.of());
    }

    /**
     * One step over a training set of {@code samples} samples.
     *
     * @param measurements of the run, at least where {@link Schedule#measures} asks for them
     */
    public StepPlan step(long step, int samples, List<Measurement> measurements) {
        int first = firstPosition(step, samples);
        Progress at = Progress.of(step, stepsPerEpoch(samples), measurements);
        double momentum = schedule.momentum(at);
        // A later part of a sequence may be the first to set one.
        requireTaken(rule, momentum);
        return new StepPlan(step, Math.min(batch, samples - first), microBatch, schedule.rate(at), momentum);
    }

    public ParameterLayout parameters() {
        return Layouts.parameters(network, shards);
    }

    public StatisticsLayout statistics() {
        return Layouts.statistics(network);
    }

    /** What a run starts from: a pure function of the seed. */
    public ModelState initialState() {
        return ModelState.initial(
                Layouts.initialWeights(network, parameters(), seed),
                statistics().initial());
    }
}
