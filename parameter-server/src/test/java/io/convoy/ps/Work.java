package io.convoy.ps;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.exchange.CanonicalTree;
import io.convoy.engine.exchange.GradientExchange;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.LocalExchange;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.UpdateRule;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import io.convoy.ps.wire.Floats;
import java.util.List;

/**
 * A training run without a network: the gradient of a leaf is a pure function of the seed, the step, the leaf, the part and
 * the weights and statistics that were pulled, so any error in any of these shows in the bits.
 */
public record Work(Seed seed, UpdateRule rule, int leaves, int microBatch, int shards, boolean batchNorm) {
    /** With BatchNorm. */
    public Work(Seed seed, UpdateRule rule, int leaves, int microBatch, int shards) {
        this(seed, rule, leaves, microBatch, shards, true);
    }

    /** With BatchNorm, and nothing around the optimiser. */
    public Work(Seed seed, Optimizer optimizer, int leaves, int microBatch, int shards) {
        this(seed, UpdateRule.of(optimizer), leaves, microBatch, shards);
    }

    private static final int SHORT_EVERY = 5;

    public ParameterLayout layout() {
        return new ParameterLayout(
                List.of(
                        new ParameterLayout.Parameter("conv1.weight", Shape.of(17, 61)),
                        new ParameterLayout.Parameter("conv1.bias", Shape.of(17)),
                        new ParameterLayout.Parameter("fc1.weight", Shape.of(31, 67)),
                        new ParameterLayout.Parameter("fc1.bias", Shape.of(31))),
                1500,
                shards);
    }

    public StatisticsLayout statisticsLayout() {
        if (!batchNorm) {
            return new StatisticsLayout(List.of());
        }
        return new StatisticsLayout(List.of(
                new StatisticsLayout.Statistics("bn1", 17, 9, 0.1), new StatisticsLayout.Statistics("bn2", 5, 4, 0.3)));
    }

    public ModelState initial() {
        RandomStream random = seed.child("initial").stream();
        float[] weights = new float[layout().length()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextFloat() - 0.5f;
        }
        return ModelState.initial(weights, statisticsLayout().initial());
    }

    /** V leaves, the last one short; every fifth step is the short end of an epoch. */
    public StepPlan plan(long step) {
        int samples = leaves * microBatch - (microBatch - 1);
        boolean end = step % SHORT_EVERY == SHORT_EVERY - 1;
        return new StepPlan(step, end ? (samples + 1) / 2 : samples, microBatch, 0.01 / (1 + step));
    }

    private float[] gradient(StepPlan plan, int leaf, Part part, float[] weights, float[] running) {
        RandomStream random = seed.child("gradient").child(plan.step()).child(leaf).child(part.index()).stream();
        float[] gradient = new float[part.length()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (random.nextFloat() - 0.5f) * (1 << random.nextInt(8))
                    + 0.1f * weights[part.offset() + i]
                    + (batchNorm ? 0.01f * running[i % running.length] : 0);
        }
        return gradient;
    }

    private float[] batchStatistics(StepPlan plan, int leaf) {
        RandomStream random = seed.child("statistics").child(plan.step()).child(leaf).stream();
        float[] batch = new float[statisticsLayout().length()];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = random.nextFloat() * 3;
        }
        return batch;
    }

    private float[] sum(StepPlan plan, LeafRange node, Part part, float[] weights, float[] running) {
        if (node.count() == 1) {
            return gradient(plan, node.begin(), part, weights, running);
        }
        int middle = CanonicalTree.split(node);
        float[] left = sum(plan, new LeafRange(node.begin(), middle), part, weights, running);
        float[] right = sum(plan, new LeafRange(middle, node.end()), part, weights, running);
        for (int i = 0; i < left.length; i++) {
            left[i] += right[i];
        }
        return left;
    }

    private float[] merged(StepPlan plan, LeafRange node) {
        if (node.count() == 1) {
            return batchStatistics(plan, node.begin());
        }
        int middle = CanonicalTree.split(node);
        LeafRange leftLeaves = new LeafRange(node.begin(), middle);
        LeafRange rightLeaves = new LeafRange(middle, node.end());
        float[] left = merged(plan, leftLeaves);
        statisticsLayout().merge(left, plan.samples(leftLeaves), merged(plan, rightLeaves), plan.samples(rightLeaves));
        return left;
    }

    /** What a pull brought. */
    private final class Pulled implements GradientExchange.WeightSink {
        private final float[] weights = new float[layout().length()];
        private final float[] running = new float[statisticsLayout().length()];

        @Override
        public void weights(Part part, float[] values) {
            System.arraycopy(values, 0, weights, part.offset(), part.length());
        }

        @Override
        public void statistics(float[] values) {
            System.arraycopy(values, 0, running, 0, running.length);
        }
    }

    /**
     * Works through steps {@code from} … {@code to} − 1 as slot {@code worker} of those with these weights, and pulls the last
     * version. Sums leave in an order of their own in each step.
     */
    public void run(
            GradientExchange exchange, int worker, List<Integer> weights, long from, long to, Runnable afterStep) {
        List<Part> parts = layout().parts();
        for (long step = from; step < to; step++) {
            Pulled pulled = new Pulled();
            exchange.pull(step, pulled);
            StepPlan plan = plan(step);
            List<LeafRange> nodes = plan.tree().cover(plan.tree().deal(weights).get(worker));
            int spans = parts.size() + (batchNorm ? 1 : 0);
            int[] order = new int[nodes.size() * spans];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            seed.child("order").child(worker).child(step).stream().shuffle(order);
            for (int i : order) {
                LeafRange node = nodes.get(i / spans);
                if (i % spans == parts.size()) {
                    exchange.pushStatistics(plan, node, merged(plan, node));
                } else {
                    Part part = parts.get(i % spans);
                    exchange.push(plan, node, part, sum(plan, node, part, pulled.weights, pulled.running));
                }
            }
            afterStep.run();
        }
        exchange.pull(to, new Pulled());
    }

    /** What one process alone makes of it. */
    public ModelState local(long steps) {
        try (LocalExchange exchange = new LocalExchange(layout(), statisticsLayout(), rule, initial())) {
            run(exchange, 0, List.of(1), 0, steps, () -> {});
            return exchange.snapshot();
        }
    }

    /** Fails unless both have the same bits. */
    public static void assertSameBits(ModelState actual, ModelState expected) {
        assertThat(actual.version()).isEqualTo(expected.version());
        assertThat(new Floats(actual.statistics()))
                .as("running statistics")
                .isEqualTo(new Floats(expected.statistics()));
        assertThat(new Floats(actual.weights())).as("weights").isEqualTo(new Floats(expected.weights()));
        assertThat(actual.optimizerState().length).isEqualTo(expected.optimizerState().length);
        for (int i = 0; i < expected.optimizerState().length; i++) {
            assertThat(new Floats(actual.optimizerState()[i]))
                    .as("optimiser state %d", i)
                    .isEqualTo(new Floats(expected.optimizerState()[i]));
        }
    }
}
