package io.convoy.engine.golden;

import io.convoy.engine.optim.Optimizer;
import io.convoy.engine.optim.Update;
import io.convoy.engine.optim.WholeTensor;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;

/** Cases of optimisers: {@code input.param0} [n] and {@code input.grads} [steps, n] give {@code output.params} [steps + 1, n]. */
final class Trajectories {
    private Trajectories() {}

    static void run(GoldenCase golden) {
        Optimizer rule = Rules.optimizer(golden.args().get("type").textValue(), golden.args());
        double rate = golden.args().get("lr").doubleValue();
        float[] w = golden.floats("input.param0");
        float[] gradients = golden.floats("input.grads");
        Shape shape = golden.shape("input.grads");
        int steps = shape.size(0);
        int n = w.length;
        float[][] state = new float[rule.stateSpans()][n];
        float[] trajectory = new float[(steps + 1) * n];
        System.arraycopy(w, 0, trajectory, 0, n);
        for (int step = 0; step < steps; step++) {
            float[] gradient = Arrays.copyOfRange(gradients, step * n, (step + 1) * n);
            WholeTensor.step(rule, Update.of(step, rate), w, gradient, state);
            System.arraycopy(w, 0, trajectory, (step + 1) * n, n);
        }
        golden.same("output.params", trajectory, golden.tolerance("torch_float32_err_out"));
    }
}
