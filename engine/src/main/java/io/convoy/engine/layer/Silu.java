package io.convoy.engine.layer;

/**
 * Sigmoid linear unit (Hendrycks and Gimpel 2016), also called Swish with a slope of 1: y = x · σ(x), σ(x) = 1 / (1 + exp(−x)),
 * any shape.
 */
public record Silu() implements Elementwise {
    @Override
    public String toString() {
        return "Silu";
    }
}
