package io.convoy.engine.train;

import io.convoy.engine.checkpoint.WeightDigest;
import io.convoy.engine.data.EpochOrder;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.exchange.CanonicalTree;
import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.GradientExchange;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.exchange.TreeSum;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.Loss;
import io.convoy.engine.program.Weights;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.FloatSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A worker's cores: one single-threaded {@link Replica} each, sharing one copy of the weights. A step deals this worker's leaves
 * to the replicas in runs, sums what they compute along the canonical tree, hands the sums to the exchange, and fetches the
 * next weights.
 */
public final class ReplicaPool implements AutoCloseable {
    private final TrainingPlan plan;
    private final InputPipeline data;
    private final ParameterLayout layout;
    private final Weights weights;
    private final List<Replica> replicas = new ArrayList<>();
    private final Crew crew;
    private final Seed layerDraws;

    /** One sample, of which only the target is looked at. */
    private final Batch targets;

    private final FloatBuffers buffers = new FloatBuffers();
    private final List<List<Part>> partsOfBucket = new ArrayList<>();
    private final GradientExchange.WeightSink sink = new GradientExchange.WeightSink() {
        @Override
        public void weights(Part part, float[] values) {
            weights.flat().write(part.offset(), values, 0, part.length());
        }

        @Override
        public void statistics(float[] values) {
            weights.statistics().write(0, values, 0, weights.statisticsLayout().length());
        }
    };
    private @Nullable EpochOrder order;
    private long orderedEpoch = -1;
    private long version;

    /**
     * Compiles the network for every replica.
     *
     * @param cores how many replicas, at least 1
     * @throws TrainingException if the data's images are not what the network takes
     * @throws io.convoy.engine.layer.ShapeException if the loss can't follow the network, or its targets are others
     */
    public ReplicaPool(TrainingPlan plan, InputPipeline data, int cores) {
        if (cores < 1) {
            throw new IllegalArgumentException("ReplicaPool expects at least 1 core, but it got " + cores + ".");
        }
        plan.requireFits(data);
        this.plan = plan;
        this.data = data;
        this.targets = Batch.of(Replica.outputs(plan.network()), data.targetShape(), 1);
        this.layout = plan.parameters();
        this.weights = new Weights(layout, plan.statistics());
        for (int bucket = 0; bucket < layout.buckets(); bucket++) {
            int number = bucket;
            partsOfBucket.add(layout.parts().stream()
                    .filter(part -> part.bucket() == number)
                    .toList());
        }
        try {
            for (int i = 0; i < cores; i++) {
                Replica replica = new Replica(plan, weights, data);
                replicas.add(replica);
                replica.program(Math.min(plan.microBatch(), data.dataset().size()));
            }
        } catch (RuntimeException | Error e) {
            replicas.forEach(Replica::close);
            weights.close();
            throw e;
        }
        this.crew = new Crew(cores);
        this.layerDraws = plan.seed().child("layers");
    }

    /** The weights that the replicas compute with. */
    public Weights weights() {
        return weights;
    }

    /** Takes over a state's weights and statistics, as the start of a run. */
    public void load(ModelState state) {
        version = state.version();
        weights.flat().write(0, state.weights(), 0, layout.length());
        weights.statistics()
                .write(0, state.statistics(), 0, weights.statisticsLayout().length());
        weights.refresh();
    }

    /** As below, for a run that has measured nothing. */
    public StepReport step(long step, LeafRange share, GradientExchange exchange) {
        return step(plan.step(step, data.dataset().size()), share, exchange);
    }

    /**
     * Does this worker's part of a step: computes the leaves of {@code share}, pushes their sums, and pulls the next weights.
     *
     * @param stepPlan a step of this pool's plan
     * @throws TrainingException if a loss or a gradient is not finite, with the step, the leaf and its samples, or if the targets
     *     of the whole batch weigh nothing, so that there is no mean, or one is none that the loss knows
     */
    public StepReport step(StepPlan stepPlan, LeafRange share, GradientExchange exchange) {
        long step = stepPlan.step();
        int size = data.dataset().size();
        long epoch = plan.epoch(step, size);
        EpochOrder positions = order(epoch);
        int first = plan.firstPosition(step, size);
        double[] normalizers = normalizers(stepPlan, positions, first, epoch);
        Shares shares = new Shares(stepPlan, share, exchange);
        double[][] losses = new double[share.count()][normalizers.length];
        long begin = System.nanoTime();
        List<LeafRange> runs =
                new CanonicalTree(Math.max(1, share.count())).deal(Collections.nCopies(replicas.size(), 1));
        double[] scales = new double[normalizers.length];
        for (int term = 0; term < scales.length; term++) {
            scales[term] = 1 / normalizers[term];
        }
        if (share.count() > 0) {
            crew.run(number -> {
                LeafRange run = runs.get(number);
                for (int i = run.begin(); i < run.end(); i++) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new TrainingException("Training was interrupted.");
                    }
                    int leaf = share.begin() + i;
                    compute(replicas.get(number), shares, leaf, positions, first, epoch, scales, losses[i]);
                }
            });
        }
        long computed = System.nanoTime();
        pull(exchange, step + 1);
        long end = System.nanoTime();
        return new StepReport(
                step,
                epoch,
                share,
                Arrays.stream(losses).map(Replica::boxed).toList(),
                Replica.boxed(normalizers),
                stepPlan.samples(share),
                stepPlan.learningRate(),
                computed - begin,
                end - computed,
                Optional.empty());
    }

    /** The whole batch's, one for each term of the loss; every worker finds the same. */
    private double[] normalizers(StepPlan stepPlan, EpochOrder positions, int first, long epoch) {
        Loss loss = plan.loss();
        double[] normalizers = new double[loss.terms()];
        boolean read = loss.weighsTargets();
        targets.withSamples(1);
        for (int i = 0; i < stepPlan.samples(); i++) {
            if (read) {
                data.readTarget(epoch, positions.sampleAt(first + i), targets.targets(), 0);
            }
            try {
                loss.weigh(targets, normalizers);
            } catch (IllegalArgumentException e) {
                throw new TrainingException(
                        "Sample " + positions.sampleAt(first + i) + " of "
                                + data.dataset().name() + " can't be learned from. " + e.getMessage(),
                        e);
            }
        }
        for (int term = 0; term < normalizers.length; term++) {
            double normalizer = loss.reduction(term).normalizer(normalizers[term]);
            if (!(normalizer > 0)) {
                throw new TrainingException("Step " + stepPlan.step() + " expects targets that count, but those of its "
                        + stepPlan.samples() + " samples weigh " + normalizer + " together"
                        + (normalizers.length > 1 ? " in term " + term + " of the loss" : "")
                        + ". Maybe all of them are ignored, or the batch is too small.");
            }
            normalizers[term] = normalizer;
        }
        return normalizers;
    }

    private void compute(
            Replica replica,
            Shares shares,
            int leaf,
            EpochOrder positions,
            int first,
            long epoch,
            double[] scales,
            double[] losses) {
        LeafRange one = new LeafRange(leaf, leaf + 1);
        int samples = shares.plan.samples(one);
        int firstOfLeaf = first + shares.plan.firstSample(leaf);
        IntUnaryOperator sampleAt = i -> positions.sampleAt(firstOfLeaf + i);
        Seed draws = layerDraws.child(shares.plan.step()).child(leaf);
        IntConsumer finished = bucket -> {
            FloatSpan gradients = replica.gradients(samples);
            int wrong = shares.add(one, bucket, gradients);
            if (wrong >= 0) {
                throw notFinite(
                        shares.plan,
                        "finite gradients, but that of " + parameterAt(wrong) + " in leaf " + leaf + " is "
                                + gradients.get(wrong),
                        samples,
                        sampleAt);
            }
        };
        replica.leaf(samples, sampleAt, epoch, draws, scales, finished, losses);
        for (int term = 0; term < losses.length; term++) {
            if (!Double.isFinite(losses[term])) {
                throw notFinite(
                        shares.plan,
                        "a finite loss, but that of leaf " + leaf + " is " + losses[term]
                                + (losses.length > 1 ? " in term " + term : ""),
                        samples,
                        sampleAt);
            }
        }
        shares.addStatistics(one, replica.batchStatistics(samples));
    }

    private static TrainingException notFinite(StepPlan plan, String what, int samples, IntUnaryOperator sampleAt) {
        List<Integer> numbers =
                IntStream.range(0, samples).map(sampleAt).boxed().toList();
        return new TrainingException("Step " + plan.step() + " expects " + what + "; its samples are " + numbers
                + ". Maybe the learning rate (" + plan.learningRate() + ") is too high.");
    }

    private String parameterAt(int index) {
        return layout.entries().stream()
                .filter(entry -> entry.offset() <= index && index < entry.offset() + entry.length())
                .map(ParameterLayout.Entry::name)
                .findFirst()
                .orElse("a gap");
    }

    /** The digest of the current weights and running statistics, under PyTorch's names. */
    public WeightDigest digest() {
        WeightDigest.Builder digest = new WeightDigest.Builder();
        float[] flat = weights.flat().toArray();
        for (ParameterLayout.Entry entry : layout.entries()) {
            digest.add(entry.name(), flat, entry.offset(), entry.length());
        }
        float[] statistics = weights.statistics().toArray();
        for (StatisticsLayout.Entry entry : weights.statisticsLayout().entries()) {
            digest.add(entry.name() + ".running_mean", statistics, entry.offset(), entry.channels());
            digest.add(entry.name() + ".running_var", statistics, entry.varianceOffset(), entry.channels());
        }
        return digest.build();
    }

    /** How many evaluation batches a data set of {@code size} samples has. */
    public static int evaluationBatches(int size) {
        return (size + Evaluation.BATCH - 1) / Evaluation.BATCH;
    }

    /**
     * Evaluates the current weights on some of a data set's evaluation batches, in inference form and without augmentation. The
     * confusion matrix is counted where the first output has a score for each of the data set's classes, and tasks where the first
     * outputs are those of the data set's tasks; of other networks the loss alone is told.
     *
     * @param test where the samples come from
     * @param batches which batches of {@link Evaluation#BATCH} samples, in the data set's order
     */
    public Evaluation evaluate(InputPipeline test, LeafRange batches) {
        plan.requireFitsEvaluation(test);
        List<LeafRange> runs =
                new CanonicalTree(Math.max(1, batches.count())).deal(Collections.nCopies(replicas.size(), 1));
        Evaluation[] parts = new Evaluation[replicas.size()];
        crew.run(number -> {
            LeafRange run = runs.get(number);
            LeafRange mine = batches.isEmpty()
                    ? batches
                    : new LeafRange(batches.begin() + run.begin(), batches.begin() + run.end());
            parts[number] = replicas.get(number).evaluate(test, mine);
        });
        Evaluation whole = parts[0];
        for (int r = 1; r < parts.length; r++) {
            whole = whole.plus(parts[r]);
        }
        return whole;
    }

    /** The sums of one step over the nodes of the canonical tree that this worker can complete by itself. */
    private final class Shares {
        private final StepPlan plan;
        private final GradientExchange exchange;
        private final List<LeafRange> nodes;
        private final List<List<TreeSum<float[]>>> sums = new ArrayList<>();
        private final List<TreeSum<float[]>> statisticsSums = new ArrayList<>();

        private Shares(StepPlan plan, LeafRange share, GradientExchange exchange) {
            this.plan = plan;
            this.exchange = exchange;
            CanonicalTree tree = plan.tree();
            this.nodes = tree.cover(share);
            for (LeafRange node : nodes) {
                sums.add(layout.parts().stream()
                        .map(part -> buffers.sum(tree, node, part.length()))
                        .toList());
                statisticsSums.add(weights.statisticsLayout().sum(plan, node));
            }
        }

        private int nodeOf(LeafRange leaf) {
            for (int i = 0; i < nodes.size(); i++) {
                if (leaf.begin() < nodes.get(i).end()) {
                    return i;
                }
            }
            throw new IllegalStateException("Leaf " + leaf + " is not in this worker's share " + nodes + ".");
        }

        /**
         * Adds one bucket of a leaf's gradient.
         *
         * @return the index of the first value that is not finite, whose part and those behind it are not added; else −1. The loss
         *     alone does not tell, because a ReLU makes 0 of NaN.
         */
        private int add(LeafRange leaf, int bucket, FloatSpan gradients) {
            int node = nodeOf(leaf);
            for (Part part : partsOfBucket.get(bucket)) {
                float[] values = buffers.take(part.length());
                gradients.read(part.offset(), values, 0, part.length());
                int wrong = firstNotFinite(values, part.length());
                if (wrong >= 0) {
                    return part.offset() + wrong;
                }
                TreeSum<float[]> sum = sums.get(node).get(part.index());
                float[] total;
                synchronized (sum) {
                    total = sum.add(leaf, values);
                }
                if (total != null) {
                    exchange.push(plan, nodes.get(node), part, total);
                    buffers.give(total);
                }
            }
            return -1;
        }

        /** Looks for it only where there is one: 0 · x is 0 for finite values alone, and four sums at a time keep the core busy. */
        private static int firstNotFinite(float[] values, int length) {
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            int even = length / 4 * 4;
            for (int i = 0; i < even; i += 4) {
                a += 0 * values[i];
                b += 0 * values[i + 1];
                c += 0 * values[i + 2];
                d += 0 * values[i + 3];
            }
            for (int i = even; i < length; i++) {
                a += 0 * values[i];
            }
            if (a + b + c + d == 0) {
                return -1;
            }
            for (int i = 0; i < length; i++) {
                if (!Float.isFinite(values[i])) {
                    return i;
                }
            }
            return -1;
        }

        private void addStatistics(LeafRange leaf, FloatSpan batchStatistics) {
            if (batchStatistics.length() == 0) {
                return;
            }
            int node = nodeOf(leaf);
            TreeSum<float[]> sum = statisticsSums.get(node);
            float[] total;
            synchronized (sum) {
                total = sum.add(leaf, batchStatistics.toArray());
            }
            if (total != null) {
                exchange.pushStatistics(plan, nodes.get(node), total);
            }
        }
    }

    private void pull(GradientExchange exchange, long next) {
        exchange.pull(next, sink);
        version = next;
        weights.refresh();
    }

    /**
     * Does {@code work}, e.g. an evaluation, with the averages of the weights in their place, if the rule keeps averages. Only
     * between two steps.
     *
     * @param exchange where the weights came from
     */
    public <T> T withAverages(GradientExchange exchange, Supplier<T> work) {
        if (plan.rule().averaging().isEmpty()) {
            return work.get();
        }
        exchange.pullAverages(version, sink);
        weights.refresh();
        T result = work.get();
        pull(exchange, version);
        return result;
    }

    private EpochOrder order(long epoch) {
        EpochOrder known = order;
        if (known == null || orderedEpoch != epoch) {
            known = EpochOrder.shuffled(plan.seed(), epoch, data.dataset().size());
            order = known;
            orderedEpoch = epoch;
        }
        return known;
    }

    /** Waits for the replicas' threads, of which an interrupted step may have left some behind, before it frees their memory. */
    @Override
    public void close() {
        crew.close();
        replicas.forEach(Replica::close);
        weights.close();
    }
}
