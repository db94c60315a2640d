package io.convoy.engine.layer;

/**
 * Mish (Misra 2019): y = x · tanh(ln(1 + exp(x))), any shape.
 */
public record Mish() implements Elementwise {
    @Override
    public String toString() {
        return "Mish";
    }
}
