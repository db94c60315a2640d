package io.convoy.ps.shard;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.StatisticsLayout;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.exchange.TreeSum;
import io.convoy.ps.wire.Floats;

/** The running statistics of every BatchNorm: one update a step, from the statistics of the global batch. */
final class OwnedStatistics extends OwnedSpan {
    private final StatisticsLayout layout;
    private final float[] running;
    private long version;

    /** Takes over {@code running}. */
    OwnedStatistics(StatisticsLayout layout, float[] running, long version, int workers, FloatBuffers buffers) {
        super(workers, buffers);
        this.layout = layout;
        this.running = running;
        this.version = version;
    }

    @Override
    String label() {
        return "the running statistics";
    }

    @Override
    int length() {
        return layout.length();
    }

    @Override
    long version() {
        return version;
    }

    @Override
    float[] values() {
        return running;
    }

    @Override
    TreeSum<float[]> open(StepPlan step) {
        return layout.sum(step);
    }

    @Override
    void apply(StepPlan step, float[] sum) {
        layout.update(running, sum, step.step(), step.samples());
        version++;
    }

    /** A copy. */
    synchronized ShardSnapshot.StatisticsSnapshot snapshot() {
        return new ShardSnapshot.StatisticsSnapshot(version, new Floats(running.clone()));
    }
}
