package io.convoy.engine.kernel.java;

import io.convoy.engine.tensor.Shape;

/**
 * How two operands whose sizes of 1 are repeated lie against a tile of their result, which is one sample. Neighbouring dimensions
 * that both operands have, or both repeat, or of which one has and one repeats, are one; the innermost is a run.
 */
final class Repetition {
    private final int run;
    private final int leftStep;
    private final int rightStep;
    private final int[] left;
    private final int[] right;

    private Repetition(int run, int leftStep, int rightStep, int[] left, int[] right) {
        this.run = run;
        this.leftStep = leftStep;
        this.rightStep = rightStep;
        this.left = left;
        this.right = right;
    }

    static Repetition of(Shape result, Shape left, Shape right) {
        int[] leftStrides = strides(result, left);
        int[] rightStrides = strides(result, right);
        int last = result.rank() - 1;
        int run = 1;
        int leftStep = 0;
        int rightStep = 0;
        // The run grows outwards as long as both operands go on in the same way.
        while (last > 0) {
            int size = result.size(last);
            boolean grows = run == 1
                    || size == 1
                    || (leftStrides[last] == leftStep * run && rightStrides[last] == rightStep * run);
            if (!grows) {
                break;
            }
            if (run == 1 && size > 1) {
                leftStep = leftStrides[last];
                rightStep = rightStrides[last];
            }
            run *= size;
            last--;
        }
        int runs = 1;
        for (int axis = 1; axis <= last; axis++) {
            runs *= result.size(axis);
        }
        int[] leftBegins = new int[runs];
        int[] rightBegins = new int[runs];
        for (int i = 0; i < runs; i++) {
            int rest = i;
            for (int axis = last; axis > 0; axis--) {
                leftBegins[i] += rest % result.size(axis) * leftStrides[axis];
                rightBegins[i] += rest % result.size(axis) * rightStrides[axis];
                rest /= result.size(axis);
            }
        }
        return new Repetition(run, leftStep, rightStep, leftBegins, rightBegins);
    }

    /** Whether a tile of the operand is a sample of its own; else all samples share it. */
    static boolean perSample(Shape result, Shape operand) {
        return operand.rank() == result.rank() && operand.size(0) == result.size(0);
    }

    /** Steps of the operand inside a sample along the result's dimensions; 0 where it is repeated. */
    private static int[] strides(Shape result, Shape operand) {
        int[] strides = new int[result.rank()];
        int missing = result.rank() - operand.rank();
        int stride = 1;
        for (int axis = result.rank() - 1; axis > 0; axis--) {
            int size = axis < missing ? 1 : operand.size(axis - missing);
            strides[axis] = size == 1 ? 0 : stride;
            stride *= size;
        }
        return strides;
    }

    /** Overwrites {@code y} with the product. */
    void multiply(float[] a, float[] b, float[] y) {
        for (int i = 0, at = 0; i < left.length; i++, at += run) {
            if (leftStep == 1 && rightStep == 1) {
                for (int k = 0; k < run; k++) {
                    y[at + k] = a[left[i] + k] * b[right[i] + k];
                }
            } else if (leftStep == 1) {
                scale(a, left[i], b[right[i]], y, at);
            } else if (rightStep == 1) {
                scale(b, right[i], a[left[i]], y, at);
            } else {
                java.util.Arrays.fill(y, at, at + run, a[left[i]] * b[right[i]]);
            }
        }
    }

    private void scale(float[] values, int from, float factor, float[] y, int at) {
        for (int k = 0; k < run; k++) {
            y[at + k] = factor * values[from + k];
        }
    }

    /** Overwrites {@code y} with the sum. */
    void add(float[] a, float[] b, float[] y) {
        for (int i = 0, at = 0; i < left.length; i++, at += run) {
            int l = left[i];
            int r = right[i];
            if (leftStep == 1 && rightStep == 1) {
                for (int k = 0; k < run; k++) {
                    y[at + k] = a[l + k] + b[r + k];
                }
            } else {
                float[] values = leftStep == 1 ? a : b;
                float other = leftStep == 1 ? b[r] : a[l];
                int from = leftStep == 1 ? l : r;
                int step = leftStep == 1 || rightStep == 1 ? 1 : 0;
                for (int k = 0; k < run; k++) {
                    y[at + k] = values[from + k * step] + other;
                }
            }
        }
    }

    /** Adds to {@code da}, the gradient of the left operand, that of the product. */
    void addGradientOfProduct(float[] dy, float[] b, float[] da) {
        for (int i = 0, at = 0; i < left.length; i++, at += run) {
            int l = left[i];
            int r = right[i];
            if (leftStep == 0) {
                da[l] += rightStep == 1 ? dot(dy, at, b, r) : sum(dy, at, run) * b[r];
            } else if (rightStep == 1) {
                for (int k = 0; k < run; k++) {
                    da[l + k] += dy[at + k] * b[r + k];
                }
            } else {
                float factor = b[r];
                for (int k = 0; k < run; k++) {
                    da[l + k] += dy[at + k] * factor;
                }
            }
        }
    }

    /** Adds to {@code da}, the gradient of the left operand, that of the sum. */
    void addGradientOfSum(float[] dy, float[] da) {
        for (int i = 0, at = 0; i < left.length; i++, at += run) {
            int l = left[i];
            if (leftStep == 0) {
                da[l] += sum(dy, at, run);
            } else {
                for (int k = 0; k < run; k++) {
                    da[l + k] += dy[at + k];
                }
            }
        }
    }

    /** Eight sums at once: none waits for the one before. */
    private float dot(float[] x, int from, float[] y, int other) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int k = 0;
        for (int end = run - run % 8; k < end; k += 8) {
            int i = from + k;
            int j = other + k;
            a += x[i] * y[j];
            b += x[i + 1] * y[j + 1];
            c += x[i + 2] * y[j + 2];
            d += x[i + 3] * y[j + 3];
            e += x[i + 4] * y[j + 4];
            f += x[i + 5] * y[j + 5];
            g += x[i + 6] * y[j + 6];
            h += x[i + 7] * y[j + 7];
        }
        for (; k < run; k++) {
            a += x[from + k] * y[other + k];
        }
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }

    /** The sum of {@code length} values. */
    static float sum(float[] x, int from, int length) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (int end = from + length - length % 4; i < end; i += 4) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
        }
        for (; i < from + length; i++) {
            a += x[i];
        }
        return (a + b) + (c + d);
    }
}
