package io.convoy.engine.layer;

/**
 * Exponential linear unit (Clevert et al. 2016), any shape; the gradient at 0 is {@code alpha}.
 *
 * <pre>y = x where x > 0, else alpha · (exp(x) − 1)</pre>
 *
 * @param alpha minus the limit far below 0, finite; default 1
 */
public record Elu(double alpha) implements Elementwise {
    /** An alpha of 1. */
    public Elu() {
        this(1);
    }

    public Elu {
        Expect.number("Elu", "alpha", alpha);
    }
}
