package io.convoy.own;

import io.convoy.engine.layer.ShapeException;
import io.convoy.engine.loss.Batch;
import io.convoy.engine.loss.SampleLoss;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/** How far wrong classes k come within a margin of the right one t: Σ_{k≠t} max(0, margin − x[t] + x[k]) / classes. */
public record MultiMargin(double margin) implements SampleLoss {
    @Override
    public void check(List<Shape> outputs, Shape target) {
        if (outputs.size() != 1 || outputs.get(0).rank() != 1 || target.rank() != 0) {
            throw new ShapeException(this + " expects one output of [N, classes] and a class for each sample, but a"
                    + " sample has outputs of " + outputs + " and a target of " + target + ".");
        }
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        int classes = batch.count(0);
        int target = (int) batch.targets()[batch.targetAt(sample)];
        if (target < 0 || target >= classes) {
            throw new IllegalArgumentException(this + " expects 0 to " + (classes - 1) + ", but got " + target + ".");
        }
        float[] x = batch.output(0);
        float[] dx = batch.gradient(0);
        int begin = sample * classes;
        int right = begin + target;
        double sum = 0;
        int wrong = 0;
        for (int k = begin; k < begin + classes; k++) {
            double excess = k == right ? 0 : Math.max(0, margin - x[right] + x[k]);
            sum += excess;
            wrong += excess > 0 ? 1 : 0;
            dx[k] = excess > 0 ? (float) (scale / classes) : 0;
        }
        dx[right] = (float) (-wrong * scale / classes);
        return sum / classes;
    }
}
