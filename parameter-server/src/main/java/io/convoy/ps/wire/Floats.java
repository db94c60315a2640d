package io.convoy.ps.wire;

import java.util.Arrays;

/**
 * A whole {@code float[]} in a record. The array is not copied; whose it is, the record's comment says. Equal if all bits
 * are.
 */
public final class Floats {
    private final float[] array;

    public Floats(float[] array) {
        this.array = array;
    }

    /** The array itself. */
    public float[] array() {
        return array;
    }

    public int length() {
        return array.length;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Floats floats) || floats.array.length != array.length) {
            return false;
        }
        for (int i = 0; i < array.length; i++) {
            if (Float.floatToRawIntBits(array[i]) != Float.floatToRawIntBits(floats.array[i])) {
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
        return array.length + " floats";
    }
}
