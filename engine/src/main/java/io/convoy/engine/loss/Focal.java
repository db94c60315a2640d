package io.convoy.engine.loss;

/**
 * Cross-entropy of yes and no that looks away from what is easy (Lin et al., "Focal loss for dense object detection", ICCV 2017).
 *
 * <pre>
 * loss[i] = −α_t · (1 − p_t)^γ · log p_t
 * p_t = σ(x) for t = 1, 1 − σ(x) for t = 0;  α_t = α for t = 1, 1 − α for t = 0;  x, t: [N, …]
 * </pre>
 *
 * Between 0 and 1, p_t and α_t are mixed by t and the logarithm is that of binary cross-entropy, as torchvision has it.
 *
 * @param alpha α, what a yes weighs, 0 to 1; below 0, nothing is weighed; default 0.25
 * @param gamma γ, at least 0; 0 is binary cross-entropy; default 2
 * @param reduction default {@link Reduction#MEAN}, over all elements
 */
public record Focal(double alpha, double gamma, Reduction reduction) implements ElementLoss {
    public Focal {
        if (!(alpha <= 1)) {
            throw new IllegalArgumentException("Focal expects alpha of at most 1, but alpha is " + alpha + ".");
        }
        Expect.atLeast(0, "Focal", "gamma", gamma);
    }

    /** The mean with the paper's α and γ. */
    public Focal() {
        this(0.25, 2, Reduction.MEAN);
    }

    private double balance(double t) {
        return alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
    }

    @Override
    public double value(double x, double t, int channel) {
        double small = StrictMath.exp(-Math.abs(x));
        double tail = StrictMath.log1p(small);
        double entropy = t * (tail + Math.max(-x, 0)) + (1 - t) * (tail + Math.max(x, 0));
        return balance(t) * entropy * Power.of(wrong(x, t, small), gamma);
    }

    /** 1 − p_t. */
    private static double wrong(double x, double t, double small) {
        double yes = (x < 0 ? small : 1) / (1 + small);
        double no = (x < 0 ? 1 : small) / (1 + small);
        return t * no + (1 - t) * yes;
    }

    @Override
    public double slope(double x, double t, int channel) {
        double small = StrictMath.exp(-Math.abs(x));
        double tail = StrictMath.log1p(small);
        double entropy = t * (tail + Math.max(-x, 0)) + (1 - t) * (tail + Math.max(x, 0));
        double yes = (x < 0 ? small : 1) / (1 + small);
        double no = (x < 0 ? 1 : small) / (1 + small);
        double wrong = wrong(x, t, small);
        double power = Power.of(wrong, gamma);
        // (1 − p_t)^γ and the entropy both depend on x; where nothing is wrong, the first one's slope is 0.
        double powerSlope = gamma == 0 || wrong == 0 ? 0 : gamma * power / wrong * (1 - 2 * t) * yes * no;
        return balance(t) * (powerSlope * entropy + power * ((1 - t) * yes - t * no));
    }
}
