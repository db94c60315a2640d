package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Draws pairs that are alike together and pushes others apart up to a margin (Hadsell, Chopra and LeCun, "Dimensionality
 * reduction by learning an invariant mapping", CVPR 2006).
 *
 * <pre>
 * loss[n] = (1 − t) / 2 · D² + t / 2 · max(0, m − D)²,  D = ‖a[n] − b[n]‖₂
 * outputs a, b: [N, D]; target t: 0 for a pair that is alike, 1 for one that is not
 * </pre>
 *
 * @param margin m, how far pairs that are not alike are pushed apart, above 0; default 1
 * @param reduction default {@link Reduction#MEAN}, over the pairs
 */
public record Contrastive(double margin, Reduction reduction) implements SampleLoss {
    private static final String NAME = "Contrastive";

    public Contrastive {
        Expect.above(0, NAME, "margin", margin);
    }

    /** The mean with a margin of 1. */
    public Contrastive() {
        this(1, Reduction.MEAN);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        Distance.check(NAME, 2, outputs);
        Distance.oneTarget(NAME, target);
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        double t = batch.targets()[batch.targetAt(sample)];
        double distance = Distance.between(batch, sample, 0, 1);
        double missing = Math.max(0, margin - distance);
        Distance.clear(batch, sample);
        Distance.addGradient(batch, sample, 0, 1, distance, scale * ((1 - t) * distance - t * missing));
        return 0.5 * ((1 - t) * distance * distance + t * missing * missing);
    }
}
