package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Wants an anchor nearer to a positive than to a negative by a margin (Balntas et al., "Learning local feature descriptors with
 * triplets and shallow convolutional neural networks", BMVC 2016), as PyTorch's {@code TripletMarginLoss}.
 *
 * <pre>
 * loss[n] = max(0, D(a, p) − d + m),  d = D(a, n), or min(D(a, n), D(p, n)) with swap
 * D(x, y) = (Σ_i |x[i] − y[i] + ε|^p)^(1/p)
 * outputs, in this order, anchor a, positive p, negative n: [N, D]; no target: [0]
 * </pre>
 *
 * @param margin m, above 0; default 1
 * @param p the norm's degree, at least 1; default 2
 * @param eps ε, at least 0; default 10⁻⁶
 * @param swap whether the negative's distance to the positive counts if it is the shorter one; default false
 * @param reduction default {@link Reduction#MEAN}, over the triplets
 */
public record TripletMargin(double margin, double p, double eps, boolean swap, Reduction reduction)
        implements SampleLoss {
    private static final String NAME = "TripletMargin";

    public TripletMargin {
        Expect.above(0, NAME, "margin", margin);
        Expect.atLeast(1, NAME, "p", p);
        Expect.atLeast(0, NAME, "eps", eps);
    }

    /** With every default. */
    public TripletMargin() {
        this(1, 2, 1e-6, false, Reduction.MEAN);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        Distance.check(NAME, 3, outputs);
        Distance.noTarget(NAME, target);
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        double near = Distance.between(batch, sample, 0, 1, p, eps);
        double far = Distance.between(batch, sample, 0, 2, p, eps);
        int from = 0;
        if (swap) {
            double other = Distance.between(batch, sample, 1, 2, p, eps);
            if (other < far) {
                far = other;
                from = 1;
            }
        }
        double loss = near - far + margin;
        Distance.clear(batch, sample);
        // NaN is none of the losses that are small enough.
        if (loss <= 0) {
            return 0;
        }
        Distance.addGradient(batch, sample, 0, 1, p, eps, near, scale);
        Distance.addGradient(batch, sample, from, 2, p, eps, far, -scale);
        return loss;
    }
}
