package io.convoy.engine.layer;

/**
 * Gaussian error linear unit (Hendrycks and Gimpel 2016), any shape.
 *
 * <pre>
 * y = x / 2 · (1 + erf(x / √2))                                 NONE
 * y = x / 2 · (1 + tanh(√(2 / π) · (x + 0.044715 · x³)))        TANH
 * </pre>
 *
 * @param approximate which of the two; default NONE
 */
public record Gelu(Approximation approximate) implements Elementwise {
    /** Whether the error function is approximated. */
    public enum Approximation {
        /** The error function itself. */
        NONE,
        /** By a hyperbolic tangent. */
        TANH
    }

    /** With the error function itself. */
    public Gelu() {
        this(Approximation.NONE);
    }
}
