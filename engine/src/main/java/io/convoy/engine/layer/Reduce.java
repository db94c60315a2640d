package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean, maximum or sum over some dimensions, as PyTorch's {@code mean}, {@code max} and {@code sum}. For mean over dimension 1:
 *
 * <pre>y[n,0,h,w] = Σ_c x[n,c,h,w] / C,  x: [N, C, H, W] → y: [N, 1, H, W], or [N, H, W] without keepDims</pre>
 *
 * The gradient of a maximum goes to the first of the greatest values.
 *
 * @param by what is taken of the values
 * @param dims the dimensions that vanish, in increasing order, each at least 1: the batch stays
 * @param keepDims whether they stay with size 1; PyTorch's default is false
 */
public record Reduce(By by, List<Integer> dims, boolean keepDims) implements Layer {
    /** What is taken of the values. */
    public enum By {
        MEAN,
        MAX,
        SUM
    }

    public Reduce {
        dims = List.copyOf(dims);
        if (dims.isEmpty()) {
            throw new IllegalArgumentException("Reduce expects dims, but there is none.");
        }
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i) < 1 || (i > 0 && dims.get(i) <= dims.get(i - 1))) {
                throw new IllegalArgumentException(
                        "Reduce expects dims in increasing order, each at least 1, but dims is " + dims + ".");
            }
        }
    }

    /** The mean over {@code dims}, which stay with size 1. */
    public static Reduce mean(Integer... dims) {
        return new Reduce(By.MEAN, List.of(dims), true);
    }

    /** The maximum over {@code dims}, which stay with size 1. */
    public static Reduce max(Integer... dims) {
        return new Reduce(By.MAX, List.of(dims), true);
    }

    /** The sum over {@code dims}, which stay with size 1. */
    public static Reduce sum(Integer... dims) {
        return new Reduce(By.SUM, List.of(dims), true);
    }

    /** The same, but {@code dims} vanish. */
    public Reduce withoutDims() {
        return new Reduce(by, dims, false);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        List<Integer> sizes = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            if (!dims.contains(axis)) {
                sizes.add(x.size(axis));
            } else if (keepDims) {
                sizes.add(1);
            }
        }
        if (dims.get(dims.size() - 1) >= x.rank() || dims.stream().anyMatch(dim -> x.size(dim) == 0)) {
            throw new ShapeException(this + " expects an input with values along the dimensions " + dims
                    + ", but its input is " + x + ".");
        }
        return List.of(Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Shape y = outputs(inputs).get(0);
        Reach reach = Reach.hasPlaces(x) && Reach.hasPlaces(y) ? Reach.SAME : Reach.WHOLE;
        for (int axis : dims) {
            // Without one of the last two dimensions the others take their place.
            reach = axis < x.rank() - 2 || keepDims ? reach.along(x, axis, same -> AxisReach.WHOLE) : Reach.WHOLE;
        }
        return reach;
    }

    @Override
    public String toString() {
        return "Reduce[by=" + by + ", dims=" + dims + "]";
    }
}
