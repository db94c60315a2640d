package io.convoy.engine.layer;

/**
 * A smooth {@link Relu} (Dugas et al. 2001), any shape.
 *
 * <pre>y = ln(1 + exp(beta · x)) / beta,  and y = x where beta · x > threshold</pre>
 *
 * @param beta how sharp the bend is, above 0; default 1
 * @param threshold where the straight line begins, finite; default 20
 */
public record Softplus(double beta, double threshold) implements Elementwise {
    /** A beta of 1 and a threshold of 20. */
    public Softplus() {
        this(1, 20);
    }

    public Softplus {
        Expect.above(0, "Softplus", "beta", beta);
        Expect.number("Softplus", "threshold", threshold);
    }
}
