package io.convoy.ps.shard;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.PartState;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.exchange.TreeSum;
import io.convoy.engine.optim.Optimizer;
import io.convoy.ps.wire.Floats;
import java.util.ArrayList;
import java.util.List;

/** Weights and optimiser state of one part. */
final class OwnedPart extends OwnedSpan {
    private final PartState state;
    private final Optimizer optimizer;
    private final FloatBuffers buffers;

    OwnedPart(PartState state, Optimizer optimizer, int workers, FloatBuffers buffers) {
        super(workers, buffers);
        this.state = state;
        this.optimizer = optimizer;
        this.buffers = buffers;
    }

    @Override
    String label() {
        return "part " + state.part().index();
    }

    @Override
    int length() {
        return state.part().length();
    }

    @Override
    long version() {
        return state.version();
    }

    @Override
    float[] values() {
        return state.weights();
    }

    @Override
    TreeSum<float[]> open(StepPlan step) {
        return buffers.sum(step.tree(), length());
    }

    @Override
    void apply(StepPlan step, float[] sum) {
        state.apply(optimizer, step, sum);
    }

    /** A copy. */
    synchronized ShardSnapshot.PartSnapshot snapshot() {
        List<Floats> spans = new ArrayList<>();
        for (float[] span : state.state()) {
            spans.add(new Floats(span.clone()));
        }
        return new ShardSnapshot.PartSnapshot(
                state.part(), state.version(), new Floats(state.weights().clone()), spans);
    }
}
