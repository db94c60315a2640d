package io.convoy.engine.layer;

/**
 * The hyperbolic tangent: y = tanh(x), any shape.
 */
public record Tanh() implements Elementwise {
    @Override
    public String toString() {
        return "Tanh";
    }
}
