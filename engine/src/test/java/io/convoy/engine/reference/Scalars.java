package io.convoy.engine.reference;

import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collector;

/** A row-major tensor of {@link Scalar}s. */
public final class Scalars {
    private final Shape shape;
    private final List<Scalar> values;

    private Scalars(Shape shape, List<Scalar> values) {
        this.shape = shape;
        this.values = values;
    }

    /** The tensor whose element at each index is {@code element}'s. */
    public static Scalars of(Shape shape, Function<int[], Scalar> element) {
        int count = Math.toIntExact(shape.count());
        Scalar[] values = new Scalar[count];
        int[] at = new int[shape.rank()];
        for (int i = 0; i < count; i++) {
            values[i] = element.apply(at);
            for (int axis = at.length - 1; axis >= 0 && ++at[axis] == shape.size(axis); axis--) {
                at[axis] = 0;
            }
        }
        return new Scalars(shape, List.of(values));
    }

    /** The tensor of given numbers. */
    public static Scalars of(Tape tape, Shape shape, double[] numbers) {
        return new Scalars(shape, Arrays.stream(numbers).mapToObj(tape::scalar).toList());
    }

    public Shape shape() {
        return shape;
    }

    /** Size of dimension {@code axis}. */
    public int size(int axis) {
        return shape.size(axis);
    }

    /** All elements, row-major. */
    public List<Scalar> values() {
        return values;
    }

    /** Whether {@code at} is an index of this tensor. */
    public boolean has(int... at) {
        for (int axis = 0; axis < at.length; axis++) {
            if (at[axis] < 0 || at[axis] >= shape.size(axis)) {
                return false;
            }
        }
        return true;
    }

    public Scalar at(int... at) {
        int index = 0;
        for (int axis = 0; axis < at.length; axis++) {
            if (at[axis] < 0 || at[axis] >= shape.size(axis)) {
                throw new IndexOutOfBoundsException(Arrays.toString(at) + " of " + shape);
            }
            index = index * shape.size(axis) + at[axis];
        }
        return values.get(index);
    }

    /** Each element through {@code f}. */
    public Scalars map(Function<Scalar, Scalar> f) {
        return new Scalars(shape, values.stream().map(f).toList());
    }

    /** The same values under another shape. */
    public Scalars reshaped(Shape other) {
        if (other.count() != shape.count()) {
            throw new IllegalArgumentException(shape + " as " + other);
        }
        return new Scalars(other, values);
    }

    /** A stream's sum; of at least one. */
    public static Collector<Scalar, ?, Scalar> sum() {
        return java.util.stream.Collectors.collectingAndThen(
                java.util.stream.Collectors.reducing(Scalar::plus), sum -> sum.orElseThrow());
    }

    /** The mean of some scalars; at least one. */
    public static Scalar mean(List<Scalar> some) {
        return some.stream().collect(sum()).divide(some.size());
    }
}
