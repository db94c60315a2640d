package io.convoy.engine.program;

import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.kernel.Memory;
import io.convoy.engine.kernel.Operation;
import io.convoy.engine.kernel.Value;
import io.convoy.engine.tensor.FloatSpan;
import io.convoy.engine.tensor.Tensor;
import java.util.List;

/**
 * Merges the batch statistics of one use of a shared layer into those of its earlier uses, by the formula of
 * {@link StatisticsLayout#merge}; those of the first use are the start.
 *
 * @param entry the layer's place in {@code statistics}
 * @param statistics all batch statistics of the program
 * @param mean of this use
 * @param variance of this use
 * @param elementsBefore values a channel, or instances, in the earlier uses, 0 for the first
 * @param elements values a channel, or instances, in this use
 */
record StatisticsMerge(
        StatisticsLayout.Entry entry,
        FloatSpan statistics,
        Tensor mean,
        Tensor variance,
        long elementsBefore,
        long elements)
        implements Operation {
    @Override
    public List<Value> touches() {
        return List.of();
    }

    @Override
    public void bind(Memory memory) {}

    @Override
    public void run() {
        if (elementsBefore == 0) {
            // Not by the formula below: its rounding would depend on what an earlier batch left here.
            for (int c = 0; c < entry.channels(); c++) {
                statistics.set(entry.offset() + c, mean.span().get(c));
                statistics.set(entry.varianceOffset() + c, variance.span().get(c));
            }
            return;
        }
        boolean spreads = entry.over() == StatisticsLayout.Over.BATCH;
        double share = (double) elements / (elementsBefore + elements);
        for (int c = 0; c < entry.channels(); c++) {
            float firstMean = statistics.get(entry.offset() + c);
            float firstVariance = statistics.get(entry.varianceOffset() + c);
            double delta = (double) mean.span().get(c) - firstMean;
            statistics.set(entry.offset() + c, (float) (firstMean + delta * share));
            statistics.set(entry.varianceOffset() + c, (float) ((1 - share) * firstVariance
                    + share * variance.span().get(c)
                    + (spreads ? delta * delta * share * (1 - share) : 0)));
        }
    }
}
