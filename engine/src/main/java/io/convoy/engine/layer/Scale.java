package io.convoy.engine.layer;

/**
 * A constant multiple, any shape: residuals are made small before they are added where a network is very wide (Szegedy et al.
 * 2017, §3.3).
 *
 * <pre>y = factor · x</pre>
 *
 * @param factor finite
 */
public record Scale(double factor) implements Elementwise {
    public Scale {
        Expect.number("Scale", "factor", factor);
    }
}
