package io.convoy.engine.optim;

import java.util.ArrayList;
import java.util.List;

/** One step of a rule on a whole tensor in one array: both phases, the first one block by block. */
public final class WholeTensor {
    private static final int BLOCK = 1024;

    private WholeTensor() {}

    public static void step(Optimizer rule, Update update, float[] w, float[] g, float[][] state) {
        rule.update(measured(rule, update, w, g, state), w, g, state, 0, w.length);
    }

    /** The first phase: the update with the tensor's sums. */
    static Update measured(Optimizer rule, Update update, float[] w, float[] g, float[][] state) {
        if (rule.sums() == 0) {
            return update;
        }
        double[] total = new double[rule.sums()];
        for (int block = 0; block < w.length; block += BLOCK) {
            double[] sums = new double[rule.sums()];
            rule.measure(update, w, g, state, block, Math.min(BLOCK, w.length - block), sums);
            for (int i = 0; i < total.length; i++) {
                total[i] += sums[i];
            }
        }
        List<Double> sums = new ArrayList<>();
        for (double sum : total) {
            sums.add(sum);
        }
        return update.with(sums);
    }
}
