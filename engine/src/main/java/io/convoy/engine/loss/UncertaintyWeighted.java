package io.convoy.engine.loss;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Several losses whose weights are learned: the more uncertain a task is, the less it weighs (Kendall, Gal and Cipolla,
 * "Multi-task learning using uncertainty to weigh losses for scene geometry and semantics", CVPR 2018).
 *
 * <pre>
 * loss = Σ_k exp(−s[k]) · weight[k] · loss[k] + s[k]
 * the network's last output s: [N, tasks], the logarithms of the tasks' variances, the same for every sample
 * </pre>
 *
 * The last output is that of a {@link io.convoy.engine.layer.LearnedScalars}. The terms are the tasks' terms, and one more,
 * Σ_k s[k], whose normaliser is the number of samples.
 *
 * @param tasks at least one; none reads the last output
 */
public record UncertaintyWeighted(List<Task> tasks) implements Loss {
    private static final String NAME = "UncertaintyWeighted";

    public UncertaintyWeighted {
        tasks = List.copyOf(tasks);
        Tasks.requireSome(NAME, tasks);
    }

    /** Of these tasks. */
    public static UncertaintyWeighted of(Task... tasks) {
        return new UncertaintyWeighted(List.of(tasks));
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        Shape expected = Shape.of(tasks.size());
        if (outputs.isEmpty() || !outputs.get(outputs.size() - 1).equals(expected)) {
            throw new ShapeException(NAME + " expects a last output of " + expected
                    + ", the logarithm of a variance for each task, but samples of the network's outputs are " + outputs
                    + ". Maybe a LearnedScalars[count=" + tasks.size() + "] is missing.");
        }
        Tasks.check(NAME, tasks, outputs.subList(0, outputs.size() - 1), target);
    }

    @Override
    public int terms() {
        return Tasks.terms(tasks) + 1;
    }

    @Override
    public Reduction reduction(int term) {
        return term == terms() - 1 ? Reduction.BATCH_MEAN : Tasks.reduction(tasks, term);
    }

    @Override
    public boolean weighsTargets() {
        return Tasks.weighTargets(tasks);
    }

    @Override
    public void weigh(Batch batch, double[] weights) {
        Tasks.weigh(tasks, batch, weights);
        weights[terms() - 1] += batch.samples();
    }

    @Override
    public void evaluate(Batch batch, double[] scales, double[] sums) {
        Tasks.clear(batch);
        int samples = batch.samples();
        int last = batch.outputs() - 1;
        int own = terms() - 1;
        float[] s = batch.output(last);
        float[] ds = batch.gradient(last);
        Arrays.fill(sums, 0, own + 1, 0);
        double variances = 0;
        int first = 0;
        for (int k = 0; k < tasks.size() && samples > 0; k++) {
            double factor = tasks.get(k).weight() * StrictMath.exp(-s[k]);
            double loss = Tasks.evaluate(tasks, k, first, factor, batch, scales, sums);
            first += tasks.get(k).loss().terms();
            for (int n = 0; n < samples; n++) {
                int at = n * tasks.size() + k;
                variances += s[at];
                // All samples have the same s, so how they share its gradient makes no difference.
                ds[at] = (float) (scales[own] - loss / samples);
            }
        }
        sums[own] = variances;
    }
}
