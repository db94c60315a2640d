package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor cut into parts along a dimension; output i has {@code sizes[i]} there. The parts cover the tensor.
 *
 * @param sizes of the parts, in order, each at least 1
 * @param dim the dimension, 0 being the batch's; below 0 it counts from the end; default 1, the channels
 */
public record Split(List<Integer> sizes, int dim) implements Layer {
    public Split {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("Split expects sizes of at least 1, but sizes is " + sizes + ".");
        }
    }

    /** Of the channels. */
    public static Split of(Integer... sizes) {
        return new Split(List.of(sizes), 1);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        int axis = Expect.axis(this, x, dim);
        long sum = sizes.stream().mapToLong(Integer::longValue).sum();
        if (x.size(axis) != sum) {
            throw new ShapeException(
                    this + " expects " + sum + " along dimension " + axis + ", but its input is " + x + ".");
        }
        List<Shape> parts = new ArrayList<>();
        for (int size : sizes) {
            int[] part = x.toArray();
            part[axis] = size;
            parts.add(Shape.of(part));
        }
        return parts;
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        Shape x = inputs.get(0);
        Reach reach = Reach.hasPlaces(x) ? Reach.SAME : Reach.WHOLE;
        return sizes.size() == 1 ? reach : reach.along(x, Expect.axis(this, x, dim), same -> AxisReach.WHOLE);
    }
}
