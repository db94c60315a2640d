package io.convoy.engine.layer;

/**
 * Swish (Ramachandran et al. 2017), any shape; with a beta of 1 it is {@link Silu}.
 *
 * <pre>y = x / (1 + exp(−beta · x))</pre>
 *
 * @param beta how fast the gate opens, finite
 */
public record Swish(double beta) implements Elementwise {
    public Swish {
        Expect.number("Swish", "beta", beta);
    }
}
