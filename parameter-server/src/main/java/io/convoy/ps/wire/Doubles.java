package io.convoy.ps.wire;

import java.util.Arrays;

/** A whole {@code double[]} in a record. The array is not copied and not changed any more. Equal if all bits are. */
public final class Doubles {
    private final double[] array;

    public Doubles(double[] array) {
        this.array = array;
    }

    /** The array itself. */
    public double[] array() {
        return array;
    }

    public int length() {
        return array.length;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Doubles doubles) || doubles.array.length != array.length) {
            return false;
        }
        for (int i = 0; i < array.length; i++) {
            if (Double.doubleToRawLongBits(array[i]) != Double.doubleToRawLongBits(doubles.array[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return array.length + " doubles";
    }
}
