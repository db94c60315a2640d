package io.convoy.engine.layer;

/**
 * Rectified linear unit with a ceiling (Howard et al. 2017): y = min(max(x, 0), 6), any shape; the gradient at 0 and at 6 is
 * 0.
 */
public record Relu6() implements Elementwise {
    @Override
    public String toString() {
        return "Relu6";
    }
}
