package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * A triplet loss that also wants the positive pair closer than any negative pair (Chen et al., "Beyond triplet loss: a deep
 * quadruplet network for person re-identification", CVPR 2017, equation 9).
 *
 * <pre>
 * loss[n] = max(0, D(a, p)² − D(a, k)² + α₁) + max(0, D(a, p)² − D(l, k)² + α₂),  D the Euclidean distance
 * outputs, in this order, anchor a, positive p, negatives k and l of two other classes: [N, D]; no target: [0]
 * </pre>
 *
 * @param margin α₁, above 0; default 1
 * @param secondMargin α₂, above 0, as a rule the smaller one; default 0.5
 * @param reduction default {@link Reduction#MEAN}, over the quadruplets
 */
public record Quadruplet(double margin, double secondMargin, Reduction reduction) implements SampleLoss {
    private static final String NAME = "Quadruplet";

    public Quadruplet {
        Expect.above(0, NAME, "margin", margin);
        Expect.above(0, NAME, "secondMargin", secondMargin);
    }

    /** With every default. */
    public Quadruplet() {
        this(1, 0.5, Reduction.MEAN);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        Distance.check(NAME, 4, outputs);
        Distance.noTarget(NAME, target);
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        double near = Distance.between(batch, sample, 0, 1);
        double far = Distance.between(batch, sample, 0, 2);
        double apart = Distance.between(batch, sample, 3, 2);
        double first = near * near - far * far + margin;
        double second = near * near - apart * apart + secondMargin;
        Distance.clear(batch, sample);
        int counting = 0;
        double loss = 0;
        if (!(first <= 0)) {
            loss += first;
            counting++;
            Distance.addGradient(batch, sample, 0, 2, far, -2 * scale * far);
        }
        if (!(second <= 0)) {
            loss += second;
            counting++;
            Distance.addGradient(batch, sample, 3, 2, apart, -2 * scale * apart);
        }
        Distance.addGradient(batch, sample, 0, 1, near, counting * 2 * scale * near);
        return loss;
    }
}
