package io.convoy.engine.tensor;

import java.util.Arrays;
import java.util.List;

/** The sizes of a tensor, outermost first: [N, C, H, W] for a batch of feature maps, [N, F] for a batch of vectors. */
public final class Shape {
    private final int[] sizes;

    private Shape(int[] sizes) {
        this.sizes = sizes;
    }

    /** A shape of the given sizes, each at least 0; none at all is a scalar. */
    public static Shape of(int... sizes) {
        long count = 1;
        for (int size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "Shape expects sizes of at least 0, but it got " + Arrays.toString(sizes) + ".");
            }
            if (Math.multiplyHigh(count, size) != 0 || count * size < 0) {
                throw new IllegalArgumentException("Shape expects at most " + Long.MAX_VALUE + " elements, but it got "
                        + Arrays.toString(sizes) + ".");
            }
            count *= size;
        }
        return new Shape(sizes.clone());
    }

    public int rank() {
        return sizes.length;
    }

    /** The size of dimension {@code axis}, counted from 0. */
    public int size(int axis) {
        return sizes[axis];
    }

    /** The number of elements: the product of the sizes, 1 for a scalar. */
    public long count() {
        long count = 1;
        for (int size : sizes) {
            count *= size;
        }
        return count;
    }

    public int[] toArray() {
        return sizes.clone();
    }

    public List<Integer> toList() {
        return Arrays.stream(sizes).boxed().toList();
    }

    /** This shape with another size in front: a sample's shape becomes a batch's. */
    public Shape batched(int n) {
        int[] batched = new int[sizes.length + 1];
        batched[0] = n;
        System.arraycopy(sizes, 0, batched, 1, sizes.length);
        return of(batched);
    }

    /** This shape without its first size: a batch's shape becomes a sample's. */
    public Shape sample() {
        if (sizes.length == 0) {
            throw new IllegalStateException("Shape expects a batch's size in front, but it is [], a scalar's.");
        }
        return of(Arrays.copyOfRange(sizes, 1, sizes.length));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** The house form, e.g. {@code [32, 1, 28, 28]}. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
