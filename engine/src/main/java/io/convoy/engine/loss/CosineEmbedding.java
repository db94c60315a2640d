package io.convoy.engine.loss;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Turns vectors of pairs that are alike into one direction and others apart, as PyTorch's {@code CosineEmbeddingLoss}.
 *
 * <pre>
 * loss[n] = 1 − c for t = 1, max(0, c − m) for t = −1
 * c = Σ_i a[i]·b[i] / √((Σ_i a[i]² + 10⁻¹²) · (Σ_i b[i]² + 10⁻¹²))
 * outputs a, b: [N, D]; target t: 1 for a pair that is alike, −1 for one that is not
 * </pre>
 *
 * @param margin m, a cosine that costs nothing, −1 to 1; default 0
 * @param reduction default {@link Reduction#MEAN}, over the pairs
 */
public record CosineEmbedding(double margin, Reduction reduction) implements SampleLoss {
    private static final String NAME = "CosineEmbedding";
    private static final double EPSILON = 1e-12;

    public CosineEmbedding {
        Expect.between(-1, 1, NAME, "margin", margin);
    }

    /** The mean with a margin of 0. */
    public CosineEmbedding() {
        this(0, Reduction.MEAN);
    }

    @Override
    public void check(List<Shape> outputs, Shape target) {
        Distance.check(NAME, 2, outputs);
        Distance.oneTarget(NAME, target);
    }

    @Override
    public double evaluate(Batch batch, int sample, double scale) {
        float t = batch.targets()[batch.targetAt(sample)];
        if (t != 1 && t != -1) {
            throw new IllegalArgumentException(NAME + " expects targets of 1 or -1, but a target is " + t
                    + ". Maybe it was meant for Contrastive, whose targets are 0 and 1.");
        }
        float[] a = batch.output(0);
        float[] b = batch.output(1);
        int count = batch.count(0);
        double product = 0;
        double aSquare = EPSILON;
        double bSquare = EPSILON;
        for (int i = sample * count; i < (sample + 1) * count; i++) {
            product += (double) a[i] * b[i];
            aSquare += (double) a[i] * a[i];
            bSquare += (double) b[i] * b[i];
        }
        double lengths = Math.sqrt(aSquare * bSquare);
        double cosine = product / lengths;
        double loss = t > 0 ? 1 - cosine : Math.max(0, cosine - margin);
        double slope = t > 0 ? -scale : cosine < margin ? 0 : scale;
        for (int i = sample * count; i < (sample + 1) * count; i++) {
            batch.gradient(0)[i] = (float) (slope * (b[i] / lengths - cosine * a[i] / aSquare));
            batch.gradient(1)[i] = (float) (slope * (a[i] / lengths - cosine * b[i] / bSquare));
        }
        return loss;
    }
}
