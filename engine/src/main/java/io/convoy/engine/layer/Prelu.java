package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Rectified linear unit that learns its slope below 0 (He et al. 2015); the gradient at 0 is the slope.
 *
 * <pre>y[n,c,…] = x[n,c,…] where it is above 0, else weight[c] · x[n,c,…],  x and y: [N, C, …], or any shape with one parameter</pre>
 *
 * Parameter: {@code weight} [parameters], {@code initial} at first.
 *
 * @param parameterCount C, or 1 for a slope that all channels share; default 1
 * @param initial the first slope, finite; default 0.25
 */
public record Prelu(int parameterCount, double initial) implements Layer {
    /** One slope of 0.25 for all channels. */
    public Prelu() {
        this(1, 0.25);
    }

    public Prelu {
        Expect.atLeast(1, "Prelu", "parameterCount", parameterCount);
        Expect.number("Prelu", "initial", initial);
    }

    /** A slope a channel, 0.25 at first. */
    public static Prelu of(int channels) {
        return new Prelu(channels, 0.25);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (parameterCount > 1 && (x.rank() < 2 || x.size(1) != parameterCount)) {
            throw new ShapeException(this + " expects [N, " + parameterCount + ", …], but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return List.of(new ParameterSpec("weight", Shape.of(parameterCount), new Initializer.Constant(initial)));
    }

    @Override
    public String toString() {
        return "Prelu[parameterCount=" + parameterCount + "]";
    }
}
