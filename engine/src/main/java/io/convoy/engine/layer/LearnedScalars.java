package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Trainable numbers that depend on no input, the same for each sample: what a loss needs that learns something itself, such as
 * {@link io.convoy.engine.loss.UncertaintyWeighted}.
 *
 * <pre>y[n,k] = value[k],  x: [N, …] → y: [N, count]</pre>
 *
 * The input gives the batch's size alone; its gradient is 0. Parameter, 0 at first: {@code value} [count], whose gradient is
 * Σ_n dy[n,k].
 *
 * @param count how many, at least 1
 */
public record LearnedScalars(int count) implements Layer {
    public LearnedScalars {
        Expect.atLeast(1, "LearnedScalars", "count", count);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        return List.of(Shape.of(Expect.only(this, inputs).size(0), count));
    }

    @Override
    public List<ParameterSpec> parameters() {
        return List.of(new ParameterSpec("value", Shape.of(count), new Initializer.Constant(0)));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.NOTHING;
    }
}
