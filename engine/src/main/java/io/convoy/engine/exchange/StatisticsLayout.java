package io.convoy.engine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the statistics of every layer that has running ones, such as BatchNorm, lie in the flat statistics vector: for each, its
 * means and then its variances. The same layout serves a leaf's batch statistics and the running ones.
 */
public final class StatisticsLayout {
    /** Which values a layer's statistics are taken over. */
    public enum Over {
        /** All of a channel's values in the batch; a leaf's variance is the biased one, which is made unbiased in the end. */
        BATCH,

        /** Each sample's values of a channel; a leaf's are the means over its samples of their means and unbiased variances. */
        INSTANCES
    }

    /**
     * A layer's place.
     *
     * @param name the layer's name, e.g. {@code bn1}; its buffers are {@code bn1.running_mean} and {@code bn1.running_var}
     * @param channels C
     * @param elementsPerSample values that one sample adds to each channel's statistics: H·W times the layer's uses
     * @param momentum weight of the newest statistics, 0 … 1; none for the mean over all steps
     * @param over which values they are taken over
     * @param offset its first float in the flat vector; the variances start at {@code offset + channels}
     */
    public record Entry(
            String name,
            int channels,
            long elementsPerSample,
            @Nullable Double momentum,
            Over over,
            int offset) {
        public int varianceOffset() {
            return offset + channels;
        }
    }

    /** A layer without a place: what a network asks for. */
    public record Statistics(
            String name,
            int channels,
            long elementsPerSample,
            @Nullable Double momentum,
            Over over) {
        /** Over the batch. */
        public Statistics(String name, int channels, long elementsPerSample, @Nullable Double momentum) {
            this(name, channels, elementsPerSample, momentum, Over.BATCH);
        }

        public Statistics {
            if (channels < 1 || elementsPerSample < 1 || (momentum != null && !(momentum >= 0 && momentum <= 1))) {
                throw new IllegalArgumentException("Statistics of " + name
                        + " expect channels ≥ 1, elementsPerSample ≥ 1 and 0 ≤ momentum ≤ 1, but they got channels "
                        + channels + ", elementsPerSample " + elementsPerSample + ", momentum " + momentum + ".");
            }
        }
    }

    private final List<Entry> entries;
    private final int length;

    public StatisticsLayout(List<Statistics> statistics) {
        List<Entry> placed = new ArrayList<>();
        int offset = 0;
        for (Statistics one : statistics) {
            placed.add(
                    new Entry(one.name(), one.channels(), one.elementsPerSample(), one.momentum(), one.over(), offset));
            offset += 2 * one.channels();
        }
        this.entries = List.copyOf(placed);
        this.length = offset;
    }

    /** The place of the layer called {@code name}. */
    public Entry entry(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("StatisticsLayout expects the name of one of its "
                        + entries.size() + " layers, but it got \"" + name + "\"."));
    }

    public List<Entry> entries() {
        return entries;
    }

    /** Floats in the flat vector; 0 for a network without running statistics. */
    public int length() {
        return length;
    }

    /** The vector before the first step: means 0, variances 1. */
    public float[] initial() {
        float[] running = new float[length];
        for (Entry entry : entries) {
            Arrays.fill(running, entry.varianceOffset(), entry.varianceOffset() + entry.channels(), 1f);
        }
        return running;
    }

    /**
     * Merges the statistics of two sibling nodes by the formula of Chan, Golub and LeVeque (1979), written for variances
     * instead of sums of squares, so that only the samples' share matters: overwrites {@code left}.
     *
     * <pre>mean = (n₁ m₁ + n₂ m₂) / n,  variance = (n₁ v₁ + n₂ v₂) / n + (m₂ − m₁)² n₁ n₂ / n²</pre>
     *
     * <p>Over instances the variance is a mean as well, without the last term.
     */
    public void merge(float[] left, int leftSamples, float[] right, int rightSamples) {
        double n = (double) leftSamples + rightSamples;
        double leftShare = leftSamples / n;
        double rightShare = rightSamples / n;
        for (Entry entry : entries) {
            boolean spreads = entry.over() == Over.BATCH;
            for (int c = 0; c < entry.channels(); c++) {
                int mean = entry.offset() + c;
                int variance = entry.varianceOffset() + c;
                double delta = (double) right[mean] - left[mean];
                left[variance] = (float) (leftShare * left[variance]
                        + rightShare * right[variance]
                        + (spreads ? delta * delta * leftShare * rightShare : 0));
                left[mean] = (float) (left[mean] + delta * rightShare);
            }
        }
    }

    /** A canonical sum of the leaves' statistics of one step. */
    public TreeSum<float[]> sum(StepPlan plan) {
        return sum(plan, plan.tree().root());
    }

    /** The same over the leaves of one node of the step's tree. */
    public TreeSum<float[]> sum(StepPlan plan, LeafRange root) {
        return new TreeSum<>(plan.tree(), root, (leftLeaves, left, rightLeaves, right) -> {
            merge(left, plan.samples(leftLeaves), right, plan.samples(rightLeaves));
            return left;
        });
    }

    /**
     * Moves {@code running} towards the statistics of one step's global batch: PyTorch's update, with the unbiased variance.
     *
     * <pre>running ← (1 − momentum) · running + momentum · batch,  unbiased = variance · n / (n − 1)</pre>
     *
     * <p>Over instances the variances are unbiased already.
     *
     * <p>Without a momentum it is 1 / (step + 1), so that the running statistics are the means of all steps' statistics.
     *
     * <p>A batch of n = 1 value a channel says nothing about the variance: the running one stays as it is.
     */
    public void update(float[] running, float[] batch, long step, int samples) {
        for (Entry entry : entries) {
            Double momentum = entry.momentum();
            double newest = momentum == null ? 1.0 / (step + 1) : momentum;
            float take = (float) newest;
            float keep = (float) (1 - newest);
            boolean isBiased = entry.over() == Over.BATCH;
            double n = (double) samples * entry.elementsPerSample();
            float unbiased = isBiased ? (float) (n / (n - 1)) : 1;
            for (int c = 0; c < entry.channels(); c++) {
                int mean = entry.offset() + c;
                int variance = entry.varianceOffset() + c;
                running[mean] = keep * running[mean] + take * batch[mean];
                if (n > 1 || !isBiased) {
                    running[variance] = keep * running[variance] + take * (batch[variance] * unbiased);
                }
            }
        }
    }
}
