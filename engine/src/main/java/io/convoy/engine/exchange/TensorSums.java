package io.convoy.engine.exchange;

import java.util.Arrays;
import java.util.List;

/** Sums over whole tensors, in the order of {@link ParameterLayout#entries}. */
public final class TensorSums {
    private final double[][] totals;

    TensorSums(double[][] totals) {
        this.totals = totals;
    }

    /** The sums of one tensor. */
    List<Double> of(int tensor) {
        return Arrays.stream(totals[tensor]).boxed().toList();
    }

    /** The first sums of all tensors, added up in their order. */
    double ofAll() {
        double sum = 0;
        for (double[] total : totals) {
            sum += total[0];
        }
        return sum;
    }
}
