package io.convoy.engine.layer;

import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Normalisation by the neighbouring channels (Krizhevsky et al. 2012).
 *
 * <pre>y[n,c,…] = x[n,c,…] / (k + alpha / size · Σ_j x[n,j,…]²)^beta,  j from c − ⌊size/2⌋ to c + ⌊(size − 1)/2⌋;  x and y: [N, C, …]</pre>
 *
 * @param size channels in the window
 * @param alpha weight of the squares, finite; default 1e-4
 * @param beta exponent, finite; default 0.75
 * @param k what is added to the squares, above 0; default 1
 */
public record LocalResponseNorm(int size, double alpha, double beta, double k) implements Layer {
    public LocalResponseNorm {
        Expect.atLeast(1, "LocalResponseNorm", "size", size);
        Expect.number("LocalResponseNorm", "alpha", alpha);
        Expect.number("LocalResponseNorm", "beta", beta);
        Expect.above(0, "LocalResponseNorm", "k", k);
    }

    /** An alpha of 1e-4, a beta of 0.75 and a k of 1. */
    public static LocalResponseNorm of(int size) {
        return new LocalResponseNorm(size, 1e-4, 0.75, 1);
    }

    @Override
    public List<Shape> outputs(List<Shape> inputs) {
        Shape x = Expect.only(this, inputs);
        if (x.rank() < 2) {
            throw new ShapeException(this + " expects [N, C, …], but its input is " + x + ".");
        }
        return List.of(x);
    }

    @Override
    public String toString() {
        return "LocalResponseNorm[size=" + size + "]";
    }
}
