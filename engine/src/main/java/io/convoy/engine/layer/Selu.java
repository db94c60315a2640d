package io.convoy.engine.layer;

/**
 * Scaled exponential linear unit (Klambauer et al. 2017), any shape.
 *
 * <pre>y = s · x where x > 0, else s · α · (exp(x) − 1),  α = 1.6732632423543772, s = 1.0507009873554805</pre>
 */
public record Selu() implements Elementwise {
    @Override
    public String toString() {
        return "Selu";
    }
}
