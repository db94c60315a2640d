package io.convoy.engine.layer;

/**
 * Swish made of straight lines (Howard et al. 2019): y = x · min(max(x + 3, 0), 6) / 6, any shape; the gradient at −3 is 0 and
 * at 3 it is 1.
 */
public record Hardswish() implements Elementwise {
    @Override
    public String toString() {
        return "Hardswish";
    }
}
