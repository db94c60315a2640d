package io.convoy.engine.layer;

/**
 * The logistic function: y = 1 / (1 + exp(−x)), any shape.
 */
public record Sigmoid() implements Elementwise {
    @Override
    public String toString() {
        return "Sigmoid";
    }
}
