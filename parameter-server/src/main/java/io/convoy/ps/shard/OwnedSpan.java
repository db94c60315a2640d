package io.convoy.ps.shard;

import io.convoy.engine.exchange.FloatBuffers;
import io.convoy.engine.exchange.LeafRange;
import io.convoy.engine.exchange.StepPlan;
import io.convoy.engine.exchange.TreeSum;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One span in the hands of its owner. At version v it collects step v, and no other: a worker pushes step s only after it has
 * pulled version s of everything, so a push of a later step is a mistake, and one of an earlier step is a duplicate.
 *
 * <p>Version v gives way to v + 1 once every leaf is in <em>and every worker is done with v</em>, that is, has pushed in
 * step v or has asked for v + 1. Without the second condition a worker without leaves could ask for a version that is
 * already gone. If the rule needs sums over tensors, the parts' owners have told each other theirs by then.
 */
abstract sealed class OwnedSpan permits OwnedPart, OwnedStatistics {
    private static final int MOST_MISSING = 64;

    private record Pending(int worker, long request) {}

    private final int workers;
    private final FloatBuffers buffers;
    private final BitSet done;
    private final Map<Pending, Asker> askers = new LinkedHashMap<>();
    private @Nullable StepPlan plan;
    private @Nullable TreeSum<float[]> sum;
    private float @Nullable [] total;

    OwnedSpan(int workers, FloatBuffers buffers) {
        this.workers = workers;
        this.buffers = buffers;
        this.done = new BitSet(workers);
    }

    /** How messages call it, e.g. {@code part 3}. */
    abstract String label();

    abstract int length();

    abstract long version();

    /** The live floats. */
    abstract float[] values();

    abstract TreeSum<float[]> open(StepPlan step);

    /** Makes version v + 1 from the sum of step v. */
    abstract void apply(StepPlan step, float[] sum);

    /** Whether {@link #apply} has all it needs besides the sum of step v. */
    boolean isReady() {
        return true;
    }

    /** Workers whose sums over blocks this span waits for. */
    List<Integer> owing() {
        return List.of();
    }

    /**
     * Takes over {@code values}, whatever becomes of them.
     *
     * @return whether this push brought the last leaf
     */
    final synchronized boolean push(int worker, StepPlan step, LeafRange leaves, float[] values) {
        try {
            if (values.length != length()) {
                throw refusal(length() + " floats", values.length + " floats from slot " + worker);
            }
            if (step.step() > version()) {
                throw refusal(
                        "a sum of step " + version(),
                        "one of step " + step.step() + " from slot " + worker
                                + ". Maybe the slots started from different checkpoints");
            }
            if (!takes(worker, step, leaves)) {
                buffers.give(values);
                return false;
            }
        } catch (RefusedException e) {
            buffers.give(values);
            throw e;
        }
        done.set(worker);
        float[] complete = Objects.requireNonNull(sum).add(leaves, values);
        total = complete;
        publishIfComplete();
        return complete != null;
    }

    /** What is summed now; only while the sum waits to be applied. */
    final StepPlan plan() {
        return Objects.requireNonNull(plan);
    }

    /** The complete sum; only while it waits to be applied. */
    final float[] total() {
        return Objects.requireNonNull(total);
    }

    private boolean takes(int worker, StepPlan step, LeafRange leaves) {
        if (step.step() < version() || total != null) {
            return false;
        }
        if (!step.tree().isNode(leaves)) {
            throw refusal(
                    "nodes of the tree of " + step.leaves() + " leaves", "leaves " + leaves + " from slot " + worker);
        }
        StepPlan agreed = plan;
        TreeSum<float[]> open = sum;
        if (agreed == null || open == null) {
            plan = step;
            sum = open(step);
            return true;
        }
        if (!agreed.equals(step)) {
            throw refusal("all sums of a step to have one plan, " + agreed, step + " from slot " + worker);
        }
        if (open.lacks(leaves)) {
            return true;
        }
        if (open.missing().stream().anyMatch(gap -> gap.begin() < leaves.end() && leaves.begin() < gap.end())) {
            throw refusal(
                    "every leaf once",
                    "leaves " + leaves + " from slot " + worker
                            + ", of which only some are in. Maybe two slots were dealt" + " the same leaf");
        }
        return false;
    }

    /** Answers at once, or later, when {@code version} is made. */
    final synchronized void pull(int worker, long request, long version, Asker asker) {
        if (version == version()) {
            asker.values(version, values());
        } else if (version == version() + 1) {
            done.set(worker);
            // A later copy of the request replaces the first: it may have come over a younger connection.
            boolean again = askers.put(new Pending(worker, request), asker) != null;
            publishIfComplete();
            if (again && version() < version) {
                tellWhy(asker);
            }
        } else if (version > version()) {
            throw refusal(
                    "to be asked for version " + version() + " or the next",
                    "slot " + worker + " asking for version " + version
                            + ". Maybe the slots started from different checkpoints");
        }
        // An earlier version was asked for by a copy of a request that has long been answered.
    }

    private void tellWhy(Asker asker) {
        StepPlan step = plan;
        TreeSum<float[]> open = sum;
        List<LeafRange> missing = total != null || open == null
                ? List.of()
                : open.missing().stream().limit(MOST_MISSING).toList();
        asker.waiting(
                step == null ? 0 : step.leaves(),
                missing,
                total == null ? List.of() : owing(),
                IntStream.range(0, workers)
                        .filter(worker -> !done.get(worker))
                        .boxed()
                        .toList());
    }

    /** Makes the next version if all is there. */
    final synchronized void publishIfComplete() {
        StepPlan step = plan;
        float[] complete = total;
        if (step == null || complete == null || done.cardinality() < workers || !isReady()) {
            return;
        }
        apply(step, complete);
        buffers.give(complete);
        plan = null;
        sum = null;
        total = null;
        done.clear();
        for (Asker asker : askers.values()) {
            asker.values(version(), values());
        }
        askers.clear();
    }

    final RefusedException refusal(String expected, String got) {
        return new RefusedException("The owner of " + label() + " at version " + version() + " expects " + expected
                + ", but it got " + got + ".");
    }
}
