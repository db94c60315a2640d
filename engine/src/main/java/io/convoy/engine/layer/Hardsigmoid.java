package io.convoy.engine.layer;

/**
 * The logistic function made of straight lines (Courbariaux et al. 2015): y = min(max(x + 3, 0), 6) / 6, any shape; the
 * gradient at −3 and at 3 is 0.
 */
public record Hardsigmoid() implements Elementwise {
    @Override
    public String toString() {
        return "Hardsigmoid";
    }
}
