package io.convoy.engine.exchange;

import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.UpdateRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The exchange of a run that lives in one process: it owns every part itself. Its answers have the same bits as those of
 * any number of parameter servers.
 */
public final class LocalExchange implements GradientExchange {
    private final ParameterLayout layout;
    private final StatisticsLayout statisticsLayout;
    private final UpdateRule rule;
    private final PartialSums partialSums;
    private final Map<Integer, float[]> begun = new HashMap<>();
    private final FloatBuffers buffers = new FloatBuffers();
    private final List<PartState> states = new ArrayList<>();
    private final Map<Integer, TreeSum<float[]>> sums = new HashMap<>();
    private @Nullable TreeSum<float[]> statisticsSum;
    private final float[] statistics;
    private long statisticsVersion;

    /** Starts from {@code initial}, which is copied, with an optimiser and nothing around it. */
    public LocalExchange(
            ParameterLayout layout, StatisticsLayout statisticsLayout, Optimizer optimizer, ModelState initial) {
        this(layout, statisticsLayout, UpdateRule.of(optimizer), initial);
    }

    /** Starts from {@code initial}, which is copied. */
    public LocalExchange(
            ParameterLayout layout, StatisticsLayout statisticsLayout, UpdateRule rule, ModelState initial) {
        initial.requireFits(layout, statisticsLayout, rule);
        this.layout = layout;
        this.statisticsLayout = statisticsLayout;
        this.rule = rule;
        this.partialSums = new PartialSums(layout, rule, initial.version());
        for (Part part : layout.parts()) {
            states.add(PartState.cut(layout, part, initial, rule));
        }
        this.statistics = initial.statistics().clone();
        this.statisticsVersion = initial.version();
    }

    /** Ignores what is in already, also when its step is over. */
    @Override
    public synchronized void push(StepPlan plan, LeafRange node, Part part, float[] gradient) {
        if (isOver(plan, states.get(part.index()).version())) {
            return;
        }
        TreeSum<float[]> sum = sums.computeIfAbsent(part.index(), index -> buffers.sum(plan.tree(), part.length()));
        if (!sum.lacks(node)) {
            return;
        }
        float[] copy = buffers.take(part.length());
        System.arraycopy(gradient, 0, copy, 0, part.length());
        float[] total = sum.add(node, copy);
        if (total != null) {
            begun.put(part.index(), total);
            proceed(plan, part, 0, states.get(part.index()).begin(plan, total));
        }
    }

    /** Applies the rule, or collects what the part has measured until all parts have. */
    private void proceed(StepPlan plan, Part part, int round, double @Nullable [] measured) {
        if (measured == null) {
            float[] total = Objects.requireNonNull(begun.remove(part.index()));
            states.get(part.index()).apply(plan, total);
            buffers.give(total);
            sums.remove(part.index());
            return;
        }
        partialSums.add(round, part, measured);
        if (!partialSums.isComplete(round)) {
            return;
        }
        TensorSums totals = partialSums.totals(round);
        if (round == rule.rounds() - 1) {
            partialSums.next();
        }
        for (Part one : layout.parts()) {
            float[] total = Objects.requireNonNull(begun.get(one.index()));
            proceed(plan, one, round + 1, states.get(one.index()).proceed(plan, total, totals));
        }
    }

    /** Ignores what is in already, also when its step is over. */
    @Override
    public synchronized void pushStatistics(StepPlan plan, LeafRange node, float[] batch) {
        if (isOver(plan, statisticsVersion)) {
            return;
        }
        TreeSum<float[]> sum = statisticsSum;
        if (sum == null) {
            sum = statisticsLayout.sum(plan);
            statisticsSum = sum;
        }
        if (!sum.lacks(node)) {
            return;
        }
        float[] total = sum.add(node, batch.clone());
        if (total != null) {
            statisticsLayout.update(statistics, total, plan.step(), plan.samples());
            statisticsVersion++;
            statisticsSum = null;
        }
    }

    private static boolean isOver(StepPlan plan, long version) {
        if (plan.step() > version) {
            throw new ExchangeException("LocalExchange expects step " + version + ", but it was given a part of step "
                    + plan.step() + ". Maybe a leaf of step " + version + " was not pushed.");
        }
        return plan.step() < version;
    }

    /** Never waits: in one process whoever pulls has pushed, so a missing leaf is a mistake of the caller. */
    @Override
    public synchronized void pull(long version, WeightSink sink) {
        pull(version, PartState::weights, sink);
    }

    @Override
    public synchronized void pullAverages(long version, WeightSink sink) {
        pull(version, PartState::averages, sink);
    }

    private void pull(long version, Function<PartState, float[]> values, WeightSink sink) {
        for (Part part : layout.parts()) {
            PartState state = states.get(part.index());
            require(state.version() == version, version, state.version());
            sink.weights(part, values.apply(state));
        }
        if (statisticsLayout.length() > 0) {
            require(statisticsVersion == version, version, statisticsVersion);
            sink.statistics(statistics);
        }
    }

    private static void require(boolean holds, long version, long have) {
        if (!holds) {
            throw new ExchangeException("LocalExchange expects to be asked for the version it has, " + have
                    + ", but it was asked for " + version + ". Maybe a leaf of the step was not pushed.");
        }
    }

    /** A copy of everything, for a checkpoint; only between two steps. */
    public synchronized ModelState snapshot() {
        float[] weights = new float[layout.length()];
        float[][] optimizerState = new float[rule.stateSpans()][layout.length()];
        long version = states.isEmpty() ? statisticsVersion : states.get(0).version();
        if (statisticsLayout.length() > 0) {
            requireWhole(statisticsVersion, version);
        }
        for (PartState state : states) {
            requireWhole(state.version(), version);
            state.copyTo(weights, optimizerState);
        }
        return new ModelState(version, weights, optimizerState, statistics.clone());
    }

    private static void requireWhole(long one, long other) {
        if (one != other) {
            throw new ExchangeException("LocalExchange.snapshot expects to be called between two steps, but step "
                    + Math.min(one, other) + " is done in part only.");
        }
    }

    @Override
    public void close() {}
}
