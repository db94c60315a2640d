package io.convoy.engine.layer;

/**
 * Rectified linear unit that lets a little through below 0 (Maas et al. 2013), any shape; the gradient at 0 is
 * {@code negativeSlope}.
 *
 * <pre>y = x where x > 0, else negativeSlope · x</pre>
 *
 * @param negativeSlope the slope below 0, finite; default 0.01
 */
public record LeakyRelu(double negativeSlope) implements Elementwise {
    /** A slope of 0.01. */
    public LeakyRelu() {
        this(0.01);
    }

    public LeakyRelu {
        Expect.number("LeakyRelu", "negativeSlope", negativeSlope);
    }
}
