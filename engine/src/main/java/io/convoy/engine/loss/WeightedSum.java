package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Several losses with fixed weights: multi-task learning (Caruana 1997), or several losses on one output.
 *
 * <pre>loss = Σ_k weight[k] · loss[k]</pre>
 *
 * Each task's terms keep a normaliser of their own. An output that no task reads gets no gradient.
 *
 * @param tasks at least one
 */
public record WeightedSum(List<Task> tasks) implements Loss {
    private static final String NAME = "WeightedSum";

    public WeightedSum {
        tasks = List.copyOf(tasks);
        Tasks.requireSome(NAME, tasks);
    }

    /** Of these tasks. */
    public static WeightedSum of(Task... tasks) {
        return new WeightedSum(List.of(tasks));
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        Tasks.check(NAME, tasks, outputs, target);
    }

    @Override
    public int terms() {
        return Tasks.terms(tasks);
    }

    @Override
    public Reduction reduction(int term) {
        return Tasks.reduction(tasks, term);
    }

    @Override
    public boolean weighsTargets() {
        return Tasks.weighTargets(tasks);
    }

    @Override
    public void weigh(Batch batch, double[] weights) {
        Tasks.weigh(tasks, batch, weights);
    }

    @Override
    public void evaluate(Batch batch, double[] scales, double[] sums) {
        Tasks.clear(batch);
        int first = 0;
        for (int i = 0; i < tasks.size(); i++) {
            Tasks.evaluate(tasks, i, first, tasks.get(i).weight(), batch, scales, sums);
            first += tasks.get(i).loss().terms();
        }
    }
}
