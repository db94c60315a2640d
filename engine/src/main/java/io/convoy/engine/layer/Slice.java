package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * A run along one dimension, as {@code x[:, from:to:step]} in Python: what is left out has no gradient. Counts below 0 are from
 * the end, and a {@code to} beyond the end is the end.
 *
 * @param dim the dimension, 0 being the batch's; below 0 it counts from the end
 * @param from the first that is taken
 * @param to the first that is not taken any more
 * @param step from one that is taken to the next, at least 1; default 1
 */
public record Slice(int dim, int from, int to, int step) implements Layer {
    /** A {@code to} that is the end, whatever the size. */
    public static final int END = Integer.MAX_VALUE;

    public Slice {
        Expect.atLeast(1, "Slice", "step", step);
    }

    /** Without gaps. */
    public Slice(int dim, int from, int to) {
        this(dim, from, to, 1);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        int axis = Expect.axis(this, x, dim);
        int length = place(to, x.size(axis)) - begin(x);
        if (length < 1) {
            throw new ShapeException(this + " expects to take something, but its input is " + x + ".");
        }
        int[] sizes = x.toArray();
        sizes[axis] = (length - 1) / step + 1;
        return List.of(Shape.of(sizes));
    }

    /** The first that is taken of {@code x}, counted from 0. */
    public int begin(Shape x) {
        return place(from, x.size(Expect.axis(this, x, dim)));
    }

    private static int place(int index, int size) {
        return Math.min(Math.max(index < 0 ? index + size : index, 0), size);
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Reach reach = Reach.hasPlaces(x) ? Reach.SAME : Reach.WHOLE;
        return reach.along(x, Expect.axis(this, x, dim), same -> AxisReach.window(1, 1, -begin(x), 1));
    }
}
