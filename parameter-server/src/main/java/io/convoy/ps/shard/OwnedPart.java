package io.convoy.ps.shard;

import io.convoy.engine.exchange.ExchangeException;
import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.Part;
import io.convoy.engine.exchange.PartState;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.exchange.TensorSums;
import io.convoy.engine.exchange.TreeSum;
import io.convoy.ps.wire.Floats;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Weights and optimiser state of one part. */
final class OwnedPart extends OwnedSpan {
    private final PartState state;
    private final int rounds;
    private final Supplier<List<Integer>> owing;
    private final FloatBuffers buffers;

    /**
     * A part of which {@code state} is the start.
     *
     * @param rounds how often the rule needs sums over tensors
     * @param owing who has not told them; asked with this part's lock held
     */
    OwnedPart(PartState state, int rounds, Supplier<List<Integer>> owing, int workers, FloatBuffers buffers) {
        super(workers, buffers);
        this.state = state;
        this.rounds = rounds;
        this.owing = owing;
        this.buffers = buffers;
    }

    Part part() {
        return state.part();
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
    boolean isReady() {
        return rounds == 0 || state.isReady();
    }

    @Override
    List<Integer> owing() {
        return isReady() ? List.of() : owing.get();
    }

    /** Measures what the rule needs of this part before it can be applied; the sum is complete. */
    synchronized double @Nullable [] begin() {
        return state.begin(plan(), total());
    }

    /** Goes on with the sums over all parts, and makes the next version if these were the last. */
    synchronized double @Nullable [] proceed(TensorSums totals) {
        double[] next = state.proceed(plan(), total(), totals);
        if (next == null) {
            publishIfComplete();
        }
        return next;
    }

    @Override
    void apply(StepPlan step, float[] sum) {
        if (rounds == 0) {
            state.begin(step, sum);
        }
        state.apply(step, sum);
    }

    /** Answers at once: averages are asked for between steps. */
    synchronized void pullAverages(int worker, long version, Asker asker) {
        if (version == version() && !state.isBegun()) {
            asker.values(version, state.averages());
        } else if (version >= version()) {
            throw refusal(
                    "to be asked for averages of its version, between steps",
                    "slot " + worker + " asking for those of version " + version);
        }
        // Those of an earlier version were asked for by a copy of a request that has long been answered.
    }

    /** A copy. */
    synchronized ShardSnapshot.PartSnapshot snapshot() {
        if (state.isBegun()) {
            throw new ExchangeException(
                    "A snapshot of version " + version() + " expects to be taken between steps, but " + label()
                            + " waits for sums of step " + version() + ".");
        }
        List<Floats> spans = new ArrayList<>();
        for (float[] span : state.state()) {
            spans.add(new Floats(span.clone()));
        }
        return new ShardSnapshot.PartSnapshot(
                state.part(), state.version(), new Floats(state.weights().clone()), spans);
    }
}
