package io.convoy.engine.layer;

import io.convoy.engine.exchange.StatisticsLayout;
import org.jspecify.annotations.Nullable;

/**
 * Means and variances of a layer's input that training keeps for inference; they move once a step, running ← (1 − momentum) ·
 * running + momentum · batch.
 *
 * @param channels C, how many of each there are
 * @param momentum weight of the newest ones, 0 to 1; none for the mean over all steps, 1 / (step + 1)
 * @param over which values they are taken over
 */
public record RunningStatistics(int channels, @Nullable Double momentum, StatisticsLayout.Over over) {}
