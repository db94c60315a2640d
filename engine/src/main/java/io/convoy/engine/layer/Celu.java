package io.convoy.engine.layer;

/**
 * Exponential linear unit whose slope has no jump (Barron 2017), any shape.
 *
 * <pre>y = x where x > 0, else alpha · (exp(x / alpha) − 1)</pre>
 *
 * @param alpha minus the limit far below 0, above 0; default 1
 */
public record Celu(double alpha) implements Elementwise {
    /** An alpha of 1. */
    public Celu() {
        this(1);
    }

    public Celu {
        Expect.above(0, "Celu", "alpha", alpha);
    }
}
