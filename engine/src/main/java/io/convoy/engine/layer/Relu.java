package io.convoy.engine.layer;

/** Rectified linear unit (Nair and Hinton 2010): y = max(x, 0), any shape; the gradient at 0 is 0. */
public record Relu() implements Elementwise {
    @Override
    public String toString() {
        return "Relu";
    }
}
