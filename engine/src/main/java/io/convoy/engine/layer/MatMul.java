package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * The product of two batches of matrices, e.g. of queries and keys in attention (Vaswani et al. 2017).
 *
 * <pre>y[…,m,p] = scale · Σ_k a[…,m,k] · b[…,k,p],  a: [N, …, M, K], b: [N, …, K, P] → y: [N, …, M, P]</pre>
 *
 * All dimensions but the last two are the batch of matrices, and equal for both; nothing is broadcast.
 *
 * @param transposeA whether a is [N, …, K, M]; default false
 * @param transposeB whether b is [N, …, P, K]; default false
 * @param scale what the product is multiplied by, finite; default 1
 */
public record MatMul(boolean transposeA, boolean transposeB, double scale) implements Layer {
    public MatMul {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("MatMul expects a finite scale, but scale is " + scale + ".");
        }
    }

    /** The product of the matrices as they are. */
    public static MatMul of() {
        return new MatMul(false, false, 1);
    }

    public MatMul transposingA() {
        return new MatMul(true, transposeB, scale);
    }

    public MatMul transposingB() {
        return new MatMul(transposeA, true, scale);
    }

    public MatMul withScale(double scale) {
        return new MatMul(transposeA, transposeB, scale);
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        if (inputs.size() != 2) {
            throw new ShapeException(this + " expects 2 inputs, but it got " + inputs.size() + ".");
        }
        int[] a = inputs.get(0).toArray();
        int[] b = inputs.get(1).toArray();
        int rank = a.length;
        if (rank < 3 || b.length != rank || !sameBatch(a, b) || columns(a, transposeA) != rows(b, transposeB)) {
            throw new ShapeException(this + " expects " + form("M, K", "K, M", transposeA) + " and "
                    + form("K, P", "P, K", transposeB) + ", but its inputs are " + inputs + "."
                    + (columns(a, transposeA) == columns(b, transposeB) ? " Maybe b has to be transposed." : ""));
        }
        int[] y = a.clone();
        y[rank - 2] = rows(a, transposeA);
        y[rank - 1] = columns(b, transposeB);
        return List.of(Shape.of(y));
    }

    private static String form(String straight, String transposed, boolean isTransposed) {
        return "[N, …, " + (isTransposed ? transposed : straight) + "]";
    }

    private static boolean sameBatch(int[] a, int[] b) {
        for (int i = 0; i < a.length - 2; i++) {
            if (a[i] != b[i]) {
                return false;
            }
        }
        return true;
    }

    private static int rows(int[] sizes, boolean transposed) {
        return fromEnd(sizes, transposed ? 1 : 2);
    }

    private static int columns(int[] sizes, boolean transposed) {
        return fromEnd(sizes, transposed ? 2 : 1);
    }

    /** 0 where there is no such dimension, which fits nothing. */
    private static int fromEnd(int[] sizes, int axis) {
        return sizes.length < axis ? 0 : sizes[sizes.length - axis];
    }

    @Override
    public long macs(List<Shape> inputs) {
        int[] a = inputs.get(0).toArray();
        return outputs(inputs).get(0).count() * columns(a, transposeA);
    }

    @Override
    public Reach reach(int input, List<Shape> inputs) {
        return Reach.WHOLE;
    }

    @Override
    public String toString() {
        return "MatMul" + (transposeA ? "[a transposed]" : "") + (transposeB ? "[b transposed]" : "");
    }
}
