package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A fully connected layer.
 *
 * <pre>y[n,k] = bias[k] + Σ_f weight[k,f] · x[n,f],  x: [N, in] → y: [N, out]</pre>
 *
 * Parameters, uniform over ±1/√in at first: {@code weight} [out, in], {@code bias} [out].
 *
 * @param in input features
 * @param out output features
 * @param bias whether a bias is added; default true
 */
public record Linear(int in, int out, boolean bias) implements Layer {
    public Linear {
        Expect.atLeast(1, "Linear", "in", in);
        Expect.atLeast(1, "Linear", "out", out);
    }

    public static Linear of(int in, int out) {
        return new Linear(in, out, true);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() != 2 || x.size(1) != in) {
            throw new ShapeException(this + " expects [N, " + in + "], but its input is " + x + "."
                    + (x.rank() == 4 ? " Maybe a Flatten is missing." : ""));
        }
        return List.of(Shape.of(x.size(0), out));
    }

    @Override
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(new ParameterSpec("weight", Shape.of(out, in), Initializer.Uniform.fanIn(in)));
        if (bias) {
            parameters.add(new ParameterSpec("bias", Shape.of(out), Initializer.Uniform.fanIn(in)));
        }
        return parameters;
    }

    @Override
    public long macs(List<Shape> inputs) {
        return inputs.get(0).count() * out;
    }

    @Override
    public String toString() {
        return "Linear[in=" + in + ", out=" + out + "]";
    }
}
